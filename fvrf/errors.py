"""Every error the product raises, each with a numbered code and a page in docs/errors.md.

FvrfError
├── InputError        F1xx  an inventory, configuration or argument is wrong     exit 2
├── CannotLook        F2xx  an end cannot be reached or read; nothing written    exit 2
├── Refused           F3xx  an end is not in a state that may be changed         exit 2
├── Conflict          F4xx  something foreign stands where ours should           exit 2
└── ChangeFailed      F5xx  a change was begun and did not succeed               exit 1
    └── Unknown       F59x  written to, and cannot be seen since                 exit 1
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One mistake in the input: where it stands, what stands there, and what to do about it.

    `code` is the number of the rule that it breaks.
    """

    file: str
    host: str
    path: str
    message: str
    value: str | None = None
    remedy: str | None = None
    code: str = "F100"

    @property
    def line(self) -> str:
        """The problem in one line, with its code."""
        return f"{self.code} {self}"

    def __str__(self) -> str:
        where = ": ".join(part for part in (self.file, self.host, self.path) if part)
        value = f" (value: {self.value})" if self.value is not None else ""
        remedy = f" -> {self.remedy}" if self.remedy else ""
        return f"{where}: {self.message}{value}{remedy}"


class FvrfError(Exception):
    """Base of all; `code` is stable, `remedy` says what to do next."""

    code = "F000"
    exit_code = 2

    def __init__(self, message: str, *, remedy: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.code = code or self.code

    def __str__(self) -> str:
        remedy = f"\n  remedy: {self.remedy}" if self.remedy else ""
        return f"{self.code} {self.message}{remedy}"


class InputError(FvrfError):
    """The input is wrong; `problems` holds all that was found, in the order of the files."""

    code = "F100"

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problem.line for problem in self.problems))

    def __str__(self) -> str:
        return self.message


class CannotLook(FvrfError):
    """An end could not be reached, logged in to or read; nothing was written to it."""

    code = "F200"


class Refused(FvrfError):
    """Preflight found a state in which no change may begin; the remedy has the lines to type."""

    code = "F300"


class Conflict(FvrfError):
    """A foreign object has the name or the place of one of ours."""

    code = "F400"


class ChangeFailed(FvrfError):
    """A change was begun and the end refused it, or the result was not as intended."""

    code = "F500"
    exit_code = 1


class Unknown(ChangeFailed):
    """The end was written to and cannot be seen since; its own timer takes the change back."""

    code = "F590"
