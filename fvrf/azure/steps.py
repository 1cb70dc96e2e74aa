"""The writes that bring a gateway's connections to what is wanted, as data to show and to do."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

from fvrf.azure.conflict import AzureConflict
from fvrf.azure.fields import Change
from fvrf.azure.preparation import Preparation
from fvrf.secrets import SecretRef

StepKind = Literal[
    "create_local_gateway",
    "update_local_gateway",
    "create_connection",
    "update_connection",
    "set_key",
    "delete_connection",
    "delete_local_gateway",
]
_FAR_ENDS = frozenset({"create_local_gateway", "update_local_gateway"})
DELETIONS: frozenset[StepKind] = frozenset({"delete_connection", "delete_local_gateway"})

_WORDS = MappingProxyType(
    {
        "create_local_gateway": "create local network gateway",
        "update_local_gateway": "change local network gateway",
        "create_connection": "create connection",
        "update_connection": "change connection",
        "set_key": "set the key of connection",
        "delete_connection": "delete connection",
        "delete_local_gateway": "delete local network gateway",
    }
)


# A connection's parts in a virtual WAN.
_HUB_WORDS = (("connection", "link connection"), ("local network gateway", "VPN site link"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One write. A created connection is given its key in the same step.

    As text it is the write in plain words; `changes` has what a new resource is given, too.

    `interrupts`: it may break a working tunnel, so that it runs in the window of `router`.
    A deletion names the id of its `target`, which is in no plan any more, and that of a connection
    the `key` that it would be made anew with. `at_hub`: it is one of a virtual WAN.
    """

    kind: StepKind
    resource: str
    connection: str
    router: str
    interrupts: bool
    changes: tuple[Change, ...] = ()
    target: str = ""
    key: SecretRef | None = None
    at_hub: bool = False

    @property
    def is_felt(self) -> bool:
        """Whether it says anything new of the tunnel: other tags do not."""
        return any(not change.field.startswith("tags.") for change in self.changes)

    def __str__(self) -> str:
        words = _WORDS[self.kind]
        for word, own in _HUB_WORDS if self.at_hub else ():
            words = words.replace(word, own)
        head = f"{words} {self.resource}"
        if not self.kind.startswith("update"):
            return head
        return f"{head} ({', '.join(f'{c.field} {c.found} -> {c.wanted}' for c in self.changes)})"


def of_hub(steps: Iterable[Step]) -> list[Step]:
    """Return a virtual WAN's steps: a VPN site has all its links before any is connected."""
    own = [replace(step, at_hub=True) for step in steps]
    return sorted(own, key=lambda step: step.kind not in _FAR_ENDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class AzureDiff:
    """The difference of one gateway; with conflicts nothing of what they concern is in `steps`.

    `foreign` are other connections of the gateway, shown and never touched; `removals` the
    deletions of what was named to go; `preparation` is what the gateway lacks and can be given.
    """

    steps: tuple[Step, ...]
    conflicts: tuple[AzureConflict, ...]
    foreign: tuple[str, ...]
    warnings: tuple[str, ...]
    removals: tuple[Step, ...] = ()
    preparation: Preparation | None = None

    @property
    def in_sync(self) -> bool:
        """Nothing to write and nothing in the way."""
        return not (self.steps or self.removals or self.conflicts)

    @property
    def additions(self) -> tuple[Step, ...]:
        """The steps that break nothing and may run before any router's window."""
        return tuple(step for step in self.steps if not step.interrupts)

    def window(self, router: str) -> tuple[Step, ...]:
        """Return the steps that belong in the window of a router."""
        return tuple(step for step in self.steps if step.interrupts and step.router == router)
