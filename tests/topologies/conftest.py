"""What these tests share with the end-to-end tests: an operator at a lab."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "e2e"))
