"""Nornir's runner `paced`: bounded workers, bounded logins, and a deadline for each host.

Nornir's own runner waits for the slowest host, and for one that hangs for ever. Here a host that
passes its deadline is given up: its worker is left behind, another takes its place, and what it
still brings is ignored. It must not write any more either: see `commit` and `is_given_up`.
"""

import queue
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from nornir.core.inventory import Host
from nornir.core.task import AggregatedResult, MultiResult, Result, Task

from fvrf.errors import Unknown
from tasks.clock import Clock

_POLL_S = 0.2


class PassedDeadline(Unknown):
    """A host did not end in time: nobody waits for it any more."""

    code = "F341"


@dataclass(slots=True)
class _Job:
    host: Host
    begun: float | None = None
    result: MultiResult | None = None
    given_up: bool = False


@dataclass(slots=True)
class _Field:
    """The jobs of one run, and the word that one of them ended."""

    task: Task
    jobs: dict[str, _Job]
    waiting: queue.SimpleQueue[_Job] = field(default_factory=queue.SimpleQueue)
    changed: threading.Condition = field(default_factory=threading.Condition)


class PacedRunner:
    """The runner; `clock` is the project's once that is open.

    `host_deadline_s` is how long one host may take for one of the three runs of a wave.
    `logins_per_s` and `site_logins_per_s` bound how often sessions are opened, apart from the
    number of workers; None is no bound.
    """

    def __init__(
        self,
        num_workers: int = 20,
        host_deadline_s: float = 3600,
        logins_per_s: float | None = None,
        site_logins_per_s: float | None = None,
    ) -> None:
        self.num_workers = num_workers
        self.host_deadline_s = host_deadline_s
        self.clock = Clock()
        self._gaps = {"": logins_per_s, "site": site_logins_per_s}
        self._next_login: dict[str, float] = {}
        self._lock = threading.Lock()
        self._given_up: set[str] = set()
        self._committed: set[str] = set()
        self._waiting: set[str] = set()
        self._counted_from: dict[str, float] = {}

    def run(self, task: Task, hosts: Sequence[Host]) -> AggregatedResult:
        """Run the task on the hosts; a host that passed its deadline has failed with Unknown."""
        jobs = {host.name: _Job(host) for host in hosts}
        work = _Field(task=task, jobs=jobs)
        with self._lock:
            self._committed.clear()
            self._counted_from.clear()
        for job in jobs.values():
            work.waiting.put(job)
        for _ in range(min(self.num_workers, len(jobs))):
            self._hire(work)
        self._wait(work)
        return _gathered(work)

    def admit(self, site: str) -> None:
        """Wait until one more session may be opened at this site."""
        for kind, key in (("", ""), ("site", f"site {site}")):
            per_s = self._gaps[kind]
            if per_s is not None:
                self.clock.sleep(self._turn(key, 1 / per_s))

    def is_given_up(self, host: str) -> bool:
        """Whether a host passed its deadline, and must not be written to any more."""
        return host in self._given_up

    def commit(self, host: str) -> bool:
        """Keep the host from being given up from now on; False if it was already."""
        with self._lock:
            if host in self._given_up:
                return False
            self._committed.add(host)
            return True

    @contextmanager
    def waiting(self, host: str) -> Iterator[None]:
        """Wait for a turn: as long as turns come, none of those who wait passes its deadline."""
        with self._lock:
            self._waiting.add(host)
        try:
            yield
        finally:
            with self._lock:
                self._counted_from |= dict.fromkeys(self._waiting, self.clock.now())
                self._waiting.discard(host)

    def _turn(self, key: str, gap_s: float) -> float:
        """Take the next turn and return how long it is until then."""
        with self._lock:
            now = self.clock.now()
            turn = max(now, self._next_login.get(key, now))
            self._next_login[key] = turn + gap_s
            return turn - now

    def _hire(self, work: _Field) -> None:
        threading.Thread(target=self._work, args=(work,), daemon=True).start()

    def _work(self, work: _Field) -> None:
        while True:
            try:
                job = work.waiting.get_nowait()
            except queue.Empty:
                return
            job.begun = self.clock.now()
            result = work.task.copy().start(job.host)
            with work.changed:
                job.result = result
                work.changed.notify_all()
                if job.given_up:
                    return

    def _wait(self, work: _Field) -> None:
        """Wait for every host, until its deadline."""
        with work.changed:
            while open_jobs := [j for j in work.jobs.values() if not (j.result or j.given_up)]:
                for job in open_jobs:
                    if self._is_late(job):
                        job.given_up = True
                        self._hire(work)
                work.changed.wait(_POLL_S)

    def _is_late(self, job: _Job) -> bool:
        if job.begun is None:
            return False
        with self._lock:
            since = max(job.begun, self._counted_from.get(job.host.name, job.begun))
            in_time = self.clock.now() - since < self.host_deadline_s
            if in_time or job.host.name in self._committed:
                return False
            self._given_up.add(job.host.name)
            return True


def _gathered(work: _Field) -> AggregatedResult:
    result = AggregatedResult(work.task.name)
    for name, job in work.jobs.items():
        result[name] = job.result if job.result and not job.given_up else _late(work.task, job)
    return result


def _late(task: Task, job: _Job) -> MultiResult:
    error = PassedDeadline(
        f"{job.host.name}: passed its deadline, and was given up",
        remedy="see what holds it up; `--resume` finds out how it stands",
    )
    made = MultiResult(task.name)
    made.append(Result(host=job.host, exception=error, failed=True))
    return made
