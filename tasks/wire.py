"""What a session that breaks or hangs means: for one that only looked, and for one that wrote."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from fvrf.errors import CannotLook, FvrfError, Unknown
from tasks.console import Garbled, Silence

_UNASKED = "run again; if it recurs, see what the router prints unasked, as `terminal monitor` does"


@contextmanager
def looking(host: str) -> Iterator[None]:
    """Raise CannotLook for a session that breaks or hangs while nothing is written in it."""
    with _wire(lambda reason: CannotLook(f"{host}: {reason}", remedy=_UNASKED, code="F204")):
        yield


@contextmanager
def writing(host: str) -> Iterator[None]:
    """Raise Unknown for a session that breaks or hangs while it is written to."""
    with _wire(
        lambda reason: Unknown(
            f"{host}: {reason} while it was written to",
            remedy="nothing is saved; the router's own timer takes the change back",
            code="F591",
        )
    ):
        yield


@contextmanager
def _wire(make: Callable[[str], FvrfError]) -> Iterator[None]:
    from paramiko.ssh_exception import SSHException  # noqa: PLC0415 - --help must be quick

    try:
        yield
    except Silence as error:
        raise make("the router stopped answering") from error
    except Garbled as error:
        raise make(str(error)) from error
    except (SSHException, OSError, EOFError) as error:
        raise make("the session was lost") from error
