"""Take applied steps back, in reverse order, where nobody else has changed anything since."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from fvrf.azure.links import own_part
from fvrf.azure.resources import Json, writable
from fvrf.azure.state import BROKEN, owner, provisioning
from fvrf.azure.steps import DELETIONS, Step
from fvrf.errors import FvrfError
from tasks.azure.apply import Applied, GatewayWriter
from tasks.azure.rest import Ref
from tasks.azure.trouble import Trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What became of taking a step back; `kept` comes with the reason."""

    step: Step
    outcome: Literal["undone", "kept"]
    reason: str | None = None

    def __str__(self) -> str:
        return f"{self.step}: {self.outcome}" + (f": {self.reason}" if self.reason else "")


class _Kept(Exception):
    """Taking a step back is not safe."""


def undo(writer: GatewayWriter, applied: Iterable[Applied]) -> tuple[Undone, ...]:
    """Take back steps of a writer, the last one first; its lock is held meanwhile.

    What was created is deleted, what was deleted is made anew, what was changed gets its former
    body, a key its former value.
    Never raises for a step that cannot be taken back: its entry says why.
    """
    return tuple(_undone(writer, entry) for entry in reversed(tuple(applied)))


def _undone(writer: GatewayWriter, entry: Applied) -> Undone:
    try:
        if entry.step.kind in DELETIONS:
            _make_anew(writer, entry)
        elif entry.step.kind == "set_key":
            _put_key_back(writer, entry)
        elif entry.prior is None:
            _delete(writer, entry)
        else:
            _put_body_back(writer, entry, entry.prior)
    except (_Kept, Trouble, FvrfError) as reason:
        return Undone(step=entry.step, outcome="kept", reason=str(reason))
    return Undone(step=entry.step, outcome="undone")


def _make_anew(writer: GatewayWriter, entry: Applied) -> None:
    """Make again what was deleted; a connection is made only where its key is known."""
    ref, step = Ref.of(entry.step.target), entry.step
    if writer.writes.look(ref) is not None:
        return
    key = entry.prior_key or (writer.resolve(step.key) if step.key else None)
    if entry.prior is None or (step.kind == "delete_connection" and key is None):
        raise _Kept("it is gone, and what it was is not known")
    writer.writes.put(ref, writable(entry.prior), None)
    if key is not None:
        writer.writes.set_key(ref, key)


def _delete(writer: GatewayWriter, entry: Applied) -> None:
    ref = _ref(writer, entry)
    found = writer.writes.look(ref)
    if found is None:
        return
    if owner(found, writer.desired.pair(entry.step.connection)) != "ours":
        raise _Kept("it no longer bears our tags")
    _unchanged_since(entry, found)
    writer.writes.delete(ref)


def _put_body_back(writer: GatewayWriter, entry: Applied, prior: Json) -> None:
    ref = _ref(writer, entry)
    found = writer.writes.look(ref)
    if found is None:
        raise _Kept("it was deleted since")
    if writable(found) == writable(prior):
        return
    _unchanged_since(entry, found)
    written = writer.writes.put(ref, writable(prior), found.get("etag"))
    if writable(written) != writable(prior):
        raise _Kept("Azure took the former body and shows another")


def _put_key_back(writer: GatewayWriter, entry: Applied) -> None:
    pair = writer.desired.pair(entry.step.connection)
    ref = Ref.of(pair.connection.id)
    if entry.prior_key is None:
        raise _Kept("the former key could not be read")
    body = writer.writes.look(ref)
    if body is not None and provisioning(body) not in {"Succeeded", *BROKEN}:
        # It shows the former key, and may have the new one when its operation ends after all.
        raise _Kept(f"an operation on it has not ended ({provisioning(body)})")
    found = writer.writes.key(ref)
    if found == entry.prior_key:
        return
    if found is None:
        raise _Kept("the key cannot be read")
    if found != writer.resolve(pair.plan.key):
        raise _Kept("someone else has set another key since")
    writer.writes.set_key(ref, entry.prior_key)


def _unchanged_since(entry: Applied, found: Json) -> None:
    if entry.written is None:
        raise _Kept("how it stood after the change was not seen")
    if own_part(found) != own_part(entry.written):
        raise _Kept("someone else has changed it since")


def _ref(writer: GatewayWriter, entry: Applied) -> Ref:
    pair = writer.desired.pair(entry.step.connection)
    is_connection = entry.step.resource == pair.connection.name and entry.step.kind in (
        "create_connection",
        "update_connection",
    )
    return Ref.of((pair.connection if is_connection else pair.local_gateway).id)
