"""What these tests share with those of topologies: sites drawn at random."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "topologies"))
