"""What only use can show: a confirmation or a save that is refused."""

from collections.abc import Sequence
from typing import cast

import pytest

from fvrf.errors import ChangeFailed, Unknown
from tasks.confirm import confirm, save
from tasks.console import Console

PENDING = """Time configured(or reconfigured): 22:50:48 UTC Sat Feb 21 2026
Timer type: absolute timer
Timer value: 10 min
User: netops
"""
NONE = "%No Rollback Confirmed Change pending\n"
REFUSALS = [
    "Command authorization failed.\n",
    "% Authorization failed.\n",
    "%Authorization failed\n",
]


class Replies:
    """A console that answers as it is told."""

    def __init__(self, **replies: str) -> None:
        self.replies = {name.replace("_", " "): reply for name, reply in replies.items()}

    def read(self, commands: Sequence[str], *, timeout_s: float) -> list[str]:
        """Return the answers."""
        assert timeout_s
        return [self.replies[command] for command in commands]


def console(reply: str, timer: str = NONE) -> Console:
    answers = Replies(
        configure_confirm=reply, show_archive_config_rollback_timer=timer, write_memory=reply
    )
    return cast("Console", answers)


@pytest.mark.parametrize("reply", ["", "Nov 25 %ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_CONFIRM: ...\n"])
def test_confirmation_is_taken_if_nothing_pends_afterwards(reply: str) -> None:
    confirm(console(reply), "r1", timeout_s=1)


@pytest.mark.parametrize("timer", [PENDING, NONE], ids=["timer runs", "timer is gone"])
@pytest.mark.parametrize("reply", REFUSALS)
def test_refused_confirmation_leaves_the_router_to_its_timer(reply: str, timer: str) -> None:
    """With the timer gone it may have struck: what stands is not known."""
    with pytest.raises(Unknown, match="F593 r1: the confirmation was not taken"):
        confirm(console(reply, timer), "r1", timeout_s=1)


@pytest.mark.parametrize("timer", REFUSALS)
def test_confirmation_that_cannot_be_looked_up_is_unknown(timer: str) -> None:
    with pytest.raises(Unknown, match="F596 r1: whether the confirmation was taken"):
        confirm(console("", timer), "r1", timeout_s=1)


def test_timer_that_struck_first_is_a_failure() -> None:
    with pytest.raises(ChangeFailed, match="F542"):
        confirm(console(NONE), "r1", timeout_s=1)


@pytest.mark.parametrize("reply", REFUSALS)
def test_refused_save_says_why(reply: str) -> None:
    assert save(console(reply), "r1", timeout_s=1) == reply.strip()


def test_save_is_done_with_an_ok() -> None:
    assert save(console("Building configuration...\n[OK]\n"), "r1", timeout_s=1) is None
