"""A rehearsal says what the rollout then really does, and writes nothing to the real ends."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from noe import ARTICLE, EUS, SEA, STRONG, Done, Operator, operating

WRONG = "Wrong12345"
PLACE = "ip forward-protocol nd\n"
NOT_MODELLED = (
    "ip dhcp pool LAN\n network 192.0.2.0 255.255.255.0\n"
    "ip nat inside source list 10 interface GigabitEthernet1 overload\n"
    "crypto pki certificate chain TP\n certificate self-signed 01\n  30820330 30820218\n  \tquit\n"
)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """The network, itself a lab; each test has a site of its own."""
    with operating(tmp_path_factory.mktemp("real")) as operator:
        yield operator


def rehearse(real: Operator, site: str, *options: str) -> tuple[Done, dict[str, Any]]:
    """Rehearse a site; return that with what is said of its router."""
    since = len(real.events())
    done = real.do("rehearse", "--json", "--speed", "40", "--site", site, *options)
    assert real.writes(since) == []
    (host,) = done.json["hosts"]
    return done, host


def left_behind(real: Operator) -> dict[Path, str]:
    files = (path for path in (real.folder / "rehearsals").rglob("*") if path.is_file())
    return {path: path.read_text() for path in files}


def assert_keeps_no_secret(real: Operator) -> None:
    known = {path.name: path.read_text() for path in (real.run / "secrets").iterdir()}
    files = left_behind(real)
    assert any(path.name == "world.yaml" for path in files)
    for value in (*known.values(), WRONG):
        assert [path for path, text in files.items() if value in text] == []


def test_a_blank_site(real: Operator) -> None:
    done, host = rehearse(real, "neu")
    really = real.rollout("--site", "neu")

    assert (done.code, host["outcome"]) == (really.code, really.outcome(STRONG)) == (0, "confirmed")
    assert host["lines"] == len(really.router(STRONG)["commands"])
    assert host["in_the_lab"]
    assert_keeps_no_secret(real)


def test_a_site_that_was_changed_from_its_state_and_from_a_backup(real: Operator) -> None:
    assert real.rollout("--site", "sea").code == 0
    backup = real.folder / "backups" / SEA / "99990101T000000Z-000000000000.cfg"
    backup.write_text(real.running(SEA).replace(PLACE, NOT_MODELLED + PLACE))
    keyring = ("crypto ikev2 keyring fvrf-azure-vng-1", "peer azure-vng-0")
    real.type(SEA, *keyring, f"pre-shared-key {WRONG}")

    live, changed = rehearse(real, "sea")
    done, old = rehearse(real, "sea", "--backups")
    really = real.rollout("--site", "sea")

    assert (live.code, changed["outcome"]) == (really.code, really.outcome(SEA)) == (0, "confirmed")
    assert changed["interrupts"] == ["Tunnel1: renegotiates, about 5 s"]
    assert changed["lines"] == len(really.router(SEA)["commands"])
    assert not changed["in_the_lab"]
    assert (old["outcome"], old["reason"], old["lines"]) == ("unchanged", "", 0)
    assert old["opaque"] == [
        "ip dhcp pool LAN (and 1 lines below)",
        "ip nat inside source list 10 interface GigabitEthernet1 overload",
        "crypto pki certificate chain TP (and 3 lines below)",
    ]
    assert old["differs"] == []
    assert f"{SEA}: copied from {backup.name}" in done.json["notes"]
    assert_keeps_no_secret(real)


def test_a_line_that_the_router_refuses(real: Operator) -> None:
    real.type(EUS, "ip vrf INSIDE_VRF", "rd 64901:3", "interface GigabitEthernet4")
    real.type(
        EUS,
        "interface GigabitEthernet4",
        "ip vrf forwarding INSIDE_VRF",
        "ip address 172.18.2.9 255.255.255.0",
        "no shutdown",
    )

    done, host = rehearse(real, "eus")
    really = real.rollout("--site", "eus")

    assert (done.code, host["outcome"]) == (really.code, really.outcome(EUS)) == (1, "rolled_back")
    assert "overlaps with GigabitEthernet4" in host["reason"]
    assert host["reason"] == really.reason(EUS)
    assert_keeps_no_secret(real)


def test_what_only_the_real_router_knows_refuses_it_there(real: Operator) -> None:
    real.type(ARTICLE, "interface GigabitEthernet4", "description unsaved", save=False)

    done, host = rehearse(real, "scus")
    really = real.rollout("--site", "scus")

    assert (done.code, host["outcome"]) == (really.code, really.outcome(ARTICLE)) == (2, "skipped")
    assert host["reason"] == really.reason(ARTICLE)
    assert host["interrupts"] == []
    assert_keeps_no_secret(real)
