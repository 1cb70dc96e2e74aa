"""Traffic of hosts over a tunnel, as its counts and its rekeys show it."""

import pytest

from lab.router.device import Router
from lab.router.faults import Busy
from lab.tests.router.rack import NAME, Console, article_router

PROFILE = "VRF_OUTSIDE_ONE_PROFILE"


def up(*lines: str) -> Router:
    """Return the article's router with some more lines, its tunnels up."""
    return article_router(*lines, after_s=20)


def spi(router: Router) -> int:
    child = router.network.ike_sessions(NAME)[0].child
    assert child is not None
    return child.spi_in


def volumes(router: Router) -> list[str]:
    shown = Console(router).type("show crypto ipsec sa interface Tunnel0").splitlines()
    left = [line.partition("(k/sec): ")[2] for line in shown if "sa timing" in line]
    return [text.strip("()").partition("/")[0] for text in left]


def test_a_busy_tunnel_counts_packets_and_kilobytes() -> None:
    router = up()
    router.faults.add(Busy(interface="Tunnel0", kilobytes=1000))
    router.clock.advance(100)
    assert volumes(router) == ["102300000", "102300000"]
    shown = Console(router).type("show crypto session detail")
    assert "life (KB/Sec) 102300000/" in shown
    encaps = next(line for line in shown.splitlines() if "enc'ed" in line)
    assert int(encaps.split()[3]) > 100000


@pytest.mark.parametrize(
    "lines",
    [
        [f"crypto ipsec profile {PROFILE}", "set security-association lifetime kilobytes 10000"],
        [f"crypto ipsec profile {PROFILE}", "no set security-association lifetime kilobytes",
         "crypto ipsec security-association lifetime kilobytes 10000"],
    ],
    ids=["of the profile", "of the router"],
)  # fmt: skip
def test_it_is_rekeyed_by_volume(lines: list[str]) -> None:
    router = up(*lines)
    first = spi(router)
    router.faults.add(Busy(interface="Tunnel0", kilobytes=1000))
    router.clock.advance(9)
    assert spi(router) == first
    router.clock.advance(1)
    assert spi(router) != first


def test_a_ping_counts_too() -> None:
    router = up()
    Console(router).type("ping vrf OUTSIDE_ONE 10.0.255.254 repeat 1024 size 1000")
    assert volumes(router) == ["102399000", "102399000"]


@pytest.mark.parametrize(
    ("command", "sessions", "children"),
    [
        ("clear crypto sa", 2, 0),
        ("clear crypto sa peer 23.98.148.37", 2, 0),
        ("clear crypto sa peer 192.0.2.9", 2, 2),
        ("clear crypto sa vrf OUTSIDE_TWO", 2, 1),
        ("clear crypto session fvrf OUTSIDE_TWO", 1, 1),
        ("clear crypto session ivrf OUTSIDE_ONE", 1, 1),
        ("clear crypto session fvrf OUTSIDE_TWO ivrf OUTSIDE_ONE", 2, 2),
        ("clear crypto session", 0, 0),
    ],
)
def test_clearing_ends_what_it_names_until_it_is_made_anew(
    command: str, sessions: int, children: int
) -> None:
    router = up()
    Console(router).type(command)
    left = router.network.ike_sessions(NAME)
    assert (len(left), sum(one.child is not None for one in left)) == (sessions, children)
    router.clock.advance(5)
    left = router.network.ike_sessions(NAME)
    assert (len(left), sum(one.child is not None for one in left)) == (2, 2)
