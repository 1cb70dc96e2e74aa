"""The copy that a change is rehearsed on: its files, its lab, and the project that drives it."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from nornir import InitNornir
from nornir.core import Nornir
from nornir.core.inventory import ConnectionOptions

from fvrf.errors import Refused
from fvrf.intent.model import Identity, Intent
from fvrf.rehearsal import (
    CLIENT,
    CLIENT_SECRET,
    ENABLE,
    PASSWORD,
    TENANT,
    USER,
    GatewayCopy,
    KeyNames,
    RouterCopy,
    configuration,
    world,
)
from fvrf.secrets import SecretRef
from fvrf.waves import WaveRules
from tasks import lab
from tasks.changes import write_atomically
from tasks.clock import Clock
from tasks.files import writable
from tasks.masking import mask
from tasks.plugins.runner import PacedRunner
from tasks.project import Project
from tasks.reconcile import PreparedGateway
from tasks.references import places
from tasks.rehearse_read import Reading
from tasks.secrets import SecretStore
from tasks.session import OPTIONS
from tasks.settings import read_config

CLOUD = "rehearsal"
FOLDER = "rehearsals"
# Tunnels and sessions that can come up have done so by then, on the lab's clock.
_SETTLES_S = 180.0
# Lines of configuration, where nothing else is to be done: a fifth of what was measured.
_READ_A_SECOND = 400.0
# A shorter secret is a part of other words too; its own places it has left already.
_MASKED_FROM = 8


def write_world(folder: Path, project: Project, reading: Reading, names: KeyNames) -> None:
    """Write what a lab is loaded from; raises Refused where that is more than one lab can be."""
    subscriptions = {project.intent.gateways[host].subscription for host in reading.gateways}
    if len(subscriptions) != 1:
        raise Refused(
            f"the lab has one subscription, these gateways are in {len(subscriptions)}",
            remedy="rehearse them one after the other: --gateway",
            code="F380",
        )
    resolve = project.secrets.resolve
    routers = [
        RouterCopy(
            host=host,
            intent=project.intent.routers[host],
            text=configuration(text.reveal(), project.plan.routers[host], names, resolve),
        )
        for host, text in reading.texts.items()
    ]
    gateways = [_gateway(project, one, reading, names) for one in reading.gateways.values()]
    # The keys of the plan have names even where neither end has them yet.
    for reference in _references(project):
        names.of(resolve(reference))
    known = names.keys | project.secrets.resolved
    hidden = [secret for secret in known if len(secret.reveal()) >= _MASKED_FROM]
    with writable("the copy"):
        folder.mkdir(mode=0o700)
        for router in routers:
            write_atomically(folder / f"{router.host}.cfg", mask(router.text, hidden))
        for gateway in gateways:
            write_atomically(folder / f"{gateway.name}.json", mask(_dump(gateway.state()), hidden))
        facts = world(subscriptions.pop(), routers, gateways, names)
        write_atomically(folder / "world.yaml", yaml.safe_dump(facts, sort_keys=False))


def _dump(value: Mapping[str, Any]) -> str:
    return json.dumps(value, indent=2) + "\n"


def _gateway(
    project: Project, gateway: PreparedGateway, reading: Reading, names: KeyNames
) -> GatewayCopy:
    intent = project.intent.gateways[gateway.host]
    keys = {}
    for connection in gateway.state.connections:
        own_id = str(connection["id"])
        if own_id in reading.keys:
            key = reading.keys[own_id] or _intended(project, gateway, own_id)
            keys[own_id] = names.spare() if key is None else names.of(key)
    return GatewayCopy(
        name=intent.name or gateway.host,
        gateway=gateway.state.gateway,
        local_gateways=gateway.state.local_gateways,
        connections=gateway.state.connections,
        keys=keys,
        prefixes=tuple(map(str, intent.prefixes)),
        nics=intent.nics,
        expressroute=_expressroute(project, gateway.host),
    )


def _expressroute(project: Project, gateway: str) -> tuple[str, ...]:
    """Return what all sites announce over ExpressRoute into a gateway's network."""
    routers = project.intent.routers.values()
    found = (prefix for router in routers for prefix in router.expressroute.get(gateway, ()))
    return tuple(dict.fromkeys(map(str, found)))


