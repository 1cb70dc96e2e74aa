"""NAPALM's ios driver reads, merges, replaces, reverts, confirms, rolls back and discards."""

import re
from collections.abc import Iterator

import pytest
from napalm import get_network_driver
from napalm.base import NetworkDriver
from napalm.base.exceptions import (
    CommandErrorException,
    CommitConfirmException,
    MergeConfigException,
    ReplaceConfigException,
)

from lab.tests.clients.outside import OPERATOR, PASSWORD, Box

BLUE = ("ip vrf BLUE", " rd 65000:7")
CANDIDATE = "\n".join([*BLUE, "end", ""])
MINUTES_S = 120


@pytest.fixture
def driver(box: Box) -> Iterator[NetworkDriver]:
    arguments = box.netmiko()
    optional = {key: arguments[key] for key in ("port", "ssh_strict", "alt_host_keys")}
    opened = get_network_driver("ios")(
        box.host,
        OPERATOR,
        PASSWORD,
        timeout=20,
        optional_args={**optional, "alt_key_file": box.known_hosts},
    )
    opened.open()
    yield opened
    opened.close()


def running_file(driver: NetworkDriver) -> str:
    """Return the running configuration as a file to replace it by: from `version` on."""
    text = str(driver.get_config(retrieve="running")["running"])
    return text[text.index("version ") :] + "\n"


def test_facts(driver: NetworkDriver, box: Box) -> None:
    facts = driver.get_facts()
    assert re.fullmatch(r"9\w{10}", facts.pop("serial_number"))
    assert facts == {
        "uptime": 0.0,
        "vendor": "Cisco",
        "os_version": "Virtual XE Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), "
        "Version 16.12.3, RELEASE SOFTWARE (fc5)",
        "model": "CSR1000V",
        "hostname": box.name,
        # NAPALM takes the words of `Default domain is not set` for its name.
        "fqdn": f"{box.name}.not set",
        "interface_list": [f"GigabitEthernet{number}" for number in (1, 2, 3, 4)],
    }


def test_both_configurations(driver: NetworkDriver, box: Box) -> None:
    texts = driver.get_config()
    for which in ("running", "startup"):
        assert texts[which].endswith(box.lab.config(box.name, which).strip())


def test_a_merge_is_compared_committed_saved_and_rolled_back(
    driver: NetworkDriver, box: Box
) -> None:
    driver.load_merge_candidate(config=CANDIDATE)
    assert driver.compare_config() == "+ip vrf BLUE\n+ rd 65000:7"
    assert not box.has(*BLUE)
    driver.commit_config()
    assert box.has(*BLUE)
    assert box.has(*BLUE, which="startup")
    driver.rollback()
    assert not box.has(*BLUE)
    assert not box.has(*BLUE, which="startup")


def test_a_replacement_takes_away_what_it_lacks(driver: NetworkDriver, box: Box) -> None:
    before = running_file(driver)
    box.type("ip vrf RED", "rd 65000:8")
    driver.load_replace_candidate(config=before.replace("!\nlogin", "!\nip vrf BLUE\n!\nlogin"))
    assert driver.compare_config() == "+ip vrf BLUE\n-ip vrf RED\n -rd 65000:8"
    driver.commit_config()
    assert box.has("ip vrf BLUE")
    assert not box.has("ip vrf RED")


def test_a_replacement_that_fails_restores_what_was(driver: NetworkDriver, box: Box) -> None:
    other = re.sub(r"(?<= sn )\w+", "9OTHER00001", running_file(driver))
    driver.load_replace_candidate(config=other.replace("!\nlogin", "!\nip vrf BLUE\n!\nlogin"))
    with pytest.raises(ReplaceConfigException, match="successfully restored"):
        driver.commit_config()
    assert not box.has("ip vrf BLUE")


def test_a_merge_with_a_bad_line_is_rolled_back(driver: NetworkDriver, box: Box) -> None:
    driver.load_merge_candidate(config=CANDIDATE.replace("end", "no such line\nend"))
    with pytest.raises(MergeConfigException, match="Invalid input detected"):
        driver.commit_config()
    assert not box.has(*BLUE)


def test_what_is_not_confirmed_is_reverted(driver: NetworkDriver, box: Box) -> None:
    driver.load_merge_candidate(config=CANDIDATE)
    driver.commit_config(revert_in=MINUTES_S)
    assert driver.has_pending_commit()
    assert box.has(*BLUE)
    assert not box.has(*BLUE, which="startup")
    box.lab.advance(MINUTES_S)
    assert not box.has(*BLUE)
    assert not driver.has_pending_commit()


@pytest.mark.parametrize("load", ["merge", "replace"])
def test_what_is_confirmed_stays(
    driver: NetworkDriver,
    box: Box,
    load: str,
) -> None:
    if load == "merge":
        driver.load_merge_candidate(config=CANDIDATE)
    else:
        block = "\n".join(["!", *BLUE, "!", "login"])
        driver.load_replace_candidate(config=running_file(driver).replace("!\nlogin", block))
    driver.commit_config(revert_in=MINUTES_S)
    driver.confirm_commit()
    box.lab.advance(MINUTES_S)
    assert box.has(*BLUE)
    assert box.has(*BLUE, which="startup")
    assert not driver.has_pending_commit()


def test_a_pending_commit_is_rolled_back_at_once(driver: NetworkDriver, box: Box) -> None:
    driver.load_merge_candidate(config=CANDIDATE)
    driver.commit_config(revert_in=MINUTES_S)
    driver.rollback()
    assert not box.has(*BLUE)
    assert not driver.has_pending_commit()


def test_a_second_commit_waits_for_the_first(driver: NetworkDriver) -> None:
    driver.load_merge_candidate(config=CANDIDATE)
    driver.commit_config(revert_in=MINUTES_S)
    with pytest.raises(CommandErrorException, match="already in progress"):
        driver.commit_config()


def test_another_ones_timer_is_not_ours_to_end(driver: NetworkDriver, box: Box) -> None:
    box.lab.fault("foreign-timer", router=box.name, user="colleague", minutes=5)
    for end in (driver.confirm_commit, driver.rollback):
        with pytest.raises(CommitConfirmException, match="not owned by operator"):
            end()


def test_without_an_archive_nothing_is_reverted(driver: NetworkDriver, box: Box) -> None:
    box.type("no archive")
    driver.load_merge_candidate(config=CANDIDATE)
    with pytest.raises(CommitConfirmException, match="requires 'archive'"):
        driver.commit_config(revert_in=MINUTES_S)
    assert not box.has(*BLUE)


def test_a_discarded_candidate_is_gone(driver: NetworkDriver) -> None:
    driver.load_merge_candidate(config=CANDIDATE)
    driver.discard_config()
    assert driver.compare_config() == ""


def test_without_the_server_nothing_is_transferred(driver: NetworkDriver, box: Box) -> None:
    box.type("no ip scp server enable")
    with pytest.raises(CommandErrorException, match="SCP file transfers are not enabled"):
        driver.load_merge_candidate(config="ip vrf NEW\nend\n")


def test_the_question_of_files_is_as_it_was_in_the_end(box: Box, driver: NetworkDriver) -> None:
    driver.load_merge_candidate(config=CANDIDATE)
    driver.commit_config()
    assert box.has("file prompt quiet")
    driver.close()
    assert not box.has("file prompt quiet")
    driver.open()
