"""Apply a gateway's steps, one after the other, keeping what taking them back would need."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any, TypeVar

from fvrf.azure.fields import differences
from fvrf.azure.links import own_part
from fvrf.azure.resources import Desired, Json, Pair, Resource
from fvrf.azure.state import AzureState, KeyState
from fvrf.azure.steps import DELETIONS, Step
from fvrf.errors import ChangeFailed, Conflict, Unknown
from fvrf.secrets import Resolve, Secret
from tasks.azure.patience import Patience
from tasks.azure.read import compared
from tasks.azure.rest import GatewayEnd, Ref
from tasks.azure.trouble import Trouble, cannot_look, change_failed
from tasks.azure.writes import Writes

T = TypeVar("T")

_LOOK_BY_HAND = "look at the connection in the Azure portal before running again"
_LOCKS: defaultdict[str, Lock] = defaultdict(Lock)
_LOCKS_GUARD = Lock()


def writer_lock(gateway_id: str) -> Lock:
    """Return the lock of a gateway's one writer in this process; the caller holds it."""
    with _LOCKS_GUARD:
        return _LOCKS[gateway_id.casefold()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """A step that wrote, or may have: what stood before, and what stands since.

    `prior` is None for what was created, `written` where the end could not be seen afterwards.
    `key` tells whether the key was proven; it is None where no key was written.
    """

    step: Step
    prior: Json | None = field(repr=False)
    written: Json | None = field(repr=False)
    prior_key: Secret | None = None
    key: KeyState | None = None


class GatewayWriter:
    """Applies the steps of one gateway; hold its `writer_lock` meanwhile.

    `applied` has one entry for each step that began to write, a failed one included, in order;
    `begun` is told of each before anything is sent.
    """

    def __init__(
        self,
        client: GatewayEnd,
        desired: Desired,
        state: AzureState,
        resolve: Resolve,
        patience: Patience,
        begun: Callable[[Applied], None] = lambda _entry: None,
    ) -> None:
        self.writes = Writes(client=client, patience=patience)
        self.desired = desired
        self.resolve = resolve
        self.applied: list[Applied] = []
        self._begun = begun
        self._state = state
        self._known: dict[str, Json] = {
            str(body["id"]).casefold(): body for body in (*state.local_gateways, *state.connections)
        }

    def apply(self, step: Step) -> Applied:
        """Do one step and prove it.

        Raises Conflict if the resource changed since it was read, CannotLook if it cannot be
        read and nothing was written yet, ChangeFailed if the write did not succeed, Unknown if
        it was sent and the resource cannot be seen since.
        """
        if step.kind in DELETIONS:
            self._delete(step)
            return self.applied[-1]
        pair = self.desired.pair(step.connection)
        if step.kind == "set_key":
            self._set_key(step, pair)
        elif step.kind in ("create_local_gateway", "update_local_gateway"):
            self._put(step, pair.local_gateway)
        else:
            self._put(step, pair.connection)
            self._check_key(step, pair)
        return self.applied[-1]

    def recall(self, step: Step, prior: Json | None, written: Json | None) -> None:
        """Take a write of an earlier run for one of this writer's, so that it can be taken back.

        Where how it ended was not seen, it is held for ours if it stands as it should.
        """
        pair = self.desired.pair(step.connection)
        is_local = step.kind in ("create_local_gateway", "update_local_gateway")
        resource = pair.local_gateway if is_local else pair.connection
        found = self._known.get(resource.id.casefold())
        if written is None and found is not None and not differences(resource, found):
            written = found
        self.applied.append(Applied(step=step, prior=prior, written=written))

    def _begin(self, entry: Applied) -> None:
        self._begun(entry)
        self.applied.append(entry)

    def _put(self, step: Step, resource: Resource) -> None:
        found = self._unchanged(step, resource)
        body = resource.body(found, location=self._state.location)
        etag = None if found is None else found.get("etag")
        self._begin(Applied(step=step, prior=found, written=None))
        written = self._attempt(step, resource, lambda: self._sent(resource, body, etag))
        self._saw(resource, written)
        wrong = differences(resource, written)
        if wrong:
            raise ChangeFailed(
                f"{step}: Azure took it and shows {'; '.join(str(change) for change in wrong)}",
                remedy="see whether a policy of the subscription changes what is written",
                code="F533",
            )

    def _delete(self, step: Step) -> None:
        resource = Resource(id=step.target, name=step.resource, tags={}, declared={})
        ref = Ref.of(step.target)
        found = self._unchanged(step, resource)
        key = self.writes.key(ref) if step.kind == "delete_connection" else None
        self._begin(Applied(step=step, prior=found, written=None, prior_key=key))
        self._attempt(step, resource, lambda: self.writes.delete(ref))
        self._saw(resource, None)

    def _sent(self, resource: Resource, body: Json, etag: str | None) -> Json:
        """Write; a new etag is no conflict where our own lost attempt is what made it."""
        ref = Ref.of(resource.id)
        try:
            return self.writes.put(ref, body, etag)
        except Trouble as found:
            written = self.writes.look(ref) if found.is_stale else None
            if written is None or differences(resource, written):
                raise
            return written

    def _check_key(self, step: Step, pair: Pair) -> None:
        """Read the key back after a PUT of the connection, and set it where it is not right.

        A new connection was sent none, so that the service made one up.
        """
        created = step.kind == "create_connection"
        if not created and self._state.key(pair.connection.name) != "equal":
            return
        key = self.resolve(pair.plan.key)
        state = compared(self.writes.key(Ref.of(pair.connection.id)), key)
        if state == "different" or (created and state != "equal"):
            self._write_key(step, pair, key)
        else:
            self._note(key=state)

    def _set_key(self, step: Step, pair: Pair) -> None:
        found = self._unchanged(step, pair.connection)
        prior = self.writes.key(Ref.of(pair.connection.id))
        self._begin(Applied(step=step, prior=found, written=None, prior_key=prior))
        self._write_key(step, pair, self.resolve(pair.plan.key))

    def _write_key(self, step: Step, pair: Pair, key: Secret) -> None:
        ref = Ref.of(pair.connection.id)
        state = self._attempt(step, pair.connection, lambda: self.writes.set_key(ref, key))
        self._note(key=state)
        self._saw(pair.connection, self._look(step, pair.connection))

    def _unchanged(self, step: Step, resource: Resource) -> Json | None:
        """Return the resource as it stands; raises Conflict if that is not how it was read."""
        known = self._known.get(resource.id.casefold())
        found = self._look(step, resource)
        if (known is None) != (found is None) or (
            known is not None
            and found is not None
            and known.get("etag") != found.get("etag")
            and own_part(known) != own_part(found)
        ):
            raise _changed(resource)
        return found

    def _look(self, step: Step, resource: Resource) -> Json | None:
        try:
            return self.writes.look(Ref.of(resource.id))
        except Trouble as found:
            action = f"{Ref.of(resource.id).kind}/read"
            if self.applied:
                raise Unknown(f"{step}: {found}", remedy=_LOOK_BY_HAND, code="F595") from found
            raise cannot_look(found, str(step), action) from found

    def _attempt(self, step: Step, resource: Resource, write: Callable[[], T]) -> T:
        """Write; where that fails, note how the resource stands before saying so."""
        try:
            return write()
        except Trouble as found:
            if found.is_stale:
                self.applied.pop()
                raise _changed(resource) from found
            try:
                self._saw(resource, self.writes.look(Ref.of(resource.id)))
            except Trouble as blind:
                raise Unknown(f"{step}: {found}", remedy=_LOOK_BY_HAND, code="F595") from blind
            raise change_failed(found, str(step), _action(step, resource)) from found

    def _saw(self, resource: Resource, body: Json | None) -> None:
        self._note(written=body)
        if body is None:
            self._known.pop(resource.id.casefold(), None)
        else:
            self._known[resource.id.casefold()] = body

    def _note(self, **facts: Any) -> None:  # noqa: ANN401 # fields of Applied
        self.applied[-1] = replace(self.applied[-1], **facts)


def _action(step: Step, resource: Resource) -> str:
    """Return the permission that a step needs."""
    ref = Ref.of(resource.id)
    if step.kind == "set_key":
        return f"{ref.key_kind}/write"
    return f"{ref.kind}/{'delete' if step.kind in DELETIONS else 'write'}"


def _changed(resource: Resource) -> Conflict:
    return Conflict(
        f"{resource.name} was changed in Azure since it was read",
        remedy="see who changes it, then run again: a new plan takes it into account",
        code="F430",
    )
