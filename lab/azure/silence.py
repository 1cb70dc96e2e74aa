"""Connections that do not answer their peer: stuck ones, and those whose tunnels flap."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from lab.azure.faults import TunnelFlaps
from lab.azure.store import same
from lab.clock import Clock
from lab.trigger import Trigger


class SilenceFaults(Protocol):
    """What makes connections silent."""

    def connection_stuck(self, connection: str) -> bool:
        """Tell whether the connection named stays Connecting."""
        ...

    def flaps(self) -> Mapping[str, tuple[TunnelFlaps, Trigger]]:
        """Return the tunnels that are to go down and up again, by the fault's id."""
        ...


@dataclass(slots=True, kw_only=True)
class Silences:
    """Which tunnels are silent now; `changed` is called whenever that is another than before."""

    clock: Clock
    faults: SilenceFaults
    changed: Callable[[], None] = lambda: None
    _running: set[str] = field(default_factory=set)
    _down: set[str] = field(default_factory=set)

    def look(self) -> None:
        """Take notice of faults that came or went."""
        flaps = self.faults.flaps()
        for fault_id in flaps.keys() - self._running:
            self._running.add(fault_id)
            self._turn(fault_id)
        self._running &= flaps.keys()
        self._down &= flaps.keys()

    def of(self, connection: str, instances: Iterable[int]) -> frozenset[int]:
        """Return the instances of a gateway that do not answer for the connection named."""
        if self.faults.connection_stuck(connection):
            return frozenset(instances)
        down = [
            flap for fault_id, (flap, _) in self.faults.flaps().items() if fault_id in self._down
        ]
        return frozenset(
            index
            for flap in down
            if same(flap.connection, connection)
            for index in instances
            if flap.instance in (None, index)
        )

    def _turn(self, fault_id: str) -> None:
        """Let a tunnel go down or come up, and set the time of its next turn."""
        found = self.faults.flaps().get(fault_id)
        if found is None:
            return
        flap, trigger = found
        if fault_id in self._down:
            self._down.discard(fault_id)
        elif trigger.fires():
            self._down.add(fault_id)
        wait_s = flap.down_s if fault_id in self._down else flap.up_s
        self.clock.call_later(max(wait_s, 1.0), lambda: self._turn(fault_id))
        self.changed()
