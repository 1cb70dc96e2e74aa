"""Soaks in shards: each is kept once it was green, so that a run which was interrupted goes on.

A shard is kept in `.fuzz/` by a hash of all the source that its result rests on;
`reliability_page` writes `docs/reliability.md` from that.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
KEPT = ROOT / ".fuzz"
SOURCE = ("fvrf", "tasks", "runbooks", "lab", "templates", "inventory")

Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """What a shard came to: `counts` are what it tried, `source` the hash that it holds for."""

    soak: str
    name: str
    counts: Counts
    failures: int
    seconds: float
    day: str
    source: str

    @property
    def told(self) -> str:
        """What it came to, in a line."""
        counts = ", ".join(f"{number} {what}" for what, number in self.counts.items())
        return f"{self.soak}, {self.name}: {counts} in {self.seconds:.0f} s"


@cache
def source_hash(*more: str) -> str:
    """Return a hash of what a result rests on: the product, the lab, and `more` folders."""
    digest = hashlib.sha256((ROOT / "requirements.lock").read_bytes())
    for folder in (*SOURCE, *more):
        for file in sorted((ROOT / folder).rglob("*.*")):
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def soaked(soak: str, name: str, more: tuple[str, ...], run: Callable[[], Counts]) -> str:
    """Run a shard, unless it was green with this very source; return what it came to.

    `more` are folders that its result rests on besides. One that fails is kept as failed.
    """
    source = source_hash(*more)
    place = KEPT / source / f"{soak}-{name}.json"
    if place.exists() and not (known := read(place)).failures:
        return known.told
    begun = time.monotonic()
    counts: Counts = {}
    failures = 1
    try:
        counts, failures = run(), 0
    finally:
        shard = Shard(
            soak=soak,
            name=name,
            counts=counts,
            failures=failures,
            seconds=round(time.monotonic() - begun, 1),
            day=f"{datetime.now(UTC):%Y-%m-%d}",
            source=source,
        )
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(json.dumps(asdict(shard)), encoding="utf-8")
    return shard.told


def read(place: Path) -> Shard:
    """Return a shard that was kept."""
    return Shard(**json.loads(place.read_text(encoding="utf-8")))


def newest() -> Iterator[Shard]:
    """Yield the last result of every shard that was ever run here, by soak and name."""
    found = {}
    for place in sorted(KEPT.glob("*/*.json"), key=lambda place: place.stat().st_mtime):
        shard = read(place)
        found[shard.soak, shard.name] = shard
    yield from (found[key] for key in sorted(found))
