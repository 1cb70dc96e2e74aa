"""What was discovered, as a file for the inventory and in words; no key is in either."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import yaml

from fvrf.discovery.notes import FILL_IN, Path
from fvrf.errors import FvrfError
from tasks.discover import TakenOver


def inventory_text(taken: Sequence[TakenOver], time: datetime) -> str:
    """Return entries for a file of hosts, what is left to do above each as a comment."""
    return "".join(_entry(one, time) for one in taken)


def _entry(one: TakenOver, time: datetime) -> str:
    entry = yaml.safe_dump(
        {one.found.host: one.entry}, sort_keys=False, allow_unicode=True, width=100
    )
    head = [f"{one.found.host} as it stood at {time:%Y-%m-%dT%H:%M:%SZ}", *told(one)]
    return "".join(f"# {line}\n" for line in head) + entry


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


def verdicts(taken: Iterable[TakenOver]) -> Iterator[str]:
    """Say of each router whether its intent is whole, and what is left to do."""
    for one in taken:
        if one.is_whole:
            yield f"{one.found.host}: taken over whole; a plan of it changes no line"
        else:
            yield f"{one.found.host}: not whole"
            yield from (f"  {line}" for line in told(one))


def document(taken: Iterable[TakenOver], unread: Mapping[str, FvrfError]) -> dict[str, object]:
    """Return all of it as JSON."""
    routers = {
        one.found.host: {"whole": one.is_whole, "entry": one.entry, "left": [*told(one)]}
        for one in taken
    }
    return {"routers": routers, "errors": {host: str(error) for host, error in unread.items()}}
