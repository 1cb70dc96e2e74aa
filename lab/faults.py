"""The faults that the control interface sets, of all ends."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from lab.azure.fault_kinds import AZURE_KINDS
from lab.azure.fault_set import AzureFaultSet
from lab.fault_members import FaultError, Kind
from lab.router import faults as router_faults
from lab.router.fault_kinds import ROUTER_KINDS
from lab.trigger import Trigger

KINDS: Mapping[str, Kind] = {**ROUTER_KINDS, **AZURE_KINDS}
SECRET_MEMBERS = ("key",)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """A fault that stands: its body without keys, when it acts, and how it is taken away."""

    shown: dict[str, Any]
    trigger: Trigger
    remove: Callable[[], None]


@dataclass(slots=True, kw_only=True)
class FaultBoard:
    """Sets faults where they act and remembers how to take them away; `seed` is of chance."""

    azure: AzureFaultSet
    routers: Mapping[str, router_faults.Faults]
    seed: int = 0
    _standing: dict[str, _Standing] = field(default_factory=dict)
    _count: int = 0

    def add(self, body: Mapping[str, Any]) -> str:
        """Set the fault `{kind, …}`; return its id. FaultError says what is wrong with it."""
        kind = KINDS.get(body.get("kind", ""))
        if kind is None:
            raise FaultError(f"kind: none of {', '.join(KINDS)}")
        fault = kind.make(**kind.read(body))
        fault_id = f"fault-{self._count + 1}"
        trigger = kind.trigger(body, Random(f"{self.seed}/{fault_id}"))  # noqa: S311 - no secret
        if kind.on_router:
            remove = self._on_router(body.get("router", ""), fault)
        else:
            self.azure.add(fault_id, fault, trigger)
            remove = self._on_azure(fault_id)
        self._count += 1
        shown = {name: given for name, given in body.items() if name not in SECRET_MEMBERS}
        self._standing[fault_id] = _Standing(shown=shown, trigger=trigger, remove=remove)
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
            "standing": {
                key: {
                    "fault": one.shown,
                    "events": one.trigger.events,
                    "acted": one.trigger.acted,
                }
                for key, one in self._standing.items()
            },
        }

    def _on_router(self, name: str, fault: router_faults.Fault) -> Callable[[], None]:
        faults = self.routers.get(name)
        if faults is None:
            raise FaultError(f"router: no router {name!r}")
        number = faults.add(fault)
        return lambda: faults.remove(number)

    def _on_azure(self, fault_id: str) -> Callable[[], None]:
        return lambda: self.azure.remove(fault_id)
