"""A maintenance window: when a router may be changed, in the time of its own zone."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from fvrf.journal import timestamp

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_TEXT = re.compile(r"(?:(?P<days>[a-z,]+) )?(?P<begins>\S+?)-(?P<ends>[^@\s]+)@(?P<zone>\S+)")
_WEEK = 8  # days within which every window opens again


def _clock(value: str) -> str:
    if not _CLOCK.fullmatch(value):
        raise ValueError("a time of day is written HH:MM, in quotes")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(
            "no such time zone: one of the IANA names, such as Europe/Berlin"
        ) from error
    return value


class Window(BaseModel):
    """From a time of day to another, on some days of the week; over midnight if it ends before.

    `days` are those on which it begins, all of them by default.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, populate_by_name=True
    )

    days: tuple[Day, ...] = DAYS
    begins: Annotated[str, AfterValidator(_clock), Field(alias="from")]
    ends: Annotated[str, AfterValidator(_clock), Field(alias="to")]
    zone: Annotated[str, AfterValidator(_zone)]

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:  # noqa: ANN401 - whatever an NOE wrote
        """Read `sat,sun 22:00-04:00@Europe/Berlin`."""
        if not isinstance(value, str):
            return value
        found = _TEXT.fullmatch(value.strip())
        if found is None:
            raise ValueError("a window is written [DAYS ]HH:MM-HH:MM@ZONE")
        made: dict[str, Any] = {name: found[name] for name in ("begins", "ends", "zone")}
        return made | ({"days": found["days"].split(",")} if found["days"] else {})

    @classmethod
    def of(cls, text: str) -> Self:
        """Read a window of the command line; raises pydantic's ValidationError."""
        return cls.model_validate(text)

    def closes(self, now: datetime) -> datetime | None:
        """Return when the window that is open at `now` closes, UTC; None while it is closed."""
        local = now.astimezone(ZoneInfo(self.zone)).date()
        for day in (local, local - timedelta(days=1)):
            opens, closes = self._on(day)
            if self._is_on(day) and opens <= now < closes:
                return closes
        return None

    def opens(self, now: datetime) -> datetime:
        """Return when the next window opens after `now`, UTC."""
        local = now.astimezone(ZoneInfo(self.zone)).date()
        days = (local + timedelta(days=ahead) for ahead in range(_WEEK))
        return next(self._on(day)[0] for day in days if self._is_on(day) and self._on(day)[0] > now)

    def refusal(self, now: datetime, minutes: int) -> str | None:
        """Say why a change that may take so many minutes is not begun now, None where it may be."""
        closes = self.closes(now)
        if closes is None:
            return f"its window is closed, and opens at {timestamp(self.opens(now))}"
        if now + timedelta(minutes=minutes) > closes:
            return (
                f"its window closes at {timestamp(closes)}, and the change may take"
                f" {minutes} min until it is confirmed or taken back"
            )
        return None

    def _is_on(self, day: date) -> bool:
        return DAYS[day.weekday()] in self.days

    def _on(self, day: date) -> tuple[datetime, datetime]:
        """Return the window that begins on a day, by its zone's own clock, in UTC."""
        until = day if self.ends > self.begins else day + timedelta(days=1)
        return self._at(day, self.begins), self._at(until, self.ends)

    def _at(self, day: date, clock: str) -> datetime:
        local = datetime.combine(day, time.fromisoformat(clock), tzinfo=ZoneInfo(self.zone))
        return local.astimezone(UTC)
