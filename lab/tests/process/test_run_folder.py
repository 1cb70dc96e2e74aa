"""The process and its run folder: what appears, what is refused, what is left."""

import json
import signal
import stat
from pathlib import Path

import pytest

from lab.client import LabClient
from lab.tests.process.running import lab, start, wait_ready
from lab.world import DEFAULT_WORLD, load_world


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_run_folder_says_how_to_reach_everything(tmp_path: Path) -> None:
    run = tmp_path / "run"
    world = load_world()

    with lab(run, "--speed", "50") as client:
        described = json.loads((run / "lab.json").read_text())
        ssh_config = (run / "ssh_config").read_text()

        assert sorted(described) == sorted(
            ["schema", "pid", "speed", "control", "azure", "routers"]
        )
        assert (described["schema"], described["speed"]) == (1, 50.0)
        assert sorted(described["routers"]) == sorted(world.routers)
        assert json.loads((run / "cloud.json").read_text()) == {
            "resource_manager": described["azure"],
            "authority": described["azure"],
            "ca_bundle": "ca.pem",
        }
        known = (run / "known_hosts").read_text()
        for name, endpoint in described["routers"].items():
            assert f"Host {name}\n  HostName 127.0.0.1\n  Port {endpoint['port']}\n" in ssh_config
            assert f"[127.0.0.1]:{endpoint['port']} ssh-ed25519 " in known
        assert client.status()["clock"]["speed"] == 50


def test_secrets_are_for_their_owner_alone(tmp_path: Path) -> None:
    run = tmp_path / "run"

    with lab(run):
        files = {one.name: one for one in (run / "secrets").iterdir()}
        texts = {name: one.read_text() for name, one in files.items()}
        others = [one.read_text() for one in run.iterdir() if one.is_file()]

    assert sorted(files) == sorted([*load_world().secrets, "control"])
    assert {mode(one) for one in files.values()} == {0o600}
    assert (mode(run), mode(run / "secrets")) == (0o700, 0o700)
    made = {name: text for name, text in texts.items() if name != "psk-article"}
    assert texts["psk-article"] == "azure123"
    assert all(len(text) == 32 and text.isalnum() for text in made.values())
    assert not any(secret in text for secret in texts.values() for text in others)


@pytest.mark.parametrize("how", ["stop", "SIGTERM", "SIGINT"])
def test_a_lab_ends_cleanly(tmp_path: Path, how: str) -> None:
    process = start(tmp_path)
    wait_ready(process)

    if how == "stop":
        LabClient(tmp_path).stop()
    else:
        process.send_signal(signal.Signals[how])
    _, complaint = process.communicate(timeout=10)

    assert (process.returncode, complaint) == (0, "")
    assert not (tmp_path / "lab.json").exists()


def test_a_folder_holds_one_living_lab(tmp_path: Path) -> None:
    with lab(tmp_path):
        second = start(tmp_path)
        _, complaint = second.communicate(timeout=10)

        assert second.returncode == 2
        assert complaint == f"{tmp_path}: a lab is running there\n"
        assert LabClient(tmp_path).status()["faults"] == {}


def test_a_killed_lab_does_not_block_its_folder(tmp_path: Path) -> None:
    process = start(tmp_path)
    wait_ready(process)
    process.kill()
    process.communicate(timeout=10)
    before = (tmp_path / "secrets" / "control").read_text()

    with lab(tmp_path) as client:
        assert client.status()["faults"] == {}
        assert (tmp_path / "secrets" / "control").read_text() != before


def test_two_labs_live_side_by_side(tmp_path: Path) -> None:
    with lab(tmp_path / "one") as one, lab(tmp_path / "two") as two:
        one.type("scus-onprem-csr", "ip vrf ONLY_HERE")

        assert "ip vrf ONLY_HERE" in one.config("scus-onprem-csr")
        assert "ip vrf ONLY_HERE" not in two.config("scus-onprem-csr")
        assert one.description["azure"] != two.description["azure"]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("asn: 65515", "asn: many", "gateways.azure-vng.asn: expected a number"),
        ("sku: VpnGw2", "skew: VpnGw2", "gateways.azure-vng.skew: unknown key"),
        (
            "172.16.0.5,",
            "172.16.0.500,",
            "routers.scus-onprem-csr.uplinks.GigabitEthernet1.address",
        ),
        ("enable: router-enable", "enable: nothing", "login.enable: no such secret"),
        ("day0: csr.cfg", "day0: none.cfg", "routers.scus-onprem-csr.day0: no file none.cfg"),
        ("subscription:", "subscriptions:", "subscriptions: unknown key"),
    ],
)
def test_a_wrong_world_is_refused_by_file_and_key(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    world = tmp_path / "world.yaml"
    world.write_text(DEFAULT_WORLD.read_text().replace(old, new, 1))
    (tmp_path / "csr.cfg").write_text(DEFAULT_WORLD.with_name("csr.cfg").read_text())

    process = start(tmp_path / "run", "--world", str(world))
    _, complaint = process.communicate(timeout=10)

    assert process.returncode == 2
    assert complaint.startswith(f"{world}: {problem}")
    assert not (tmp_path / "run").exists()


def test_a_command_line_that_makes_no_sense_is_refused(tmp_path: Path) -> None:
    process = start(tmp_path, "--speed", "-1")

    process.communicate(timeout=10)

    assert process.returncode == 2
