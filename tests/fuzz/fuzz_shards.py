"""Fuzzing in shards: a small sample that is always the same, and a soak of many seeds.

Each seed tries some 5000 examples of
every property, half a million in all with the five seeds that it takes by default;
`FUZZ_SEEDS=5:10` takes others, `FUZZ_SEEDS=3:4` one shard of them: so several machines share the
work.
"""

import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from soaks import Counts, soaked

FIRST, LAST = map(int, os.environ.get("FUZZ_SEEDS", "0:5").split(":"))
LONG = (pytest.mark.soak, pytest.mark.timeout(3600))
SHARDS = [
    pytest.param(None, id="sample"),
    *(pytest.param(number, id=f"seed{number}", marks=LONG) for number in range(FIRST, LAST)),
]

Property = Callable[[st.DataObject], None]
Record = Callable[[str, object], None]


def fuzzed(*, sample: int, soak: int = 5000) -> Callable[[Property], Callable[..., None]]:
    """Make a test of a property: `sample` examples, always the same, and `soak` for each seed."""

    def decorated(holds: Property) -> Callable[..., None]:
        @pytest.mark.parametrize("shard", SHARDS)
        def test(shard: int | None, record_property: Record) -> None:
            if shard is None:
                _run(holds, sample, None)
                return

            def run() -> Counts:
                _run(holds, soak, shard)
                return {"examples": soak}

            name = f"{holds.__name__}-{shard}"
            told = soaked("fuzzing", name, ("tests/fuzz", "tests/fixtures"), run)
            record_property("counts", told)

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
