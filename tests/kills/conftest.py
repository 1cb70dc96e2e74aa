"""What the kills share with the benchmarks (a fleet) and with the fuzzers (shards)."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path += [str(ROOT / "bench"), str(ROOT / "tests/fuzz")]
