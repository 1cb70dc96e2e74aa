"""Files of ours that cannot be written: said with name and reason, before anything is changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fvrf.errors import InputError, Problem, Refused


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


def check_new(file: Path) -> None:
    """Raise InputError for a file that is there already: nothing is overwritten."""
    if file.exists():
        problem = Problem(
            file=str(file),
            host="",
            path="",
            message="is there already",
            remedy="name a new file: nothing is overwritten",
        )
        raise InputError([problem])


def write_new(file: Path, text: str) -> None:
    """Write a file that is not there yet; raises Refused where it is, or the disk will not."""
    with writable("the file"), file.open("x", encoding="utf-8") as opened:
        opened.write(text)
