"""What the matrix shares with the benchmarks and the kills (a fleet), and the fuzzers (shards)."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path += [str(ROOT / "bench"), str(ROOT / "tests/kills"), str(ROOT / "tests/fuzz")]
