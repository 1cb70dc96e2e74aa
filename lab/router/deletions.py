"""What a router is still deleting: VRFs, distinguishers and BGP go away some time later."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True)
class Deletions:
    """VRFs and route distinguishers on their way out, each until a lab time of `now`."""

    now: Callable[[], float]
    lasts_s: Callable[[], float]
    _vrfs: dict[str, float] = field(default_factory=dict)
    _distinguishers: dict[str, tuple[str, float]] = field(default_factory=dict)
    _bgp: float = 0.0
    _waited: bool = False

    @contextmanager
    def waited_for(self) -> Iterator[None]:
        """Let nothing be on its way out, as for who waits between two commands."""
        self._waited = True
        try:
            yield
        finally:
            self._waited = False

    def forget(self) -> None:
        """Have nothing on its way out, as after a boot."""
        self._vrfs.clear()
        self._distinguishers.clear()
        self._bgp = 0.0

    def vrf_begins(self, name: str) -> None:
        """Take notice of a VRF that was removed."""
        self._vrfs[name] = self.now() + self.lasts_s()

    def rd_begins(self, rd: str, vrf: str) -> None:
        """Take notice of a route distinguisher that was removed from a VRF."""
        self._distinguishers[rd] = (vrf, self.now() + self.lasts_s())

    def bgp_begins(self) -> None:
        """Take notice of a BGP process that was removed."""
        self._bgp = self.now() + self.lasts_s()

    def bgp_lasts(self) -> bool:
        """Tell whether a BGP process is still being deconfigured."""
        return not self._waited and self.now() < self._bgp

    def vrf_lasts(self, name: str) -> bool:
        """Tell whether a VRF of this name is still being deleted."""
        return not self._waited and self.now() < self._vrfs.get(name, 0)

    def holder(self, rd: str) -> str | None:
        """Return the VRF from which this route distinguisher is still being deleted."""
        vrf, until = self._distinguishers.get(rd, ("", 0.0))
        return vrf if not self._waited and self.now() < until else None

    def rd_lasts(self, vrf: str) -> bool:
        """Tell whether a VRF's route distinguisher is still being deleted."""
        return not self._waited and any(
            holder == vrf and self.now() < until for holder, until in self._distinguishers.values()
        )
