"""Labs for the end-to-end tests: one that is rolled out, shared by all; one that is blank."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from noe import Operator, operating


@pytest.fixture(scope="session")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """An operator whose two sites stand, one of each scheme: every test leaves it so."""
    with operating(tmp_path_factory.mktemp("settled")) as operator:
        assert operator.rollout("--site", "scus", "--site", "neu").code == 0
        yield operator


@pytest.fixture
def blank(tmp_path: Path) -> Iterator[Operator]:
    """An operator before the first rollout."""
    with operating(tmp_path) as operator:
        yield operator
