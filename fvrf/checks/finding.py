"""One result of one check."""

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["passed", "failed", "error"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check found; an `error` means that it could not look.

    `end` is the router or gateway looked at, `connection` the one it concerns, if one. One that
    `warns` passed, and says something that should be known.
    """

    end: str
    check: str
    subject: str
    expected: str
    actual: str
    verdict: Verdict
    connection: str | None = None
    warns: bool = False

    def __str__(self) -> str:
        return f"{self.subject}: expected {self.expected}, actual {self.actual}"
