"""What stands in the way at an Azure end."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AzureConflict:
    """One obstacle; `connection` and `router` are None where it concerns the whole gateway."""

    resource: str
    subject: str
    expected: str
    actual: str
    remedy: str
    connection: str | None = None
    router: str | None = None

    def __str__(self) -> str:
        return (
            f"{self.resource}: {self.subject}: expected {self.expected}, actual {self.actual}"
            f" -> {self.remedy}"
        )
