"""What a router says of its own readiness for a change, as facts."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from fvrf.algorithms import SHIELD, UNSHIELDED
from fvrf.errors import CannotLook
from fvrf.iosxe.text import same_configuration


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """`show archive`: whether it is on, how many configurations it holds and may hold."""

    enabled: bool
    next_file: str | None = None
    saved: int = 0
    maximum: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingTimer:
    """`show archive config rollback timer`: whose change waits for its confirmation.

    `configured_at` is the router's own time, as it prints it.
    """

    user: str
    minutes: int
    type: Literal["absolute", "idle"]
    configured_at: str

    @property
    def since(self) -> datetime | None:
        """When it was started, as `router_time` reads it."""
        return router_time(self.configured_at)


# EXEC commands without which no change begins, ends or is taken back.
CHANGES = (
    "configure terminal revert timer",
    "configure confirm",
    "configure revert now",
    "write memory",
)
ROOT_VIEW = "root"
_REFUSED = re.compile(r"^(?:% ?\S|Command authorization failed)", re.MULTILINE)
LAST_CHANGE = "show running-config | include ^! (Last|No) configuration change"
_LAST_CHANGE = re.compile(r"^! (?:Last|No) configuration change.*", re.MULTILINE)
_VERSION = re.compile(r"^version (?P<major>\d+)\.(?P<minor>\d+)", re.MULTILINE)
_SAVED = re.compile(r"There are currently (\d+) archive configurations saved")
_MAXIMUM = re.compile(r"The maximum archive configurations allowed is (\d+)")
_NEXT = re.compile(r"The next archive file will be named (\S+)")
# `*14:05:35.179 UTC Wed May 4 2022`; the mark in front says that the clock is not authoritative.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TIME = re.compile(r"(\d\d:\d\d:\d\d)(?:\.\d+)? \S+ [A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d+) (\d{4})")
_TIMER = re.compile(
    r"Time configured\s*\(or reconfigured\)\s*:\s*(?P<at>\S.*?)\s*\n"
    r"\s*Timer type\s*:\s*(?P<type>absolute|idle).*\n"
    r"\s*Timer value\s*:\s*(?P<minutes>\d+) min.*\n"
    r"\s*User\s*:\s*(?P<user>\S+)"
)


def archive(text: str) -> Archive:
    """Read `show archive`; raises CannotLook for anything else."""
    if "Archive feature not enabled" in text:
        return Archive(enabled=False)
    path = _NEXT.search(text)
    if path is None:
        raise _unread("show archive")
    saved, maximum = _SAVED.search(text), _MAXIMUM.search(text)
    return Archive(
        enabled=True,
        next_file=path[1],
        saved=int(saved[1]) if saved else 0,
        maximum=int(maximum[1]) if maximum else 0,
    )


def pending_timer(text: str) -> PendingTimer | None:
    """Read `show archive config rollback timer`; None where nothing is pending, or can be."""
    if "No Rollback Confirmed Change pending" in text or "Turn config archive on" in text:
        return None
    match = _TIMER.search(text.replace("\r", ""))
    if match is None:
        raise _unread("show archive config rollback timer")
    return PendingTimer(
        user=match["user"],
        minutes=int(match["minutes"]),
        type="idle" if match["type"] == "idle" else "absolute",
        configured_at=match["at"],
    )


def router_time(text: str) -> datetime | None:
    """Read `show clock`, or a time within another output; None where there is none.

    The zone is taken for UTC: such times are compared with the same router's only.
    """
    match = _TIME.search(text)
    if match is None or match[2] not in _MONTHS:
        return None
    month = _MONTHS.index(match[2]) + 1
    try:
        return datetime.fromisoformat(f"{match[4]}-{month:02}-{int(match[3]):02}T{match[1]}Z")
    except ValueError:
        return None


def last_change(running: str) -> str:
    """Return the comment of the running configuration that says when it was last changed."""
    match = _LAST_CHANGE.search(running)
    return match[0].strip() if match else ""


def shield(running: str) -> str | None:
    """Return the release that a running configuration is of, if it refuses weak algorithms.

    The line that lifts that works from the next boot on; without that boot a push would show it.
    """
    match = _VERSION.search(running)
    if match is None or UNSHIELDED in running.splitlines():
        return None
    release = f"{match['major']}.{match['minor']}"
    return release if (int(match["major"]), int(match["minor"])) >= SHIELD else None


def privilege(text: str) -> int | None:
    """Read `show privilege`; None where the user may not ask.

    An AAA server may refuse this command and allow those that a change needs.
    """
    if _REFUSED.search(text):
        return None
    match = re.search(r"Current privilege level is (\d+)", text)
    if match is None:
        raise _unread("show privilege")
    return int(match[1])


def view(text: str) -> str | None:
    """Read `show parser view`; None where no view is active, or where it cannot be asked.

    Of the layouts only these are known: `No view is active ! Currently in Privilege Level
    Context`, and `Current view is 'NAME'`.
    """
    match = re.search(r"^Current view is '(?P<name>[^']+)'", text, re.MULTILINE)
    return match["name"] if match else None


def missing_in_view(name: str, running: str) -> tuple[str, ...] | None:
    """Return the commands of a change that a view does not have; None where it cannot be read.

    `commands exec include all WORDS` has all that begins with the words, without `all` just them.
    The view `root` has everything.
    """
    if name == ROOT_VIEW:
        return ()
    block = re.search(
        rf"^parser view {re.escape(name)}\b.*\n(?P<body>(?:^ .*\n)+)", running, re.MULTILINE
    )
    if block is None:
        return None
    given = re.findall(r"^ commands exec include (all )?(.*\S)", block["body"], re.MULTILINE)
    return tuple(command for command in CHANGES if not any(_gives(command, *one) for one in given))


def _gives(command: str, everything: str, words: str) -> bool:
    return command == words or (bool(everything) and f"{command} ".startswith(f"{words} "))


def is_saved(running: str, startup: str) -> bool:
    """Whether the startup configuration is the running one; False where there is none."""
    if "startup-config is not present" in startup:
        return False
    return same_configuration(running, startup)


def _unread(command: str) -> CannotLook:
    return CannotLook(
        f"`{command}` answered with what is not known to be its output",
        code="F212",
        remedy=f"type `{command}` by hand: the user may lack the right to it",
    )
