"""Captures: whole, the same, redacted, and their keys."""

import pytest
from test_iosxe_diff import base

from fvrf.errors import CannotLook
from fvrf.iosxe.text import check_whole, keys_of, mask_keys, redact, same_configuration
from fvrf.secrets import Secret

CAPTURE = "\r\nBuilding configuration...\r\n\r\nversion 17.3\r\nhostname a \r\n!\r\nend\r\n\r\n"


def test_a_whole_capture_is_cut_to_version_and_end() -> None:
    assert check_whole(CAPTURE) == "version 17.3\nhostname a\n!\nend\n"


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        (CAPTURE.replace("end\r\n", ""), "no line `end`"),
        (CAPTURE.replace("version", "a"), "no line `version`"),
        ("end\nversion 17.3\nhostname a\n", "no line `end`"),
        ("", "no line `version`"),
        ("version 17.3\nhostname a\n end\n", "no line `end`"),
    ],
)
def test_a_capture_that_is_not_whole_is_refused(text: str, missing: str) -> None:
    with pytest.raises(CannotLook, match=missing):
        check_whole(text)


def test_comments_and_blanks_make_no_other_configuration() -> None:
    other = CAPTURE.replace("hostname", "! Last configuration change at 1 by b\n! \nhostname")

    assert same_configuration(CAPTURE, other)
    assert not same_configuration(CAPTURE, CAPTURE.replace("hostname a", "hostname b"))


def test_a_certificate_in_hexadecimal_is_the_one_in_a_file() -> None:
    running = (
        "version 17.3\ncrypto pki certificate chain SLA\n certificate ca 01\n"
        "  30820321 30820209 A0030201 02020101 \n  300D06\n  \tquit\n!\nend\n"
    )
    startup = (
        "Using 4818 out of 33554432 bytes\n!\nversion 17.3\ncrypto pki certificate chain SLA\n"
        " certificate ca 01 nvram:SLA#1CA.cer\n!\nend\n"
    )

    assert same_configuration(running, startup)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("  pre-shared-key azure123", "  pre-shared-key ********"),
        ("-  pre-shared-key local 0 two words", "-  pre-shared-key local 0 ********"),
        ("  pre-shared-key remote 6 GAB_WaY", "  pre-shared-key remote 6 ********"),
        ("  pre-shared-key address 0.0.0.0 0.0.0.0 key hidden", None),
        ("  pre-shared-key <<file:psk-scus>>", "  pre-shared-key <<file:psk-scus>>"),
        (" authentication remote pre-share key 6 hidden", None),
        ("enable secret 9 $9$salt$hidden", None),
        ("enable password hidden", None),
        ("username noe privilege 15 secret 9 $9$hidden$hash", None),
        ("username noe password 7 hidden", None),
        (" password 7 hidden", None),
        (" neighbor 192.0.2.1 password hidden", None),
        ("crypto isakmp key hidden address 0.0.0.0", None),
        ("snmp-server community hidden RO", None),
        ("snmp-server host 192.0.2.9 vrf MGMT version 2c hidden", None),
        ("snmp-server user noe grp v3 auth sha hidden priv aes 128 hidden", None),
        (" key hidden", None),
        (" key 7 hidden", None),
        ("  key-string 7 hidden", None),
        ("tacacs-server host 192.0.2.9 key 7 hidden", None),
        ("radius-server key hidden", None),
        (" server-key 7 hidden", None),
        ("   key-hash ssh-rsa hidden noe", None),
        (" ip ospf message-digest-key 1 md5 7 hidden", None),
        (" standby 1 authentication md5 key-string hidden", None),
        ("ntp authentication-key 1 md5 hidden 7", None),
        ("service password-encryption", "service password-encryption"),
        ("password encryption aes", "password encryption aes"),
        ("key chain BGP", "key chain BGP"),
        (" key 1", " key 1"),
        (" set community 65000:1", " set community 65000:1"),
        (" neighbor 192.0.2.1 send-community both", " neighbor 192.0.2.1 send-community both"),
        ("crypto ikev2 keyring azure123", "crypto ikev2 keyring azure123"),
    ],
)
def test_secrets_are_masked_and_nothing_else_is(line: str, shown: str | None) -> None:
    actual = redact(line)

    assert "hidden" not in actual
    assert shown is None or actual == shown


def test_a_certificate_is_masked_line_by_line() -> None:
    text = " certificate ca 01\n  30820321 30820209\n  A00302\n  quit"

    assert redact(text) == " certificate ca 01\n  ********\n  ********\n  quit"


RUNNING = """version 17.3
crypto ikev2 keyring ONE
 peer A
  address 192.0.2.4
  pre-shared-key same
 !
 peer B
  pre-shared-key 0 other
 !
!
crypto ikev2 keyring TWO
 peer A
  pre-shared-key same
  !
 peer C
  pre-shared-key strange
 peer D
  pre-shared-key 6 GABcd?
 peer E
  pre-shared-key local same
  pre-shared-key remote strange
!
end
"""
KNOWN = {
    "<<file:one>>": Secret("same"),
    "<<file:two>>": Secret("same"),
    "<<file:b>>": Secret("other"),
}


def test_a_key_gets_the_placeholder_that_is_intended_at_its_place_else_one_of_its_value() -> None:
    masked = mask_keys(RUNNING, KNOWN, {("TWO", "A"): "<<file:two>>", ("TWO", "C"): "<<file:b>>"})

    assert [line.strip() for line in masked.splitlines() if "pre-shared-key" in line] == [
        "pre-shared-key <<file:one>>",
        "pre-shared-key <<file:b>>",
        "pre-shared-key <<file:two>>",
        "pre-shared-key <<unknown>>",
        "pre-shared-key <<encrypted>>",
        "pre-shared-key local <<file:one>>",
        "pre-shared-key remote <<unknown>>",
    ]


def test_the_keys_of_a_backup_are_read_by_their_place() -> None:
    assert keys_of(RUNNING) == {
        ("ONE", "A"): Secret("same"),
        ("ONE", "B"): Secret("other"),
        ("TWO", "A"): Secret("same"),
        ("TWO", "C"): Secret("strange"),
        ("TWO", "E:local"): Secret("same"),
        ("TWO", "E:remote"): Secret("strange"),
    }
    assert keys_of(base("article", "running")) == {}
