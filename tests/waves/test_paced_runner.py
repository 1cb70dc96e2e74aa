"""Nornir's runner `paced`: every result is kept, no host holds up another, logins are spaced."""

import threading
from collections.abc import Callable, Iterator
from time import monotonic

import pytest
from nornir.core import Nornir
from nornir.core.inventory import Defaults, Groups, Host, Hosts, Inventory
from nornir.core.task import Result, Task

from tasks.clock import Clock
from tasks.plugins.runner import PacedRunner, PassedDeadline

NAMES = tuple(f"r{number}" for number in range(6))


def nornir(runner: PacedRunner) -> Nornir:
    made = Hosts({name: Host(name=name) for name in NAMES})
    return Nornir(Inventory(hosts=made, groups=Groups(), defaults=Defaults()), runner=runner)


def say(task: Task) -> Result:
    return Result(host=task.host, result=task.host.name)


@pytest.fixture
def release() -> Iterator[threading.Event]:
    """Let go of the tasks that wait, however a test ends."""
    event = threading.Event()
    yield event
    event.set()


@pytest.mark.parametrize("workers", [1, 3, 20])
def test_every_host_has_its_result(workers: int) -> None:
    done = nornir(PacedRunner(num_workers=workers)).run(task=say)

    assert {name: results[0].result for name, results in done.items()} == dict(
        zip(NAMES, NAMES, strict=True)
    )
    assert not done.failed


def test_a_task_that_raises_fails_its_own_host_only() -> None:
    def half(task: Task) -> Result:
        if task.host.name == "r2":
            raise ValueError("no")
        return say(task)

    done = nornir(PacedRunner()).run(task=half)

    assert set(done.failed_hosts) == {"r2"}


def test_no_more_hosts_at_once_than_workers() -> None:
    running, most, lock = [0], [0], threading.Lock()

    def busy(task: Task) -> Result:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        barrier.wait(timeout=5)
        with lock:
            running[0] -= 1
        return say(task)

    barrier = threading.Barrier(2)
    nornir(PacedRunner(num_workers=2)).run(task=busy)

    assert most == [2]


def hanging(release: threading.Event) -> Callable[[Task], Result]:
    def task(task: Task) -> Result:
        if task.host.name == "r0":
            release.wait(timeout=30)
        return say(task)

    return task


def test_a_host_that_hangs_is_given_up_and_delays_nobody(release: threading.Event) -> None:
    runner = PacedRunner(num_workers=1, host_deadline_s=10)
    runner.clock = Clock(speed=20)
    begun = monotonic()

    done = nornir(runner).run(task=hanging(release))

    assert monotonic() - begun < 10
    assert isinstance(done["r0"][0].exception, PassedDeadline)
    assert [done[name][0].result for name in NAMES[1:]] == list(NAMES[1:])
    assert runner.is_given_up("r0")
    assert not runner.commit("r0")


def test_a_host_that_committed_is_waited_for(release: threading.Event) -> None:
    runner = PacedRunner(host_deadline_s=5)
    runner.clock = Clock(speed=20)

    def confirming(task: Task) -> Result:
        if task.host.name == "r0":
            assert runner.commit("r0")
            release.wait(timeout=1)  # far beyond the deadline of a quarter of a second
        return say(task)

    done = nornir(runner).run(task=confirming)

    assert done["r0"][0].result == "r0"
    assert not runner.is_given_up("r0")


def test_who_waits_for_a_turn_is_in_time_as_long_as_turns_come() -> None:
    runner = PacedRunner(host_deadline_s=20)
    runner.clock = Clock(speed=20)
    turn = threading.Lock()

    def busy(task: Task) -> Result:
        with runner.waiting(task.host.name):
            turn.acquire()
        runner.clock.sleep(6)  # six of them, one after the other: the last waits for 30 s
        turn.release()
        return say(task)

    assert not nornir(runner).run(task=busy).failed


def test_who_waits_for_a_turn_that_never_comes_is_given_up(release: threading.Event) -> None:
    runner = PacedRunner(host_deadline_s=5)
    runner.clock = Clock(speed=20)

    def stuck(task: Task) -> Result:
        with runner.waiting(task.host.name):
            release.wait(timeout=30)
        return say(task)

    assert set(nornir(runner).run(task=stuck).failed_hosts) == set(NAMES)


def test_logins_are_spaced_in_all_and_at_each_site() -> None:
    class Waits(Clock):
        """A clock that stands still and remembers how long it was asked to wait."""

        def now(self) -> float:
            return 0.0

        def sleep(self, seconds: float) -> None:
            waits.append(round(seconds, 3))

    waits: list[float] = []
    runner = PacedRunner(logins_per_s=10, site_logins_per_s=2)
    runner.clock = Waits()

    for site in ("a", "a", "b"):
        runner.admit(site)

    # In all 0, 0.1, 0.2; at site a 0 and 0.5, at site b 0.
    assert waits == [0.0, 0.0, 0.1, 0.5, 0.2, 0.0]
