"""From any intent to any other and back: both ends are what they were, and proven so."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
import yaml
from inventories import problems_of
from noe import Done, Operator, operating
from site_draws import drawn
from site_variants import variant
from site_worlds import Tree, write
from soaks import Counts, soaked

from fvrf.azure.resources import desired, writable
from fvrf.iosxe.items import items_of
from tasks.azure.client import patience
from tasks.azure.read import read_state
from tasks.project import Selection, open_project
from tasks.reconcile import access, gateway_client

Record = Callable[[str, object], None]
Hosts = dict[str, Tree]
# Seed, number of pairs.
SAMPLE = (11, 15)
SOAK = tuple((seed, 20) for seed in range(10))


def pairs(rng: Random, count: int) -> tuple[Hosts, Hosts, Hosts, dict[str, str]]:
    """Draw sites; return the hosts with all, those of either intent, and the platforms."""
    whole: Hosts = {}
    platforms = {}
    for number in range(1, count + 1):
        more, platforms[f"site-{number:03}"] = drawn(rng, number)
        whole |= more
    return whole, _varied(rng, whole), _varied(rng, whole), platforms


def _varied(rng: Random, whole: Hosts) -> Hosts:
    hosts = {
        name: {**host, "data": variant(rng, host["data"])} if host["groups"] == ["csr"] else host
        for name, host in whole.items()
    }
    assert problems_of(hosts) == []
    return hosts


def routers(noe: Operator, names: list[str]) -> dict[str, object]:
    """Return each router's configuration in canonical form."""
    return {
        name: {key: item.shape for key, item in items_of(noe.running(name)).items()}
        for name in names
    }


def azure(noe: Operator) -> dict[str, object]:
    """Return all that can be written of every gateway's resources."""
    project = open_project(noe.config, Selection())
    found = {}
    for host, plan in project.plan.gateways.items():
        wanted = desired(replace(plan, connections=()))
        waiting = patience(access(project, host), project.clock)
        client = gateway_client(project, host)
        state = read_state(client, wanted, project.secrets.resolve, waiting)
        client.close()
        for body in (*state.local_gateways, *state.connections):
            found[str(body["id"]).casefold()] = writable(body)
    return found


def intend(noe: Operator, hosts: Hosts) -> None:
    place = yaml.safe_load(noe.config.read_text())["inventory"]["options"]["host_file"]
    Path(place).write_text(yaml.safe_dump(hosts, sort_keys=False))


def ends(done: Done, names: list[str]) -> dict[str, tuple[str, str]]:
    """Return the outcome of each router that was to change, with its reason."""
    found = {name: (done.outcome(name), done.reason(name)) for name in names}
    return {name: end for name, end in found.items() if end[0] not in ("confirmed", "unchanged")}


def circle(folder: Path, seed: int, count: int) -> Counts:
    """Go from one intent of each site to another and back; return what was counted."""
    rng = Random(seed)  # noqa: S311 - no secret
    whole, one, other, platforms = pairs(rng, count)
    names = [*platforms]
    outage = [word for name in names for word in ("--allow-outage", name)]
    like, world = write(folder / "drawn", whole, platforms)
    with operating(folder, like=like, world=world, speed=40) as noe:
        intend(noe, one)
        assert ends(noe.rollout(), names) == {}
        before, at_azure = routers(noe, names), azure(noe)
        intend(noe, other)
        assert ends(noe.rollout("--change", "THERE", *outage), names) == {}
        moved = sum(there != before[name] for name, there in routers(noe, names).items())
        back = noe.do("rollback", "THERE", "--yes", *outage)
        assert ends(back, [r["host"] for r in back.report["routers"]]) == {}
        assert routers(noe, names) == before
        assert azure(noe) == at_azure
    return {"pairs of intents": count, "routers changed and taken back": moved}


@pytest.mark.timeout(300)
def test_any_change_of_intent_is_taken_back(tmp_path: Path, record_property: Record) -> None:
    record_property("counts", f"circles: {circle(tmp_path, *SAMPLE)}")


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("seed", "count"), SOAK)
def test_many_changes_of_intent_are_taken_back(
    tmp_path: Path, record_property: Record, seed: int, count: int
) -> None:
    def run() -> Counts:
        return circle(tmp_path, seed, count)

    record_property("counts", soaked("circles", f"seed{seed}", ("tests/topologies",), run))
