"""Labs that stand still unless their clock is advanced."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.client import LabClient
from lab.tests.process.running import lab


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabClient]:
    """Run one lab for tests that leave nothing behind."""
    with lab(tmp_path_factory.mktemp("shared"), "--speed", "0") as running:
        yield running


@pytest.fixture
def client(tmp_path: Path) -> Iterator[LabClient]:
    """Run a lab of its own for a test."""
    with lab(tmp_path, "--speed", "0") as running:
        yield running
