"""What an intent could not take over, and what is left for a person to say."""

from dataclasses import dataclass, field

FILL_IN = "FILL-IN"

Path = tuple[str | int, ...]


@dataclass(slots=True, kw_only=True)
class Notes:
    """Gathered on the way: `gaps` are values to fill in, by their paths in the data.

    `said` are things that do not fit the model, in words.
    """

    gaps: dict[Path, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    def gap(self, path: Path, why: str) -> str:
        """Mark a value that nothing tells, and return what stands in its place."""
        self.gaps[path] = why
        return FILL_IN

    def left_out(self, what: str, why: str) -> None:
        """Say that something was not taken over."""
        self._say(f"{what} is left out: {why}")

    def differs(self, what: str, how: str) -> None:
        """Say that a plan of the intent differs from what stands."""
        self._say(f"{what}: {how}")

    def _say(self, text: str) -> None:
        if text not in self.said:
            self.said.append(text)
