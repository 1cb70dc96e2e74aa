"""Confirm and save: only after both ends were proven, over the session that proved them."""

import re

from fvrf.errors import CannotLook, ChangeFailed, Unknown
from fvrf.iosxe.preflight import pending_timer
from tasks.console import Console
from tasks.wire import writing

TIMER = "show archive config rollback timer"
_NOTHING_PENDS = "No Rollback Confirmed Change pending"
# An AAA server that lets a change begin may still refuse the command that ends it.
_REFUSED = re.compile(r"^%? ?(?:Command )?authorization failed", re.IGNORECASE | re.MULTILINE)


def confirm(console: Console, host: str, *, timeout_s: float) -> None:
    """Stop the revert timer for good.

    Raises Unknown if the router does not take it, ChangeFailed if the timer had struck already.
    """
    try:
        with writing(host):
            # Alone: a router that is slow to take it must not lose what follows.
            (reply,) = console.read(["configure confirm"], timeout_s=timeout_s)
            (timer,) = console.read([TIMER], timeout_s=timeout_s)
        pending = pending_timer(timer)
    except (Unknown, CannotLook) as error:
        raise Unknown(
            f"{host}: whether the confirmation was taken cannot be seen: {error.message}",
            remedy=f"`{TIMER}` tells: if nothing pends the change stands, not saved yet"
            " (`write memory`)",
            code="F596",
        ) from error
    if _NOTHING_PENDS in reply:
        raise ChangeFailed(
            f"{host}: the revert timer had struck before the change was confirmed", code="F542"
        )
    if pending is not None or _REFUSED.search(reply):
        raise Unknown(
            f"{host}: the confirmation was not taken: {reply.strip() or 'no reason given'}",
            remedy="the router's own timer takes the change back, if it has not done so already",
            code="F593",
        )


def save(console: Console, host: str, *, timeout_s: float) -> str | None:
    """Save the configuration; returns None, or why the router did not."""
    with writing(host):
        (reply,) = console.read(["write memory"], timeout_s=timeout_s)
    return None if "[OK]" in reply else reply.strip() or "no answer to `write memory`"
