"""Confirm and save: only after both ends were proven, over the session that proved them."""

from typing import TYPE_CHECKING

from fvrf.errors import Unknown
from fvrf.iosxe.preflight import pending_timer
from tasks.session import show
from tasks.wire import writing

if TYPE_CHECKING:
    from netmiko.base_connection import BaseConnection

TIMER = "show archive config rollback timer"


def confirm(connection: "BaseConnection", host: str, *, timeout_s: float) -> None:
    """Stop the revert timer for good; raises Unknown if the router does not take it."""
    with writing(host):
        reply = show(connection, "configure confirm", timeout_s=timeout_s)
        pending = pending_timer(show(connection, TIMER, timeout_s=timeout_s))
    if pending is not None:
        raise Unknown(
            f"{host}: the confirmation was not taken: {reply.strip() or 'no reason given'}",
            remedy="the router's own timer takes the change back",
            code="F593",
        )


def save(connection: "BaseConnection", host: str, *, timeout_s: float) -> str | None:
    """Save the configuration; returns None, or why the router did not."""
    with writing(host):
        reply = show(connection, "write memory", timeout_s=timeout_s)
    return None if "[OK]" in reply else reply.strip() or "no answer to `write memory`"
