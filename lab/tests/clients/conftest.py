"""A lab whose clock stands, and one of its routers as on the day it was racked."""

from collections.abc import Iterator

import pytest

from lab.client import LabClient
from lab.tests.clients.outside import OPERATOR, PASSWORD, Box
from lab.tests.process.running import lab

ROUTER = "scus-onprem-csr"


@pytest.fixture(scope="package")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabClient]:
    with lab(tmp_path_factory.mktemp("clients"), "--speed", "0") as client:
        yield client


@pytest.fixture
def box(running: LabClient) -> Box:
    """Boot from day 0, with a user who may do everything and a server for SCP."""
    running.post(f"/routers/{ROUTER}/power", on=False)
    running.post(f"/routers/{ROUTER}/power", on=True, erase=True)
    racked = Box(lab=running, name=ROUTER)
    racked.type(f"username {OPERATOR} privilege 15 secret {PASSWORD}", "ip scp server enable")
    return racked
