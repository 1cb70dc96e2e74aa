"""The subscription of a test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.certificates import Certificates, make_certificates
from lab.tests.azure.simulated import Site, running
from lab.tests.azure.wire import Wire


@pytest.fixture(scope="session")
def certificates() -> Certificates:
    return make_certificates()


@pytest.fixture
def site(tmp_path: Path, certificates: Certificates) -> Iterator[Site]:
    with running(tmp_path, certificates) as site:
        yield site


@pytest.fixture
def wire(site: Site) -> Wire:
    return Wire(site)
