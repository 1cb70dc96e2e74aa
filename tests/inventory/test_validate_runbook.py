"""`validate` as an NOE runs it: exit codes, and what stands on which stream."""

import json
import os
import subprocess
import sys
from pathlib import Path

from inventories import changed, hosts, write

ROOT = Path(__file__).parent.parent.parent
BROKEN = changed(
    hosts(),
    ("r1 data asn", 65515),
    ("r1 data outside OUT1 connections 0 key", "azure123"),
    ("r2 data uplinks GigabitEthernet2 next_hop", "172.17.9.1"),
)
LINES = [
    (
        "F130 inventory/hosts.yaml: r1: data.asn: AS 65515 is reserved by Azure; take one of"
        " 64512-65514 (value: 65515)"
    ),
    (
        "F105 inventory/hosts.yaml: r1: data.outside.OUT1.connections[0].key: not a reference:"
        " write env:NAME, file:NAME, keyvault:VAULT/NAME, keyvault:VAULT/NAME@VERSION or"
        " command:PROGRAM ARGUMENT ..., never the secret itself"
    ),
    (
        "F125 inventory/hosts.yaml: r2: data.uplinks.GigabitEthernet2.next_hop: next hop is not in"
        " 172.17.1.0/24 (value: 172.17.9.1)"
    ),
]


def validate(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own runbook
        [sys.executable, ROOT / "runbooks" / "validate.py", "--config", "config.yaml", *options],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_broken_inventory_exits_2_with_every_problem_on_stderr(tmp_path: Path) -> None:
    write(tmp_path, {"inventory/hosts.yaml": BROKEN})

    done = validate(tmp_path)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "\n".join(LINES) + "\n"


def test_a_broken_inventory_is_json_on_stdout(tmp_path: Path) -> None:
    write(tmp_path, {"inventory/hosts.yaml": BROKEN})

    done = validate(tmp_path, "--json")

    assert done.returncode == 2
    assert json.loads(done.stdout) == {
        "error": "F100",
        "message": "\n".join(LINES),
        "problems": LINES,
    }


def test_a_sound_inventory_exits_0_and_says_what_it_holds(tmp_path: Path) -> None:
    write(tmp_path, {})

    done = validate(tmp_path)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == (
        "2 routers, 1 gateways, 4 connections: the inventory is sound."
    )


def test_a_choice_of_nothing_exits_2(tmp_path: Path) -> None:
    write(tmp_path, {})

    done = validate(tmp_path, "--host", "r9")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("F100 command line: --host: nothing in the inventory is named")
