"""Fuzzing in shards: a small sample that is always the same, and a soak of many seeds.

The soak keeps what it has done in `.fuzz/`, by a hash of all the source that a result rests on,
so that a run which was interrupted goes on where it was. Each seed tries some 5000 examples of
every property, half a million in all with the five seeds that it takes by default;
`FUZZ_SEEDS=5:10` takes others, `FUZZ_SEEDS=3:4` one shard of them: so several machines share the
work.
"""

import hashlib
import json
import os
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

ROOT = Path(__file__).parents[2]
KEPT = ROOT / ".fuzz"
SOURCE = ("fvrf", "tasks", "lab", "templates", "inventory", "tests/fuzz", "tests/fixtures")
FIRST, LAST = map(int, os.environ.get("FUZZ_SEEDS", "0:5").split(":"))
LONG = (pytest.mark.soak, pytest.mark.timeout(3600))
SHARDS = [
    pytest.param(None, id="sample"),
    *(pytest.param(number, id=f"seed{number}", marks=LONG) for number in range(FIRST, LAST)),
]

Property = Callable[[st.DataObject], None]
Record = Callable[[str, object], None]


@cache
def source_hash(*more: str) -> str:
    """Return a hash of all that a result rests on, `more` folders than the fuzzers' included."""
    digest = hashlib.sha256((ROOT / "requirements.lock").read_bytes())
    for folder in (*SOURCE, *more):
        for file in sorted((ROOT / folder).rglob("*.*")):
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def fuzzed(*, sample: int, soak: int = 5000) -> Callable[[Property], Callable[..., None]]:
    """Make a test of a property: `sample` examples, always the same, and `soak` for each seed."""

    def decorated(holds: Property) -> Callable[..., None]:
        @pytest.mark.parametrize("shard", SHARDS)
        def test(shard: int | None, record_property: Record) -> None:
            if shard is None:
                _run(holds, sample, None)
                return
            kept = KEPT / source_hash() / f"{holds.__name__}-{shard}.json"
            if not kept.exists():
                begun = time.monotonic()
                _run(holds, soak, shard)
                done = {"examples": soak, "seconds": round(time.monotonic() - begun, 1)}
                kept.parent.mkdir(parents=True, exist_ok=True)
                kept.write_text(json.dumps(done), encoding="utf-8")
            record_property("counts", f"{holds.__name__}, seed {shard}: {kept.read_text()}")

        test.__name__, test.__doc__, test.__module__ = (
            holds.__name__,
            holds.__doc__,
            holds.__module__,
        )
        return test

    return decorated


def _run(holds: Property, examples: int, shard: int | None) -> None:
    def example(draw: st.DataObject) -> None:
        holds(draw)

    options: dict[str, Any] = {
        "max_examples": examples,
        "deadline": None,
        "database": None,
        "suppress_health_check": list(HealthCheck),
    }
    if shard is None:
        settings(derandomize=True, **options)(given(draw=st.data())(example))()
    else:
        seed(shard)(settings(**options)(given(draw=st.data())(example)))()
