"""What the rehearsals share with the end-to-end tests: an operator at a lab."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path += [str(ROOT / "tests/e2e")]
