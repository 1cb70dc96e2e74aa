"""The key that both ends have: found by reference, and proven, before a new one is written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fvrf.azure.resources import desired
from fvrf.checks.verdict import verdict
from fvrf.errors import Refused
from fvrf.rotation import Rotation, shared
from fvrf.secrets import Secret, SecretRef
from tasks.azure.rest import Ref
from tasks.azure.trouble import Trouble, cannot_look
from tasks.key_store import WRITABLE, with_value
from tasks.project import Project
from tasks.reconcile import gateway_client
from tasks.rollout import Prepared
from tasks.router_change import in_one_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The old key of a connection; `differs` is False where the new one is just that."""

    old: SecretRef
    differs: bool


def find_old(project: Project, one: Rotation, *, generate: bool) -> Found:
    """Return the reference of the key to go back to.

    A generated key takes the place of the reference's own; else it is `previous_key`, or the
    version of the key vault that Azure has. Raises Refused, and CannotLook where an end or the
    store cannot be read.
    """
    if one.key in shared(project.plan):
        raise Refused(
            f"{one.key} is the key of several connections, which would all change at once",
            remedy="give each connection a reference of its own; the scheme `article` has one key",
            code="F360",
        )
    if generate:
        if one.key.scheme not in WRITABLE:
            raise Refused(
                f"nothing can be written to {one.key}",
                remedy="change it in its own store, name previous_key, and leave out --generate",
                code="F361",
            )
        return Found(old=one.key, differs=True)
    old = _previous(project, one) or _of_azure(project, one)
    secrets = project.secrets
    return Found(old=old, differs=secrets.resolve(old) != secrets.resolve(one.key))


def unfit(prepared: Prepared, known: Mapping[Rotation, SecretRef]) -> dict[Rotation, str]:
    """Return why a key is not rotated: an end that differs otherwise, or cannot be compared."""
    return {one: "; ".join(reasons) for one in known if (reasons := tuple(_reasons(prepared, one)))}


def _reasons(prepared: Prepared, one: Rotation) -> Iterator[str]:
    for end in (one.router, one.gateway):
        if end in prepared.errors:
            yield in_one_line(prepared.errors[end])
    router, gateway = prepared.routers.get(one.router), prepared.gateways.get(one.gateway)
    if router is None or gateway is None:
        return
    if router.refusal is not None or not router.diff.in_sync:
        yield "the router differs from the intent: `plan` shows it; rollout first"
    elif verdict(router.findings) != "passed":
        yield "the router does not pass every check before: `verify` shows it"
    state = gateway.state.key(one.connection)
    if state != "equal":
        yield f"the key in Azure is {state}: it could not be put back by reference"
    if any(step.connection == one.connection for step in gateway.diff.steps):
        yield "Azure differs from the intent: `plan` shows it; rollout first"


def _previous(project: Project, one: Rotation) -> SecretRef | None:
    router = project.intent.routers[one.router]
    return next(
        placed.connection.previous_key
        for placed in router.connections()
        if placed.connection.azure_names(one.router).connection == one.connection
    )


def _of_azure(project: Project, one: Rotation) -> SecretRef:
    """Find the version that Azure has among those of the key vault."""
    key = _in_azure(project, one)
    found = with_value(project.secrets, one.key, key) if key is not None else None
    if found is None:
        raise Refused(
            f"the key that {one.connection} has in Azure is none that {one.key} resolves to",
            remedy="name its reference as previous_key: a new key is written only if the old one"
            " can be put back",
            code="F362",
        )
    return found


def _in_azure(project: Project, one: Rotation) -> Secret | None:
    pair = desired(project.gateway(one.gateway)).pair(one.connection)
    client, ref = gateway_client(project, one.gateway), Ref.of(pair.connection.id)
    try:
        return client.key(ref)
    except Trouble as found:
        raise cannot_look(found, one.connection, ref.key_action) from found
    finally:
        client.close()