def _intended(project: Project, gateway: PreparedGateway, connection_id: str) -> Any:  # noqa: ANN401
    for pair in gateway.desired.pairs:
        if pair.connection.id.casefold() == connection_id.casefold():
            return project.secrets.resolve(pair.plan.key)
    return None


def _references(project: Project) -> tuple[SecretRef, ...]:
    return tuple(
        dict.fromkeys(
            peer.key
            for host in project.routers
            for keyring in project.plan.routers[host].keyrings
            for peer in keyring.peers
        )
    )


@contextmanager
def running_copy(
    config: Path,
    project: Project,
    reading: Reading,
    *,
    speed: float,
    operation_s: float,
    rehearsals: Path,
) -> Iterator[tuple[Project, Path]]:
    """Run a lab that is like the real ends; yield its project and its folder, gone afterwards."""
    names = KeyNames()
    with TemporaryDirectory(prefix="fvrf-rehearsal-") as scratch:
        run, files = Path(scratch) / "lab", Path(scratch) / "world"
        write_world(files, project, reading, names)
        more = ["--world", str(files), "--operation-seconds", str(operation_s)]
        lines = sum(text.reveal().count("\n") for text in reading.texts.values())
        lab.start(run, speed=speed, more=more, reads_s=lines / _READ_A_SECOND)
        try:
            lab.call(run, "POST", "/clock", {"advance": _SETTLES_S})
            yield _copied(config, project, run, names, rehearsals), Path(scratch)
        finally:
            lab.stop(run)


def _copied(
    config: Path, project: Project, run: Path, names: KeyNames, rehearsals: Path
) -> Project:
    """Return the project with the lab's addresses, logins, keys and clock in place of its own."""
    nornir, intent = _nornir(config, project, run), _intent(project.intent)
    now, speed = lab.clock(run)
    clock = Clock(speed=speed, epoch=now)
    if isinstance(nornir.runner, PacedRunner):
        nornir.runner.clock = clock
    settings = project.settings.model_copy(
        update={
            "lab": run,
            "known_hosts": run / "known_hosts",
            "secrets": run / "secrets",
            "clouds": {CLOUD: run / "cloud.json"},
            "vaults": {},
            "backups": run / "backups",
            "changes": rehearsals,
            "waves": WaveRules(),
        }
    )
    secrets = SecretStore(
        settings.secrets, places=places(nornir.inventory.hosts.values(), project.intent)
    )
    for reference in _references(project):
        name = names.of(project.secrets.resolve(reference))
        secrets.stage(reference, SecretRef("file", name))
    return replace(
        project,
        nornir=nornir,
        settings=settings,
        intent=intent,
        secrets=secrets,
        clock=clock,
        logins_spent=set(),
    )


def _nornir(config: Path, project: Project, run: Path) -> Nornir:
    """Return Nornir with the same inventory, of which the lab's ends answer."""
    arguments, _ = read_config(config)
    nornir = InitNornir(**{**arguments, "ssh": {"config_file": str(run / "ssh_config")}})
    endpoints = lab.require(run)["routers"]
    for name in project.routers:
        host = nornir.inventory.hosts[name]
        ways = {
            "hostname": name,
            "port": endpoints[name]["port"],
            "username": USER,
            "password": f"file:{PASSWORD}",
        }
        for key, value in ways.items():
            setattr(host, key, value)
        extras = {"secret": f"file:{ENABLE}"}
        host.connection_options = {
            OPTIONS: ConnectionOptions(**ways, platform=host.platform, extras=extras)
        }
    return nornir


def _intent(intent: Intent) -> Intent:
    """Return the intent with the lab's cloud and identity, and without any window."""
    identity = Identity(
        kind="client_secret",
        tenant=TENANT,
        client=CLIENT,
        secret=SecretRef("file", CLIENT_SECRET),
    )
    gateways = {
        host: gateway.model_copy(update={"cloud": CLOUD, "identity": identity})
        for host, gateway in intent.gateways.items()
    }
    routers = {
        host: router.model_copy(update={"window": None}) for host, router in intent.routers.items()
    }
    return intent.model_copy(update={"gateways": gateways, "routers": routers})
