"""A key never survives, a cut configuration is never whole, and no text at all crashes a diff."""

from contextlib import suppress
from functools import cache

import pytest
from fuzz_outputs import FIXTURES, ROOT, article_plan, spoiled
from fuzz_shards import fuzzed
from fuzz_vty import LOG, NAME
from hypothesis import strategies as st

from fvrf.errors import CannotLook
from fvrf.iosxe.diff import compare
from fvrf.iosxe.preflight import is_saved
from fvrf.iosxe.text import check_whole, keys_of, mask_keys, redact, redact_line, same_configuration
from fvrf.secrets import Secret
from tasks.render import environment

# What no other text has; before and behind it stands anything that a key may hold.
HEART = "QwErTyUiOp"
AROUND = st.text(alphabet="XYZ0123456789!#$%&*+-./:;<=>?@[]^_{|}~\\'\"", max_size=8)
KEYS = st.tuples(AROUND, AROUND).map(lambda ends: ends[0] + HEART + ends[1])
# Where a secret may stand in a line of a configuration.
CARRIERS = (
    "  pre-shared-key {}",
    "  pre-shared-key 0 {}",
    "  pre-shared-key local {}",
    "  pre-shared-key remote 0 {}",
    " pre-shared-key address 0.0.0.0 0.0.0.0 key {}",
    " authentication remote pre-share key {}",
    "enable secret 9 {}",
    "enable password 7 {}",
    "username noe privilege 15 password 7 {}",
    "username noe secret 5 {}",
    " neighbor 10.0.255.254 password 7 {}",
    "crypto isakmp key {} address 0.0.0.0",
    "snmp-server community {} RO",
    "snmp-server host 192.0.2.9 version 2c {}",
    "  key-string 7 {}",
    "tacacs-server host 192.0.2.9 key 7 {}",
    "radius-server key {}",
    " server-key 7 {}",
    " ip ospf message-digest-key 1 md5 7 {}",
    "ntp authentication-key 1 md5 {} 7",
    " ppp chap password 0 {}",
)
MARKS = st.sampled_from(
    ["", "- ", "+ ", "  ", f"{NAME}(config-ikev2-keyring-peer)#", f"{LOG}; logged command:"]
)
OTHERS = st.sampled_from(
    [
        "!",
        " !",
        "crypto ikev2 keyring ONE",
        " peer AZURE",
        "  address 192.0.2.4",
        "interface Tunnel0",
        " description end",
        "% Invalid input detected at '^' marker.",
        LOG,
        "",
        "crypto pki certificate chain A",
        " certificate ca 01",
        "  30820321 30820209",
        "key chain BGP",
    ]
) | st.text(max_size=20)
BANNER = "banner motd ^C\nversion 1.0\nthe\nend\n!\n^C\n"
CONFIGURATION = (
    "Building configuration...\n\nCurrent configuration : 4242 bytes\n!\n"
    "! Last configuration change at 13:50:19 UTC Mon Dec 7 2020 by noe\n!\nversion 16.12\n"
    f"hostname {NAME}\n!\n{BANNER}aaa authentication fail-message ^C\nend\n^C\n"
    "macro name x\ninterface $if\nend\n@\nip vrf A\n rd 1:1\n!\nevent manager applet X\n"
    ' action 1 cli command "end"\n!\nend\n'
)


@fuzzed(sample=300)
def test_no_secret_survives_redaction(draw: st.DataObject) -> None:
    key = draw.draw(KEYS)
    around = draw.draw(st.lists(OTHERS, max_size=6))
    place = draw.draw(st.integers(0, len(around)))
    line = draw.draw(MARKS) + draw.draw(st.sampled_from(CARRIERS)).format(key)
    text = "\n".join([*around[:place], line, *around[place:]])

    assert HEART not in redact(text)
    assert HEART not in redact_line(text)


@fuzzed(sample=300)
def test_no_key_of_a_keyring_survives_masking(draw: st.DataObject) -> None:
    key, other = draw.draw(KEYS), draw.draw(KEYS)
    lines = ["crypto ikev2 keyring ONE", " peer A", "  address 192.0.2.4"]
    lines += draw.draw(st.lists(st.sampled_from([" !", " peer B", "  description x"]), max_size=3))
    lines += [draw.draw(st.sampled_from(CARRIERS[:4])).format(key), " !"]
    lines += draw.draw(st.lists(OTHERS, max_size=4))
    known = {"<<file:one>>": Secret(draw.draw(st.sampled_from([key, other])))}

    masked = mask_keys("\n".join(lines), known, {("ONE", "A"): "<<file:one>>"})

    assert HEART not in masked
    assert HEART not in repr(keys_of("\n".join(lines)))


def test_a_configuration_cut_anywhere_is_not_whole() -> None:
    for end in range(len(CONFIGURATION) - 1):
        with pytest.raises(CannotLook):
            check_whole(CONFIGURATION[:end])


def test_the_configuration_itself_is_whole() -> None:
    assert check_whole(CONFIGURATION).startswith("version 16.12\n")


@fuzzed(sample=200)
def test_what_is_whole_has_all_its_lines(draw: st.DataObject) -> None:
    """Cut, with logs and other outputs in it: what is taken for the same has the same lines."""
    text = spoiled(CONFIGURATION, texts(), draw)

    with suppress(CannotLook):
        is_same = same_configuration(CONFIGURATION, text)
        assert is_same == is_saved(CONFIGURATION, text)
        assert not is_same or set(significant(CONFIGURATION)) == set(significant(check_whole(text)))


def significant(text: str) -> list[str]:
    lines = check_whole(text).splitlines()
    return [line for line in lines if line.strip() and not line.lstrip().startswith("!")]


@cache
def texts() -> list[str]:
    return sorted(file.read_text(encoding="utf-8") for file in FIXTURES.rglob("*.txt")) + [
        file.read_text(encoding="utf-8") for file in sorted(ROOT.glob("tests/iosxe/bases/*.txt"))
    ]


@cache
def intended() -> str:
    return environment().get_template("router.j2").render(plan=article_plan())


@cache
def needed() -> tuple[str, ...]:
    """Return the lines of the intended text without which a router is not as intended."""
    lines = intended().split("\n")
    return tuple(
        line.strip()
        for number, line in enumerate(lines)
        if lines.count(line) == 1 and not in_sync("\n".join(lines[:number] + lines[number + 1 :]))
    )


def in_sync(running: str) -> bool:
    return compare(article_plan(), intended(), running).in_sync


def test_the_intended_text_is_no_difference_and_many_of_its_lines_are_needed() -> None:
    assert in_sync(intended())
    assert len(needed()) > 40


@fuzzed(sample=40, soak=5000)
def test_a_spoiled_configuration_is_in_sync_only_with_all_that_is_needed(
    draw: st.DataObject,
) -> None:
    running = spoiled(intended(), texts(), draw)

    with suppress(CannotLook):
        lines = {" ".join(line.split()) for line in running.replace("\r", "").split("\n")}
        assert not in_sync(running) or [line for line in needed() if line not in lines] == []


@fuzzed(sample=100, soak=5000)
def test_any_text_is_compared_or_refused(draw: st.DataObject) -> None:
    lines = draw.draw(st.lists(OTHERS | st.sampled_from(intended().split("\n")), max_size=12))
    indented = [" " * draw.draw(st.integers(0, 3)) + line for line in lines]

    with suppress(CannotLook):
        assert not in_sync("\n".join(indented))
