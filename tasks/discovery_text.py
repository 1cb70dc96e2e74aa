"""What was discovered, as a file for the inventory and in words; no key is in either."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import yaml

from fvrf.discovery.notes import FILL_IN, Path
from fvrf.errors import FvrfError
from tasks.discover import TakenOver
from tasks.discover_gateways import FoundGateway


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """All that was discovered; `errors` has why there is nothing of a router."""

    routers: Sequence[TakenOver] = ()
    gateways: Sequence[FoundGateway] = ()
    errors: Mapping[str, FvrfError] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """2 if a host was not read, 1 if something is left to do."""
        if self.errors:
            return 2
        routers = all(one.is_whole for one in self.routers)
        return 0 if routers and all(one.is_whole for one in self.gateways) else 1


def inventory_text(found: Found, time: datetime) -> str:
    """Return entries for a file of hosts, what is left to do above each as a comment."""
    gateways = (_entry(one.host, one.entry, time, ()) for one in found.gateways)
    routers = (_entry(one.found.host, one.entry, time, told(one)) for one in found.routers)
    return "".join((*gateways, *routers))


def _entry(host: str, entry: Mapping[str, Any], time: datetime, left: Iterable[str]) -> str:
    text = yaml.safe_dump({host: dict(entry)}, sort_keys=False, allow_unicode=True, width=100)
    head = [f"{host} as it stood at {time:%Y-%m-%dT%H:%M:%SZ}", *left]
    return "".join(f"# {line}\n" for line in head) + text


def told(one: TakenOver) -> Iterator[str]:
    """Yield what is left to do for a router, a line each."""
    for path, why in one.found.gaps.items():
        yield f"{FILL_IN} {_shown(path)}: {why}"
    yield from (f"note: {note}" for note in one.found.notes)
    for key in one.found.keys:
        place = f"keyring {key.keyring}, {key.peer}" if key.keyring else "a key that was not found"
        yield f"key: {key.reference} is to hold that of {place}"
    yield from (f"problem: {problem.line}" for problem in one.problems)
    yield from (f"a plan would change: {line}" for line in one.differences.splitlines())


def _shown(path: Path) -> str:
    return ".".join(map(str, ("data", *path)))


def verdicts(found: Found) -> Iterator[str]:
    """Say of each host whether its intent is whole, and what is left to do."""
    for gateway in found.gateways:
        yield f"{gateway.host}: {'not as the inventory has it' if gateway.differs else 'read'}"
        yield from (f"  {line}" for line in gateway.differs)
    for one in found.routers:
        if one.is_whole:
            yield f"{one.found.host}: taken over whole; a plan of it changes no line"
        else:
            yield f"{one.found.host}: not whole"
            yield from (f"  {line}" for line in told(one))


def document(found: Found) -> dict[str, object]:
    """Return all of it as JSON."""
    routers = {
        one.found.host: {"whole": one.is_whole, "entry": one.entry, "left": [*told(one)]}
        for one in found.routers
    }
    gateways = {
        one.host: {"whole": one.is_whole, "entry": one.entry, "left": [*one.differs]}
        for one in found.gateways
    }
    return {
        "routers": routers,
        "gateways": gateways,
        "errors": {host: str(error) for host, error in found.errors.items()},
    }
