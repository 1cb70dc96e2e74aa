"""The faults that the control interface sets, of all ends."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

from lab.azure.fault_kinds import AZURE_KINDS
from lab.azure.fault_set import AzureFaultSet
from lab.fault_members import FaultError, Kind, sparks
from lab.router.fault_kinds import ROUTER_KINDS
from lab.router.fault_set import Faults
from lab.trigger import Fuse, Trigger

KINDS: Mapping[str, Kind] = {**ROUTER_KINDS, **AZURE_KINDS}
SECRET_MEMBERS = ("key",)
AZURE = "azure"
AnyFault = Any  # of a router or of Azure; its kind says which


@dataclass(slots=True, kw_only=True)
class _Standing:
    """A fault that stands: its body without keys, when it acts, and how it is taken away."""

    shown: dict[str, Any]
    trigger: Trigger
    fuse: Fuse | None = None
    remove: Callable[[], None] = lambda: None

    def as_json(self) -> dict[str, Any]:
        """Return what `GET /faults` shows of it."""
        return {
            "fault": self.shown,
            "begun": self.fuse is None or self.fuse.is_burnt,
            "events": self.trigger.events,
            "acted": self.trigger.acted,
        }


@dataclass(slots=True, kw_only=True)
class FaultBoard:
    """Sets faults where they act and remembers how to take them away; `seed` is of chance."""

    azure: AzureFaultSet
    routers: Mapping[str, Faults]
    seed: int = 0
    _standing: dict[str, _Standing] = field(default_factory=dict)
    _count: int = 0

    def __post_init__(self) -> None:
        self.azure.noticed = partial(self._notice, AZURE)
        for name, faults in self.routers.items():
            faults.noticed = partial(self._notice, name)

    def add(self, body: Mapping[str, Any]) -> str:
        """Set the fault `{kind, …}`; return its id. FaultError says what is wrong with it."""
        kind = KINDS.get(body.get("kind", ""))
        if kind is None:
            raise FaultError(f"kind: none of {', '.join(KINDS)}")
        fault = kind.make(**kind.read(body))
        fault_id = f"fault-{self._count + 1}"
        dice = Random(f"{self.seed}/{fault_id}")  # noqa: S311 - no secret
        shown = {name: given for name, given in body.items() if name not in SECRET_MEMBERS}
        one = _Standing(shown=shown, trigger=kind.trigger(body, dice))
        begin = self._beginning(kind, body, fault, fault_id, one)
        waited_for = sparks(body, {AZURE, *self.routers}, dice)
        if waited_for:
            one.fuse = Fuse(sparks=waited_for, begin=begin)
        else:
            begin()
        self._count += 1
        self._standing[fault_id] = one
        return fault_id

    def remove(self, fault_id: str) -> None:
        """Take a fault away; KeyError where there is none."""
        self._standing.pop(fault_id).remove()

    def standing(self) -> dict[str, dict[str, Any]]:
        """Return the standing faults by id, without keys."""
        return {fault_id: one.shown for fault_id, one in self._standing.items()}

    def as_json(self) -> dict[str, Any]:
        """Return the kinds there are, and the standing faults with how often they acted."""
        return {
            "kinds": {name: kind.as_json(name) for name, kind in KINDS.items()},
            "standing": {key: one.as_json() for key, one in self._standing.items()},
        }

    def _notice(self, end: str, text: str) -> None:
        """Let the faults begin that wait for what happens now."""
        for one in tuple(self._standing.values()):
            if one.fuse is not None:
                one.fuse.notice(end, text)

    def _beginning(
        self, kind: Kind, body: Mapping[str, Any], fault: AnyFault, fault_id: str, one: _Standing
    ) -> Callable[[], None]:
        """Return what lets a fault act from then on."""
        if kind.on_router:
            return self._on_router(body.get("router", ""), fault, one)

        def begin() -> None:
            self.azure.add(fault_id, fault, one.trigger)
            one.remove = partial(self.azure.remove, fault_id)

        return begin

    def _on_router(self, name: str, fault: AnyFault, one: _Standing) -> Callable[[], None]:
        faults = self.routers.get(name)
        if faults is None:
            raise FaultError(f"router: no router {name!r}")

        def begin() -> None:
            one.remove = partial(faults.remove, faults.add(fault, one.trigger))

        return begin
