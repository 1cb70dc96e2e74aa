"""How a check says what is wrong: the one place where a problem gets its file and path."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from fvrf.errors import Problem
from fvrf.intent.model import Intent


class Report(Protocol):
    """Makes a problem of one host."""

    def __call__(
        self,
        path: str,
        message: str,
        value: object = None,
        remedy: str | None = None,
        *,
        code: str,
    ) -> Problem:
        """Return the problem at a path below the host's data; an empty one means the host.

        `code` is the number of the rule, as docs/errors.md has it.
        """


def reporter(intent: Intent, host: str) -> Report:
    """Return what reports problems of this host, with the file that each key came from."""

    def problem(
        path: str,
        message: str,
        value: object = None,
        remedy: str | None = None,
        *,
        code: str,
    ) -> Problem:
        return Problem(
            file=intent.file_of(host, path.split(".", maxsplit=1)[0]),
            host=host,
            path=f"data.{path}" if path else "",
            message=message,
            value=None if value is None else str(value),
            remedy=remedy,
            code=code,
        )

    return problem


def duplicates(pairs: Iterable[tuple[str, object]]) -> Iterator[tuple[str, object, str]]:
    """Yield (path, value, first path) for each value that was seen before."""
    seen: dict[object, str] = {}
    for path, value in pairs:
        if value in seen:
            yield path, value, seen[value]
        else:
            seen[value] = path
