"""What takes back what a change wrote in Azure: steps like any other, in the reverse order.

What was created is deleted, what was changed gets its former body. A key that was set is in no
journal, so that nothing of its connection can be taken back.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from fvrf.azure.conflict import AzureConflict
from fvrf.azure.fields import differences
from fvrf.azure.resources import Desired, Json, Pair, Resource, writable
from fvrf.azure.state import AzureState
from fvrf.azure.steps import DELETIONS, AzureDiff, Step, StepKind
from fvrf.trace import AzureWrite

# By whether it is a connection.
_UPDATES: Mapping[bool, StepKind] = MappingProxyType(
    {True: "update_connection", False: "update_local_gateway"}
)
_DELETIONS: Mapping[bool, StepKind] = MappingProxyType(
    {True: "delete_connection", False: "delete_local_gateway"}
)
_LOCAL = frozenset({"create_local_gateway", "update_local_gateway"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """One resource: what stood before the change's first write, and what after its last."""

    pair: Pair
    resource: Resource
    prior: Json | None
    written: Json | None

    @property
    def is_connection(self) -> bool:
        return self.resource is self.pair.connection


def restored(
    desired: Desired, actual: AzureState, writes: Sequence[AzureWrite]
) -> tuple[Desired, AzureDiff]:
    """Return what is wanted again, and the steps that lead there from what stands now."""
    resources = list(_resources(desired, writes))
    conflicts = [*_refused(writes), *(c for one in resources if (c := _changed(one, actual)))]
    pairs = {pair.connection.name: pair for pair in desired.pairs}
    steps: list[Step] = []
    for one in sorted(resources, key=lambda one: not one.is_connection):
        found = _found(one, actual)
        if one.prior is None and found is not None:
            steps.append(_deletion(one, found))
        elif one.prior is not None and found is not None:
            former = _former(one.resource, one.prior, found)
            name = one.pair.connection.name
            pairs[name] = _with(pairs[name], former, one)
            if changes := differences(former, found):
                steps.append(_step(one, _UPDATES[one.is_connection], changes=changes))
    if desired.facts.hub is not None:
        steps = [replace(step, at_hub=True) for step in steps]
    diff = AzureDiff(
        steps=() if conflicts else tuple(steps),
        conflicts=tuple(conflicts),
        foreign=(),
        warnings=(),
    )
    return replace(desired, pairs=tuple(pairs.values())), diff


def _former(resource: Resource, prior: Json, found: Json) -> Resource:
    """Return a resource as it was; what it had not is to be gone again."""
    since = dict.fromkeys(writable(found)["properties"])
    return replace(
        resource,
        tags=MappingProxyType(prior.get("tags") or {}),
        declared=MappingProxyType({**since, **prior["properties"]}),
    )


def _resources(desired: Desired, writes: Iterable[AzureWrite]) -> Iterator[_Written]:
    by_resource: dict[tuple[str, bool], list[AzureWrite]] = {}
    for write in writes:
        if write.kind != "set_key" and write.kind not in DELETIONS:
            by_resource.setdefault((write.connection, write.kind in _LOCAL), []).append(write)
    for (connection, is_local), own in by_resource.items():
        pair = desired.pair(connection)
        yield _Written(
            pair=pair,
            resource=pair.local_gateway if is_local else pair.connection,
            prior=own[0].prior,
            written=own[-1].written,
        )


def _refused(writes: Iterable[AzureWrite]) -> Iterator[AzureConflict]:
    """Yield what no step takes back."""
    for write in writes:
        if write.kind == "set_key" or write.kind in DELETIONS:
            yield AzureConflict(
                resource=write.resource,
                subject="key",
                expected="a write that can be taken back",
                actual=write.kind.replace("_", " "),
                remedy="its former key is in no journal: roll out, or rotate, to the key wanted",
                connection=write.connection,
            )


def _changed(one: _Written, actual: AzureState) -> AzureConflict | None:
    """Refuse what somebody changed since; what is gone since needs no step if it was created."""
    found = _found(one, actual)
    if found is None:
        shown = None if one.prior is None else "gone"
    elif one.written is not None and writable(found) == writable(one.written):
        shown = None
    else:
        shown = "changed since, or not seen after the change"
    if shown is None:
        return None
    return AzureConflict(
        resource=one.resource.name,
        subject="body",
        expected="as the change left it",
        actual=shown,
        remedy="see who changed it; take that back, or this by hand",
        connection=one.pair.connection.name,
        router=one.pair.plan.router,
    )


def _found(one: _Written, actual: AzureState) -> Json | None:
    look = actual.connection if one.is_connection else actual.local_gateway
    return look(one.resource.id)


def _with(pair: Pair, former: Resource, one: _Written) -> Pair:
    if one.is_connection:
        return replace(pair, connection=former)
    return replace(pair, local_gateway=former)


def _deletion(one: _Written, found: Json) -> Step:
    key = one.pair.plan.key if one.is_connection else None
    return _step(one, _DELETIONS[one.is_connection], target=str(found["id"]), key=key)


def _step(one: _Written, kind: StepKind, **more: Any) -> Step:  # noqa: ANN401 - fields of Step
    return Step(
        kind=kind,
        resource=one.resource.name,
        connection=one.pair.connection.name,
        router=one.pair.plan.router,
        interrupts=True,
        **more,
    )
