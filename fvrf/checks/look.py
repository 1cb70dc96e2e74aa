"""One judgement: what is expected, what is there, and whether it will do."""

from dataclasses import dataclass

from fvrf.checks.finding import Finding
from fvrf.checks.observation import Unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a finding is about: one check of one thing at one end."""

    end: str
    check: str
    name: str
    expected: str
    connection: str | None = None

    def judge(self, actual: str, *, passed: bool, warns: bool = False) -> Finding:
        """Return a finding with a verdict on `actual`."""
        return Finding(
            end=self.end,
            check=self.check,
            subject=self.name,
            expected=self.expected,
            actual=actual,
            verdict="passed" if passed else "failed",
            connection=self.connection,
            warns=warns,
        )

    def unseen(self, why: Unreadable) -> Finding:
        """Return a finding that nothing could be judged."""
        return Finding(
            end=self.end,
            check=self.check,
            subject=self.name,
            expected=self.expected,
            actual=str(why),
            verdict="error",
            connection=self.connection,
        )
