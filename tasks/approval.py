"""Approval: a plan kept in a file, and whether both ends are still as it found them."""

import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from fvrf.approval import Approved, End, seal
from fvrf.azure.fields import standing
from fvrf.errors import InputError, Problem, Refused
from fvrf.secrets import SecretRef
from tasks.changes import ChangeFile, ChangeFolder, write_atomically
from tasks.files import writable
from tasks.fingerprint import fingerprint
from tasks.prepare import PreparedRouter
from tasks.project import Project, Selection, open_project
from tasks.reconcile import PreparedGateway

if TYPE_CHECKING:
    from tasks.rollout import Prepared

KEPT: ChangeFile = "approved.json"


def approval(
    project: Project, prepared: "Prepared", *, adopt: bool, from_asn: int | None = None
) -> Approved:
    """Return the plan of both ends as it is now, to be approved.

    Raises Refused where an end could not be read: nobody can approve what was not seen.
    """
    if prepared.errors:
        raise Refused(
            f"no plan to approve: {', '.join(prepared.errors)} cannot be read",
            remedy="see above; choose the others with --host, --site or --gateway",
            code="F370",
        )
    salt = secrets.token_hex(16)
    return Approved(
        made=project.clock.utc(),
        intent=fingerprint(project),
        adopt=adopt,
        from_asn=from_asn,
        salt=salt,
        routers={host: router_end(router) for host, router in prepared.routers.items()},
        connections={
            name: end
            for gateway in prepared.gateways.values()
            for name, end in connection_ends(gateway).items()
        },
        keys={str(key): key_seal(project, key, salt) for key in _keys(project)},
    )


def write_approval(path: Path, approved: Approved) -> None:
    """Write the plan's file, 0600; raises Refused where the disk will not."""
    with writable("the plan"):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, approved.to_json())


def read_approval(path: Path) -> Approved:
    """Read a plan's file; raises InputError where it is none."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "is no text"
        problem = Problem(file=str(path), host="", path="", message=f"cannot be read: {reason}")
        raise InputError([problem]) from error
    return Approved.from_json(text, file=str(path))


def keep_approval(folder: ChangeFolder, approved: Approved) -> None:
    """Keep a plan with the change that applies it: a resume applies nothing else either."""
    with writable("the plan"):
        folder.write(KEPT, approved.to_json())


def kept_approval(folder: ChangeFolder) -> Approved | None:
    """Return the plan that a change was begun with, None where it had none."""
    path = folder.path / KEPT
    return read_approval(path) if path.exists() else None


def open_approved(config: Path, approved: Approved) -> Project:
    """Open the project with the routers of a plan.

    Raises Refused if the intent or a template is another than the plan was made from.
    """
    project = open_project(config, Selection(hosts=tuple(approved.routers)))
    if fingerprint(project) != approved.intent:
        raise Refused(
            "the intent or the templates are not those that this plan was made from",
            remedy="make the plan anew with `plan --out FILE`, and have that approved",
            code="F371",
        )
    return project


def drift(project: Project, prepared: "Prepared", approved: Approved, host: str) -> tuple[str, ...]:
    """Return what is not as approved for a router, at both ends, as lines of a diff."""
    return tuple(_drift(project, prepared, approved, host))


def _drift(project: Project, prepared: "Prepared", approved: Approved, host: str) -> Iterator[str]:
    yield from approved.routers[host].drift(router_end(prepared.routers[host]))
    for connection in project.plan.routers[host].connections:
        if connection.gateway not in prepared.gateways:
            continue
        ends = connection_ends(prepared.gateways[connection.gateway])
        name = f"{connection.gateway} {connection.name}"
        yield from approved.connections[name].drift(ends[name])
        if approved.keys[str(connection.key)] != key_seal(project, connection.key, approved.salt):
            yield f"the key {connection.key} is another one"


def router_end(router: PreparedRouter) -> End:
    """Return a router's own lines as found, canonical and without keys, and what is typed."""
    diff = router.diff
    return End(
        found=tuple(line for key in sorted(diff.found) for line in diff.found[key].lines()),
        wanted=tuple(line for block in router.blocks for line in block.lines),
    )


def connection_ends(gateway: PreparedGateway) -> Mapping[str, End]:
    """Return a gateway's connections of ours by their names, as found and with their steps."""
    state, made = gateway.state, {}
    for pair in gateway.desired.pairs:
        name = pair.connection.name
        made[f"{gateway.host} {name}"] = End(
            found=(
                *standing(pair.local_gateway, state.local_gateway(pair.local_gateway.id)),
                *standing(pair.connection, state.connection(pair.connection.id)),
                f"{name}: key: {state.key(name)}",
            ),
            wanted=tuple(str(step) for step in gateway.diff.steps if step.connection == name),
        )
    return made


def key_seal(project: Project, key: SecretRef, salt: str) -> str:
    """Return the version of a key, or what tells it from another where its store has none."""
    version = project.secrets.version(key)
    return f"version {version}" if version else seal(project.secrets.resolve(key), salt)


def _keys(project: Project) -> Iterator[SecretRef]:
    for host in project.routers:
        yield from (connection.key for connection in project.plan.routers[host].connections)
