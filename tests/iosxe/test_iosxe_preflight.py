"""What a router says of its own readiness."""

from datetime import UTC, datetime

import pytest

from fvrf.errors import CannotLook
from fvrf.iosxe.preflight import (
    Archive,
    PendingTimer,
    archive,
    is_saved,
    pending_timer,
    privilege,
    router_time,
)

ON = """The maximum archive configurations allowed is 10.
There are currently 1 archive configurations saved.
The next archive file will be named bootflash:backup-<timestamp>-1
Archive #  Name
1        bootflash:backup-Sep-27-15-04-18.414-UTC-0 <- Most Recent
2
"""
PENDING = """Time configured(or reconfigured): 22:50:48 UTC Sat Feb 21 2026
Timer type: absolute timer
Timer value: 2 min
User: noe
"""
CONFIG = "version 17.3\nhostname a\nend\n"


def test_an_archive_says_where_it_writes_and_what_it_holds() -> None:
    assert archive(ON) == Archive(
        enabled=True, next_file="bootflash:backup-<timestamp>-1", saved=1, maximum=10
    )
    assert archive("     Archive feature not enabled") == Archive(enabled=False)


def test_a_pending_timer_says_whose_it_is() -> None:
    assert pending_timer(PENDING) == PendingTimer(
        user="noe", minutes=2, type="absolute", configured_at="22:50:48 UTC Sat Feb 21 2026"
    )
    assert pending_timer("%No Rollback Confirmed Change pending\n") is None
    assert pending_timer("%Turn config archive on before using Rollback Confirmed Change") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*14:05:35.179 UTC Wed May 4 2022\n", datetime(2022, 5, 4, 14, 5, 35, tzinfo=UTC)),
        (".14:05:35.179 CEST Wed May  4 2022\n", datetime(2022, 5, 4, 14, 5, 35, tzinfo=UTC)),
        ("22:50:48 UTC Sat Feb 21 2026", datetime(2026, 2, 21, 22, 50, 48, tzinfo=UTC)),
        ("22:50:48 UTC Sat Foo 21 2026", None),
        ("22:50:48 UTC Mon Feb 31 2026", None),
        ("% Invalid input detected at '^' marker.", None),
    ],
)
def test_a_time_is_the_router_s_own(text: str, expected: datetime | None) -> None:
    assert router_time(text) == expected


def test_a_privilege_is_a_number() -> None:
    assert privilege("Current privilege level is 15\n") == 15


@pytest.mark.parametrize("read", [archive, pending_timer, privilege])
def test_anything_else_is_not_taken_for_an_answer(read: object) -> None:
    with pytest.raises(CannotLook, match="not known"):
        read("% Invalid input detected at '^' marker.")


@pytest.mark.parametrize(
    ("startup", "saved"),
    [
        (f"Using 900 out of 33554432 bytes\n!\n{CONFIG}", True),
        (CONFIG.replace("hostname a", "hostname b"), False),
        ("%% Non-volatile configuration memory invalid: startup-config is not present\n", False),
    ],
)
def test_a_configuration_is_saved_if_startup_holds_the_same(startup: str, saved: bool) -> None:  # noqa: FBT001 # the expected value
    assert is_saved(CONFIG, startup) is saved
