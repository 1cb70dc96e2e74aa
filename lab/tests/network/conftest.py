"""The network of a test."""

import pytest

from lab.tests.network.article import Net, make_net


@pytest.fixture
def net() -> Net:
    """Return the article's network, just attached."""
    return make_net()


@pytest.fixture
def settled(net: Net) -> Net:
    """Return the article's network after all of it came up."""
    net.clock.advance(30)
    return net
