"""Between the plan and the push: an answer, a stop, a colleague, a timer that strikes."""

import os
import pty
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from noe import ARTICLE, Operator

MSS = ("interface Tunnel1", "ip tcp adjust-mss 1300")


class Asked:
    """A rollout at a terminal that waits for its answer."""

    def __init__(self, process: subprocess.Popen[bytes], terminal: int) -> None:
        self._process = process
        self._terminal = terminal
        self._until(b"Write this?")

    def answer(self, word: str) -> int:
        """Type an answer and return the exit code."""
        os.write(self._terminal, word.encode() + b"\n")
        return self._process.wait(timeout=60)

    def interrupt(self) -> int:
        """Press Ctrl-C and return the exit code."""
        self._process.send_signal(signal.SIGINT)
        return self._process.wait(timeout=60)

    def _until(self, word: bytes) -> None:
        assert self._process.stderr is not None
        text = b""
        while word not in text:
            more = os.read(self._process.stderr.fileno(), 65536)
            assert more, text
            text += more


@contextmanager
def asked(noe: Operator) -> Iterator[Asked]:
    """Start a rollout of the article's site and wait for its question."""
    ours, theirs = pty.openpty()
    command = noe.command("rollout", "--site", "scus")
    with subprocess.Popen(  # noqa: S603 - our own runbook
        command, stdin=theirs, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        try:
            yield Asked(process, ours)
        finally:
            os.close(ours)
            os.close(theirs)


@pytest.fixture
def drifted(settled: Operator) -> Iterator[Operator]:
    """An operator whose article site has a saved difference; it is repaired afterwards."""
    settled.type(ARTICLE, *MSS)
    yield settled
    assert settled.rollout("--site", "scus").code == 0


def test_no_writes_nothing(drifted: Operator) -> None:
    before = len(drifted.events())

    with asked(drifted) as question:
        code = question.answer("n")

    report = drifted.report()
    assert code == report["exit_code"] == 2
    assert "it was not agreed to" in report["routers"][0]["reason"]
    assert drifted.writes(before) == []


def test_stop_at_the_question_writes_nothing(drifted: Operator) -> None:
    before = len(drifted.events())

    with asked(drifted) as question:
        code = question.interrupt()

    report = drifted.report()
    assert code == report["exit_code"] == 3
    assert report["routers"][0]["outcome"] == "skipped"
    assert drifted.writes(before) == []


def test_router_that_a_colleague_changed_since_the_plan_is_left_alone(drifted: Operator) -> None:
    with asked(drifted) as question:
        drifted.advance(5)
        drifted.type(ARTICLE, "ip route vrf INSIDE_VRF 172.16.9.0 255.255.255.0 172.16.2.1")
        before = len(drifted.events())
        code = question.answer("y")

    report = drifted.report()
    assert code == report["exit_code"] == 2
    assert "somebody changed the configuration since it was read" in report["routers"][0]["reason"]
    assert drifted.writes(before) == []
    drifted.type(ARTICLE, "no ip route vrf INSIDE_VRF 172.16.9.0 255.255.255.0 172.16.2.1")


def test_timer_that_struck_first_is_no_confirmation(drifted: Operator) -> None:
    """What was pushed is nothing that a check sees, so only the router's own word tells."""
    drifted.call(
        "POST", "/azure/negotiated-key", {"connection": "CSR_OUTSIDE_1", "key": "Another123"}
    )
    before, startup = len(drifted.events()), drifted.startup(ARTICLE)

    def happened(kind: str) -> bool:
        return any(event["kind"] == kind for event in drifted.events(before))

    with subprocess.Popen(drifted.command("rollout", "--yes", "--site", "scus")) as process:  # noqa: S603
        drifted.wait(lambda: happened("timer-started") and happened("logout"))
        drifted.advance(1300)
        assert happened("timer-expired")
        drifted.call("POST", "/azure/negotiated-key", {"connection": "CSR_OUTSIDE_1", "key": None})

    router = drifted.report()["routers"][0]
    assert (process.returncode, router["outcome"]) == (1, "rolled_back")
    assert "the revert timer had struck" in router["reason"]
    assert drifted.startup(ARTICLE) == drifted.running(ARTICLE) == startup
