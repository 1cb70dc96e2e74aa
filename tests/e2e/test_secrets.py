"""No secret of a run is anywhere but in its backups: not in a file, an output or an argument."""

import logging
import os
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from noe import ARTICLE, EUS, STRONG, WEU, Operator, operating

from tasks import engine
from tasks.opening import ChangeOptions
from tasks.prepare import PrepareOptions
from tasks.project import Selection, open_project

SITES = ("scus", "eus", "weu", "neu")
SCUS = ("--site", "scus")
SELECTION = tuple(word for site in SITES for word in ("--site", site))


def secrets(noe: Operator) -> dict[str, str]:
    """Return every secret of the lab's run by its name; `azure123` is among them."""
    found = {path.name: path.read_text() for path in (noe.run / "secrets").iterdir()}
    assert "azure123" in found.values()
    return found


def leaks(text: str, known: dict[str, str]) -> list[str]:
    """Name the secrets that a text holds."""
    return [name for name, value in known.items() if value in text]


def arguments_seen(stop: threading.Event, seen: set[str]) -> None:
    """Gather the command lines of all processes until told to stop."""
    while not stop.wait(0.05):
        for process in Path("/proc").glob("[0-9]*"):
            try:
                seen.add((process / "cmdline").read_bytes().decode(errors="replace"))
            except OSError:
                continue


@pytest.fixture
def watched() -> Iterator[set[str]]:
    """Every command line that ran meanwhile on this machine."""
    seen: set[str] = set()
    stop = threading.Event()
    watcher = threading.Thread(target=arguments_seen, args=(stop, seen))
    watcher.start()
    yield seen
    stop.set()
    watcher.join()


def test_rollouts_good_and_bad_leave_secrets_in_their_backups_only(
    tmp_path: Path, watched: set[str]
) -> None:
    with operating(tmp_path, verify_deadline_s=120, read_timeout_s=4) as noe:
        noe.fault("wrong-key", connection="CSR_OUTSIDE_1", key="Another123")
        noe.fault("ssh-lost", router=EUS, after_lines=30)
        noe.fault("hang", router=WEU, on="pre-shared-key")
        known = secrets(noe)
        # What a router prints may hold a secret where nobody expects one.
        odd = f"description {known['router-password']}"
        noe.type(STRONG, "interface GigabitEthernet4", odd)

        done = noe.rollout(*SELECTION)
        outputs = [done.out, done.err]
        for runbook in ("plan", "verify", "report"):
            again = noe.do(runbook, "--json")
            outputs += [again.out, again.err]
        outputs += [line for line in watched if str(noe.folder) in line]
        written = [path for top in ("changes", "lab") for path in (noe.folder / top).rglob("*")]
        files = [p for p in written if p.is_file() and "secrets" not in p.parts]

        assert {done.outcome(host) for host in (EUS, WEU)} == {"unknown"}
        assert done.outcome(STRONG) == "confirmed", done.reason(STRONG)
        assert len(files) > 20
        texts = {str(path): path.read_text() for path in files}
        texts[str(noe.run / "events.jsonl")] = "\n".join(
            line for line in map(str, noe.events()) if odd not in line
        )
        assert {path: leaks(text, known) for path, text in texts.items()} == {p: [] for p in texts}
        assert [leaks(text, known) for text in outputs] == [[] for _ in outputs]
        backups = list((noe.folder / "backups").rglob("*.cfg"))
        assert {stat.S_IMODE(path.stat().st_mode) for path in backups} == {0o600}
        assert {stat.S_IMODE(path.parent.stat().st_mode) for path in backups} == {0o700}
        changes = (noe.folder / "changes").rglob("*")
        assert {stat.S_IMODE(path.stat().st_mode) for path in changes} == {0o700, 0o600}


def test_key_that_stands_where_a_router_shows_it_is_masked_and_stops_nothing(
    settled: Operator,
) -> None:
    known = secrets(settled)
    odd = "name azure123"
    settled.type(ARTICLE, "interface Tunnel1", "description azure123 is our key")
    settled.type(ARTICLE, f"ip route vrf INSIDE_VRF 172.16.77.0 255.255.255.0 172.16.2.1 {odd}")

    plan, machine = (settled.do("plan", *flag, *SCUS) for flag in ((), ("--json",)))
    asked = settled.do("rollout", *SCUS)
    done = settled.rollout(*SCUS)
    shown = settled.do("report", settled.changes()[-1].name, "--json")

    assert (done.code, done.outcome(ARTICLE)) == (0, "confirmed")
    assert "  -  description ******** is our key" in plan.out
    assert "  -  description ******** is our key" in asked.err
    assert machine.json["routers"][ARTICLE]["foreign"] == [
        "ip route vrf INSIDE_VRF 172.16.77.0 255.255.255.0 172.16.2.1 name ********"
    ]
    texts = [text for one in (plan, machine, asked, done, shown) for text in (one.out, one.err)]
    texts += [path.read_text() for path in settled.files() if path.is_file() and in_changes(path)]
    assert [leaks(text, known) for text in texts] == [[] for _ in texts]
    settled.type(ARTICLE, f"no ip route vrf INSIDE_VRF 172.16.77.0 255.255.255.0 172.16.2.1 {odd}")


def in_changes(path: Path) -> bool:
    return "changes" in path.parts


def test_debug_logs_of_every_library_hold_no_key(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Someone turns logging on to find a fault: the keys do not come with it."""
    caplog.set_level(logging.DEBUG)
    for name in ("nornir", "netmiko", "paramiko", "azure", "urllib3", "msal"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    with operating(tmp_path) as noe:
        project = open_project(noe.config, Selection(sites=("scus",)))
        report, _ = engine.rollout(
            project,
            PrepareOptions(),
            command="rollout",
            agree=lambda _text: None,
            change=ChangeOptions(),
        )
        known = secrets(noe)

    assert report.routers[0].host == ARTICLE
    assert report.exit_code == 0
    assert caplog.records
    logged = "\n".join(record.getMessage() + str(record.exc_text) for record in caplog.records)
    assert leaks(logged, known) == []
    assert leaks(repr(project) + repr(report) + repr(os.environ), known) == []
