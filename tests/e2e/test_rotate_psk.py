"""Keys are rotated connection by connection at both ends, or both ends keep the old one."""

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml
from noe import STRONG, Operator

NEU = ("--site", "neu")
ONE, TWO = f"fvrf-{STRONG}-0", f"fvrf-{STRONG}-1"


def key(noe: Operator, name: str) -> str:
    return (noe.run / "secrets" / name).read_text()


def ends(noe: Operator) -> tuple[list[str], list[str]]:
    """Return the keys of the router's keyrings, and those of its connections in Azure."""
    router = re.findall(r"pre-shared-key (\S+)", noe.running(STRONG))
    return router, [noe.azure.key(name) for name in (ONE, TWO)]


def rotated(noe: Operator, change: str) -> list[tuple[str, str, str, str]]:
    """Return what the journal says of the keys: connection, state, old and new reference."""
    lines = (noe.folder / "changes" / change / "journal.jsonl").read_text().splitlines()
    found = [json.loads(line) for line in lines]
    return [
        (e["connection"], e["state"], *(e.get("facts", {}).get(k, "") for k in ("old", "new")))
        for e in found
        if e["step"] == "rotate"
    ]


@contextmanager
def next_keys(noe: Operator, *, verify_deadline_s: float) -> Iterator[None]:
    """Let the intent name next keys beside the ones that stand, and give up soon on a proof."""
    usual = noe.config.read_text()
    config = yaml.safe_load(usual)
    config["user_defined"]["timing"]["verify_deadline_s"] = verify_deadline_s
    options = config["inventory"]["options"]
    hosts = re.sub(
        r"key: file:(psk-neu-\w+)",
        r"key: file:\1-next\n            previous_key: file:\1",
        Path(options["host_file"]).read_text(),
    )
    options["host_file"] = str(noe.folder / "hosts-next.yaml")
    (noe.folder / "hosts-next.yaml").write_text(hosts)
    for name in ("one", "two"):
        path = noe.run / "secrets" / f"psk-neu-{name}-next"
        path.write_text(f"NextKeyOf{name}")
        path.chmod(0o600)
    noe.config.write_text(yaml.safe_dump(config))
    try:
        yield
    finally:
        noe.config.write_text(usual)


@contextmanager
def running(noe: Operator, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """Let a rotation run beside the test."""
    command = noe.command("rotate_psk", *arguments)
    with subprocess.Popen(  # noqa: S603 - our own runbook
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        yield process


def key_is_sent(noe: Operator, since: int) -> bool:
    return any(event.get("method") == "PUT" for event in noe.events(since))


def kinds(noe: Operator, since: int) -> set[str]:
    return {event["kind"] for event in noe.events(since)}


def test_new_keys_take_the_place_of_the_old_ones_one_connection_after_the_other(
    settled: Operator,
) -> None:
    before = [key(settled, name) for name in ("psk-neu-one", "psk-neu-two")]
    since = len(settled.events())

    done = settled.do("rotate_psk", "--generate", "--yes", "--change", "ROT1", *NEU)

    assert done.code == 0, done.err
    after = [key(settled, name) for name in ("psk-neu-one", "psk-neu-two")]
    assert not set(before) & set(after)
    assert ends(settled) == (after, after)
    steps = {"timer-started", "confirmed", "saved"}
    seen = [e["kind"] for e in settled.events(since) if e["kind"] in steps]
    assert seen == ["timer-started", "confirmed", "saved"] * 2
    assert [key(settled, f"psk-neu-{n}.ROT1.{i}") for i, n in ((1, "one"), (2, "two"))] == before
    assert rotated(settled, "ROT1") == [
        (ONE, "started", "file:psk-neu-one.ROT1.1", "file:psk-neu-one"),
        (ONE, "finished", "", ""),
        (TWO, "started", "file:psk-neu-two.ROT1.2", "file:psk-neu-two"),
        (TWO, "finished", "", ""),
    ]
    assert settled.do("plan", *NEU).code == 0
    written = [p.read_text() for p in (settled.folder / "changes").rglob("*") if p.is_file()]
    shown = [done.out, done.err, *written]
    assert [text for text in shown if any(value in text for value in (*before, *after))] == []


def test_tunnel_that_does_not_come_back_keeps_its_old_key_and_stops_the_site(
    settled: Operator,
) -> None:
    before = ends(settled)
    since = len(settled.events())
    with (
        next_keys(settled, verify_deadline_s=40),
        running(settled, "--yes", "--change", "ROT2", *NEU) as process,
    ):
        settled.wait(lambda: "timer-started" in kinds(settled, since), timeout_s=60)
        deaf = settled.fault("deaf-tunnel", router=STRONG, interface="Tunnel0")
        process.wait(60)
    settled.heal(deaf)

    assert process.returncode == 1
    report = json.loads((settled.folder / "changes" / "ROT2" / "report.json").read_text())
    assert [(r["outcome"], r["reason"][: len(ONE)]) for r in report["routers"]] == [
        ("rolled_back", ONE),
        ("skipped", TWO),
    ]
    assert ends(settled) == before
    assert rotated(settled, "ROT2") == [
        (ONE, "started", "file:psk-neu-one", "file:psk-neu-one-next"),
        (ONE, "failed", "", ""),
    ]


def test_what_is_killed_between_the_two_ends_is_finished_by_a_resume(settled: Operator) -> None:
    since = len(settled.events())
    with running(settled, "--generate", "--yes", "--change", "ROT3", *NEU) as process:
        settled.wait(lambda: key_is_sent(settled, since), timeout_s=60)
        process.kill()
    asked = settled.do("rotate_psk", "--resume", "ROT3")
    other = settled.do("rollout", "--resume", "ROT3", "--yes")

    done = settled.do("rotate_psk", "--resume", "ROT3", "--yes")

    assert (asked.code, other.code) == (2, 2)
    assert "F353 change ROT3 was begun by rotate_psk" in other.err
    assert done.code == 0, done.err
    after = [key(settled, name) for name in ("psk-neu-one", "psk-neu-two")]
    assert ends(settled) == (after, after)
    assert [state for _, state, *_ in rotated(settled, "ROT3")].count("finished") == 2
    assert settled.do("verify", "--wait", "60", *NEU).code == 0


def test_key_that_both_ends_have_already_is_left_alone(settled: Operator) -> None:
    since = len(settled.events())

    done = settled.do("rotate_psk", "--yes", *NEU)

    assert (done.code, [r["outcome"] for r in done.report["routers"]]) == (0, ["unchanged"] * 2)
    assert settled.writes(since) == []


def test_key_of_several_connections_is_refused(settled: Operator) -> None:
    done = settled.do("rotate_psk", "--generate", "--yes", "--site", "scus")

    assert done.code == 2
    reasons = [router["reason"] for router in done.report["routers"]]
    assert len(reasons) == 2
    assert all("F360 file:psk-article is the key of several connections" in r for r in reasons)
    assert settled.writes(len(settled.events())) == []
