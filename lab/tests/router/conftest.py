"""A racked router and a session on it."""

import pytest

from lab.router.device import Router
from lab.tests.router.rack import Console, Events, rack


@pytest.fixture
def events() -> Events:
    return Events()


@pytest.fixture
def router(events: Events) -> Router:
    return rack(events)


@pytest.fixture
def console(router: Router) -> Console:
    return Console(router)
