"""A session in which nothing is typed ends, where a time for that is configured."""

import pytest

from lab.router.device import Router
from lab.tests.router.rack import Console


@pytest.mark.parametrize(
    ("line", "after", "closed"),
    [
        ("exec-timeout 5 0", 299, False),
        ("exec-timeout 5 0", 301, True),
        ("exec-timeout 0 30", 31, True),
        ("exec-timeout 0 0", 36000, False),
        ("no exec-timeout", 36000, False),
    ],
)
def test_an_idle_session_is_closed(router: Router, line: str, after: int, *, closed: bool) -> None:
    router.type_lines(["line vty 0 4", line], "console")
    console = Console(router)
    router.clock.advance(after)
    assert (console.closed, len(router.sessions)) == (closed, 0 if closed else 1)


def test_who_types_stays(router: Router) -> None:
    router.type_lines(["line vty 0 4", "exec-timeout 5 0"], "console")
    console = Console(router)
    for _ in range(5):
        router.clock.advance(200)
        console.type("show clock")
    assert not console.closed
    console.type("configure terminal")
    router.clock.advance(301)
    assert console.closed
