"""Files of ours that cannot be written: said with name and reason, before anything is changed."""

from collections.abc import Iterator
from contextlib import contextmanager

from fvrf.errors import Refused


@contextmanager
def writable(what: str) -> Iterator[None]:
    """Raise Refused, which names the file and the system's reason, for what the disk refuses."""
    try:
        yield
    except OSError as error:
        place = f": {error.filename}" if error.filename else ""
        raise Refused(
            f"{what} cannot be written{place}: {error.strerror or type(error).__name__}",
            remedy="see to the path's owner, its room and the path in the configuration file",
            code="F302",
        ) from error
