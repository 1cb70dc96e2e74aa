"""The experiment: a field of clones, one change each, judged by one `plan` and one `verify`."""

import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from line_azure_mutations import AzureMutation, azure_mutations
from line_clones import ROOT, Clone, clones, write
from line_lab import Field, running
from line_router_mutations import RouterMutation, router_mutations
from line_state import State, states
from runbook_runs import ran

from fvrf.azure.resources import Pair, desired
from tasks.engine import write_offline
from tasks.project import Selection, open_project

Mutation = RouterMutation | AzureMutation
LOCATION = "southcentralus"
SETTLED_S = 120.0
# The longest lifetime that either end lets an SA have, and the longest hold time, with what it
# takes to negotiate again and for Azure to say so.
REKEYED_S = 28800.0 + 300
HELD_S = 180.0 + 120


@dataclass(frozen=True, kw_only=True)
class Case:
    """What one change did: to the network, and to what the product says.

    `plan` is what the plan says of the site, `failed` what verification says is wrong, `early`
    the same before any rekey (None where that was not asked).
    """

    clone: Clone
    mutation: Mutation | None
    applied: bool
    hurt: tuple[str, ...]
    plan: tuple[str, ...]
    failed: tuple[str, ...]
    early: tuple[str, ...] | None

    @property
    def is_named(self) -> bool:
        """Whether the plan names the line or the field."""
        return self.mutation is not None and self.mutation.is_named(self.plan)

    def __str__(self) -> str:
        return self.mutation.what if self.mutation else "left as it is"


@dataclass(frozen=True, kw_only=True)
class Site:
    """A clone as the product wants it: its configuration's text, and its Azure resources."""

    clone: Clone
    text: str
    pairs: tuple[Pair, ...]

    def mutations(self) -> tuple[Mutation, ...]:
        """Return every change there is, in an order that is the same for all clones."""
        return (*router_mutations(self.text), *azure_mutations(self.pairs))


def sites(config: Path, some: Sequence[Clone]) -> dict[Clone, Site]:
    """Render what the product wants of each clone, with placeholders for keys."""
    project = open_project(config, Selection(), offline=True)
    folder = config.parent / "wanted"
    write_offline(project, folder)
    pairs = {gateway: desired(project.gateway(gateway)).pairs for gateway in project.gateways}
    return {
        clone: Site(
            clone=clone,
            text=(folder / f"{clone.host}.cfg").read_text(encoding="utf-8"),
            pairs=tuple(p for p in pairs[clone.gateway] if p.plan.router == clone.host),
        )
        for clone in some
    }


def one_site(folder: Path, shape: str) -> Site:
    """Return the first clone of a shape, for its changes to be counted and looked at."""
    some = clones(shape, 1)
    return sites(write(folder, some), some)[some[0]]


def experiment(folder: Path, shape: str, chosen: Sequence[int]) -> tuple[Case, ...]:
    """Make the chosen changes, one to a clone; the first case is of a clone left as it is."""
    some = clones(shape, len(chosen) + 1)
    config = write(folder, some)
    wanted = sites(config, some)
    changes = {
        clone: wanted[clone].mutations()[number]
        for clone, number in zip(some[1:], chosen, strict=True)
    }
    with running(folder) as field:
        provision(field, wanted)
        before = states(field, some)
        applied = {c for c, change in changes.items() if change.apply(field, c.host)}
        pfs = [c.host for c, change in changes.items() if is_about_pfs(change.what)]
        with field.hurrying():
            early = product("verify", config, pfs) if pfs else {}
        field.advance(REKEYED_S)
        field.advance(HELD_S)
        after = states(field, some)
        plan = product("plan", config)
        with field.hurrying():
            verify = product("verify", config)
    return tuple(
        Case(
            clone=clone,
            mutation=changes.get(clone),
            applied=clone in applied,
            hurt=_difference(before[clone], after[clone]),
            plan=_said(plan, wanted[clone]),
            failed=_failed(verify[clone.host]),
            early=_failed(early[clone.host]) if clone.host in early else None,
        )
        for clone in some
    )


def is_about_pfs(what: str) -> bool:
    """Whether a change is one of a PFS group: verification must see it before any rekey."""
    return "pfs" in what.lower()


def provision(field: Field, wanted: Mapping[Clone, Site]) -> None:
    """Bring both ends of every clone to what the product wants, and let them settle."""
    for clone, site in wanted.items():
        text = re.sub(r"<<file:(\S+)>>", lambda key: field.secret(key[1]), site.text)
        field.type(clone.host, text.splitlines(), save=True)
        for pair in site.pairs:
            body = pair.local_gateway.body(None, location=LOCATION)
            field.arm("PUT", pair.local_gateway.id, body)
    field.advance(1)
    for site in wanted.values():
        for pair in site.pairs:
            body = pair.connection.body(None, location=LOCATION)
            body["properties"]["sharedKey"] = field.secret(pair.plan.key.name)
            field.arm("PUT", pair.connection.id, body)
            field.advance(0.5)
    field.advance(SETTLED_S)


def product(runbook: str, config: Path, hosts: Sequence[str] = ()) -> Any:  # noqa: ANN401 # JSON
    """Run `plan` or `verify` on all or some hosts and return what it prints.

    It must have been able to look everywhere, and leave with 1 where anything is wrong.
    """
    command = [sys.executable, str(ROOT / f"runbooks/{runbook}.py"), "--config", str(config)]
    command += ["--json", *(word for host in hosts for word in ("--host", host))]
    done = ran(command, timeout_s=300)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    assert done.stdout, done.stderr
    document = json.loads(done.stdout)
    is_wrong = _has_failures(document) if runbook == "verify" else not document["in_sync"]
    assert done.returncode == int(is_wrong)
    return document


def _has_failures(findings: Mapping[str, Any]) -> bool:
    return any(finding["verdict"] == "failed" for each in findings.values() for finding in each)


def _difference(before: State, after: State) -> tuple[str, ...]:
    gone = (f"- {fact}" for fact in sorted(before - after))
    return (*gone, *(f"+ {fact}" for fact in sorted(after - before)))


def _said(plan: Any, site: Site) -> tuple[str, ...]:  # noqa: ANN401 # JSON
    """Return what a plan says of a site at both ends; nothing where it is in sync."""
    host, gateway = site.clone.host, plan["gateways"][site.clone.gateway]
    router = plan["routers"][host]
    names = [r.name for pair in site.pairs for r in (pair.local_gateway, pair.connection)]
    return (
        *router["diff"].splitlines(),
        *router["conflicts"],
        *(
            text
            for text in (*gateway["steps"], *gateway["conflicts"])
            if any(re.search(rf"{name}\b", text) for name in names)
        ),
    )


def _failed(findings: Any) -> tuple[str, ...]:  # noqa: ANN401 # JSON
    return tuple(
        f"{f['subject']}: expected {f['expected']}, actual {f['actual']}"
        for f in findings
        if f["verdict"] == "failed"
    )
