"""A maintenance window: over midnight, over a change of the clocks, and what still fits in."""

from datetime import UTC, datetime

import pytest
from inventories import changed, hosts, problems_of
from pydantic import ValidationError

from fvrf.window import Window

NIGHT = Window.of("22:00-04:00@Europe/Berlin")
WEEKEND = Window.of("sat,sun 22:00-04:00@Europe/Berlin")
DAY = Window.of("09:00-17:30@America/Chicago")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("window", "now", "closes"),
    [
        # Berlin is one hour ahead of UTC in November, two in July.
        (NIGHT, "2026-11-25 20:59", None),
        (NIGHT, "2026-11-25 21:00", "2026-11-26 03:00"),
        (NIGHT, "2026-11-26 02:59", "2026-11-26 03:00"),
        (NIGHT, "2026-11-26 03:00", None),
        (NIGHT, "2026-07-25 20:00", "2026-07-26 02:00"),
        # Its clocks go back at 01:00 UTC of 25 October, and forward at 01:00 UTC of 29 March.
        (NIGHT, "2026-10-24 20:00", "2026-10-25 03:00"),
        (NIGHT, "2026-03-28 21:00", "2026-03-29 02:00"),
        # 25 November 2026 is a Wednesday; Sunday's window reaches into Monday.
        (WEEKEND, "2026-11-25 22:00", None),
        (WEEKEND, "2026-11-30 01:00", "2026-11-30 03:00"),
        (WEEKEND, "2026-11-30 21:30", None),
        (DAY, "2026-11-25 15:00", "2026-11-25 23:30"),
        (DAY, "2026-11-25 14:59", None),
    ],
)
def test_a_window_is_open_by_the_clock_of_its_zone(
    window: Window, now: str, closes: str | None
) -> None:
    assert window.closes(utc(now)) == (utc(closes) if closes else None)


@pytest.mark.parametrize(
    ("window", "now", "opens"),
    [
        (NIGHT, "2026-11-25 12:00", "2026-11-25 21:00"),
        (NIGHT, "2026-11-25 21:00", "2026-11-26 21:00"),
        (WEEKEND, "2026-11-30 12:00", "2026-12-05 21:00"),
        (NIGHT, "2026-03-28 22:00", "2026-03-29 20:00"),
    ],
)
def test_the_next_opening_is_known(window: Window, now: str, opens: str) -> None:
    assert window.opens(utc(now)) == utc(opens)


@pytest.mark.parametrize(
    ("now", "minutes", "said"),
    [
        ("2026-11-26 02:40", 20, None),
        (
            "2026-11-26 02:41",
            20,
            (
                "its window closes at 2026-11-26T03:00:00.000Z, and the change may take 20 min"
                " until it is confirmed or taken back"
            ),
        ),
        (
            "2026-11-26 12:00",
            20,
            "its window is closed, and opens at 2026-11-26T21:00:00.000Z",
        ),
    ],
)
def test_a_change_that_would_not_end_in_time_is_not_begun(
    now: str, minutes: int, said: str | None
) -> None:
    assert NIGHT.refusal(utc(now), minutes) == said


def test_a_window_may_be_a_mapping_in_the_inventory() -> None:
    made = Window.model_validate(
        {"days": ["sat", "sun"], "from": "22:00", "to": "04:00", "zone": "Europe/Berlin"}
    )

    assert made == WEEKEND


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("22:00-04:00", r"\[DAYS \]HH:MM-HH:MM@ZONE"),
        ("22:00-25:00@Europe/Berlin", "a time of day is written HH:MM"),
        ("22:00-04:00@Europe/Bonn", "no such time zone"),
        ("someday 22:00-04:00@Europe/Berlin", "mon"),
    ],
)
def test_what_is_no_window_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        Window.of(text)


def test_a_mistake_in_the_inventory_names_its_place() -> None:
    spoiled = changed(hosts(), ("r1 data window", "22:00-04:00@Europe/Bonn"))

    (line,) = problems_of(spoiled)
    assert "r1: data.window.zone: no such time zone" in line
