"""What EXEC commands need of the session that runs them."""

from collections.abc import Callable, Mapping
from typing import Protocol

from lab.router.device import Router
from lab.router.terminal import Dialogue


class Seat(Protocol):
    """A session as its commands see it."""

    router: Router
    user: str
    privilege: int
    lines: int
    columns: int
    monitor: bool

    def enter_config(self) -> None:
        """Go to global configuration mode."""
        ...

    def leave(self) -> None:
        """Log out and close the connection."""
        ...


Args = Mapping[str, str]
Command = Callable[[Seat, Args], "str | Dialogue"]
