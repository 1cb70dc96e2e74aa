"""Lab time: what falls due does so in order and at its own time."""

import asyncio

import pytest

from lab.clock import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock(speed=0)


def test_callbacks_run_in_the_order_of_their_times_each_at_its_own_time(clock: Clock) -> None:
    start = clock.now()
    seen: list[tuple[str, float]] = []
    clock.call_later(20, lambda: seen.append(("late", clock.now() - start)))
    clock.call_later(10, lambda: seen.append(("early", clock.now() - start)))
    clock.advance(60)
    assert [(name, round(at, 3)) for name, at in seen] == [("early", 10), ("late", 20)]
    assert clock.now() - start == pytest.approx(60)


def test_a_callback_set_by_a_callback_runs_in_the_same_advance(clock: Clock) -> None:
    seen: list[float] = []
    start = clock.now()
    clock.call_later(5, lambda: clock.call_later(5, lambda: seen.append(clock.now() - start)))
    clock.advance(10)
    assert seen == [pytest.approx(10)]


def test_a_cancelled_callback_does_not_run(clock: Clock) -> None:
    seen: list[str] = []
    clock.call_later(5, lambda: seen.append("ran")).cancel()
    clock.advance(10)
    assert seen == []


async def test_a_fast_clock_wakes_sleepers_early_in_real_time() -> None:
    await asyncio.wait_for(Clock(speed=10_000).sleep(600), timeout=5)


async def test_an_advance_wakes_sleepers(clock: Clock) -> None:
    sleeper = asyncio.create_task(clock.sleep(600))
    await asyncio.sleep(0)
    clock.advance(601)
    await asyncio.wait_for(sleeper, timeout=5)


async def test_a_changed_speed_moves_what_waits() -> None:
    clock = Clock(speed=0)
    sleeper = asyncio.create_task(clock.sleep(600))
    await asyncio.sleep(0)
    clock.set_speed(100_000)
    await asyncio.wait_for(sleeper, timeout=5)
