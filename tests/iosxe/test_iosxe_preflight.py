"""What a router says of its own readiness."""

from datetime import UTC, datetime
from typing import Any

import pytest

from fvrf.errors import CannotLook
from fvrf.iosxe.preflight import (
    Archive,
    PendingTimer,
    archive,
    is_saved,
    missing_in_view,
    pending_timer,
    privilege,
    router_time,
    shield,
    view,
)
from fvrf.preflight import Preflight, refusal

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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Current privilege level is 15\n", 15),
        ("Command authorization failed.\n", None),
        ("% Authorization failed.\n", None),
    ],
)
def test_a_privilege_is_a_number_unless_it_may_not_be_asked(
    text: str, expected: int | None
) -> None:
    assert privilege(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("No view is active ! Currently in Privilege Level Context\n", None),
        ("Current view is 'root'\n", "root"),
        ("Current view is 'NOC'\n", "NOC"),
        ("                ^\n% Invalid input detected at '^' marker.\n", None),
    ],
)
def test_a_view_is_the_active_one(text: str, expected: str | None) -> None:
    assert view(text) == expected


VIEWS = """version 17.3
parser view NOC
 secret 5 $1$abcd
 commands exec include all configure
 commands exec include write memory
parser view READ
 secret 5 $1$abcd
 commands exec include all show
 commands exec include configure confirm
 commands exec include write
end
"""


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("root", ()),
        ("NOC", ()),
        ("READ", ("configure terminal revert timer", "configure revert now", "write memory")),
        ("REA", None),
        ("GONE", None),
    ],
)
def test_a_view_lacks_what_no_line_of_it_includes(
    name: str, missing: tuple[str, ...] | None
) -> None:
    assert missing_in_view(name, VIEWS) == missing


@pytest.mark.parametrize("read", [archive, pending_timer])
def test_anything_else_is_not_taken_for_an_answer(read: object) -> None:
    with pytest.raises(CannotLook, match="not known"):
        read("% Invalid input detected at '^' marker.")


@pytest.mark.parametrize(
    ("rights", "reason", "remedy"),
    [
        ({"privilege": None}, None, None),
        ({"privilege": 7}, "the user has privilege 7, a change needs 15", "privilege 15"),
        ({"view": "root"}, None, None),
        (
            {"view": "READ", "view_lacks": ("write memory",)},
            "parser view READ lacks `write memory`",
            "parser view READ / commands exec include all write memory",
        ),
        (
            {"view": "GONE", "view_lacks": None},
            "the session is in parser view GONE, and what it has cannot be read",
            "log in as a user of no view",
        ),
    ],
)
def test_rights_that_do_not_suffice_refuse_the_router(
    rights: dict[str, Any], reason: str | None, remedy: str | None
) -> None:
    state = Preflight(archive=archive(ON), timer=None, saved=True, free_bytes=None, **rights)

    refused = refusal("r1", state, (), save_foreign=False)

    assert (refused and refused.message) == (reason and f"r1: {reason}")
    assert remedy is None or remedy in str(refused)


@pytest.mark.parametrize(
    ("running", "release"),
    [
        ("version 16.12\nhostname a\nend\n", None),
        ("version 17.10\nhostname a\nend\n", None),
        ("version 17.11\nhostname a\nend\n", "17.11"),
        ("!\nversion 18.1\nhostname a\nend\n", "18.1"),
        ("version 17.12\ncrypto engine compliance shield disable\nend\n", None),
    ],
)
def test_newer_releases_refuse_weak_crypto_unless_told_otherwise(
    running: str, release: str | None
) -> None:
    assert shield(running) == release


@pytest.mark.parametrize(
    ("release", "weak", "reason"),
    [
        (None, ("3DES",), None),
        ("17.12", (), None),
        (
            "17.12",
            ("3DES", "DH group 2"),
            "IOS-XE 17.12 refuses 3DES, DH group 2 (field notice FN72510)",
        ),
    ],
)
def test_crypto_that_the_release_refuses_is_not_begun(
    release: str | None, weak: tuple[str, ...], reason: str | None
) -> None:
    state = Preflight(archive=archive(ON), timer=None, saved=True, free_bytes=None, shield=release)

    refused = refusal("r1", state, (), weak=weak, save_foreign=False)

    assert (refused and refused.message) == (reason and f"r1: {reason}")


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
