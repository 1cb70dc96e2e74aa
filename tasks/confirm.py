"""Confirm and save: only after both ends were proven, over the session that proved them."""

from fvrf.errors import Unknown
from fvrf.iosxe.preflight import pending_timer
from tasks.console import Console
from tasks.wire import writing

TIMER = "show archive config rollback timer"


def confirm(console: Console, host: str, *, timeout_s: float) -> None:
    """Stop the revert timer for good; raises Unknown if the router does not take it."""
    with writing(host):
        reply, timer = console.read(["configure confirm", TIMER], timeout_s=timeout_s)
    if pending_timer(timer) is not None:
        raise Unknown(
            f"{host}: the confirmation was not taken: {reply.strip() or 'no reason given'}",
            remedy="the router's own timer takes the change back",
            code="F593",
        )


def save(console: Console, host: str, *, timeout_s: float) -> str | None:
    """Save the configuration; returns None, or why the router did not."""
    with writing(host):
        (reply,) = console.read(["write memory"], timeout_s=timeout_s)
    return None if "[OK]" in reply else reply.strip() or "no answer to `write memory`"
