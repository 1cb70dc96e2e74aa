"""What the waves share with the benchmarks and the kills: a fleet."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path += [str(ROOT / "bench"), str(ROOT / "tests/kills")]
