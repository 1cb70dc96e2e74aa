"""A whole configuration against another, and the router's words about replacing it."""

import pytest
from test_iosxe_diff import base

from fvrf.iosxe.whole import BANNERS, obstacles, replaced, secrets, sections

RUNNING = base("article", "running").replace("<<file:psk>>", "Secret123")
SCP = RUNNING.replace("\nrouter bgp", "\nip scp server enable\n!\nrouter bgp")
DONE = "\nTotal number of passes: 1\nRollback Done\n"
ABORTED = (
    "Rollback aborted after 5 passes\nThe following commands are failed to apply to the IOS image."
)
RESTORED = (
    "Rollback failed.Reverting back to the original configuration\n"
    "The original configuration has been successfully restored."
)


def test_a_configuration_differs_from_itself_in_nothing_whatever_its_order() -> None:
    turned = RUNNING.replace(
        " route-target export 64900:1\n route-target import 64900:3",
        " route-target import 64900:3\n route-target export 64900:1",
    )

    assert turned != RUNNING
    assert sections(RUNNING, turned) == {}
    assert secrets(RUNNING, turned) == ()


def test_what_came_since_is_named_by_its_first_line_with_what_it_holds() -> None:
    more = RUNNING.replace(
        "\nrouter bgp", "\ninterface Loopback7\n description a colleague\n!\nrouter bgp"
    )

    assert sections(RUNNING, more) == {
        "interface Loopback7": "- interface Loopback7\n-  description a colleague"
    }


def test_a_secret_that_changed_is_told_by_its_section_and_not_shown() -> None:
    other = RUNNING.replace("Secret123", "Another456")

    assert secrets(RUNNING, other) == ("crypto ikev2 keyring AZURE_KEYRING",)
    assert "Another456" not in str(sections(RUNNING, other))


def test_a_banner_is_not_overlooked() -> None:
    assert BANNERS in sections(RUNNING, RUNNING.replace("192.0.2.0 255", "192.0.2.128 255"))


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (SCP, []),
        (RUNNING, ["ip scp server enable"]),
        (SCP.replace("hostname ", "hostname other-"), ["hostname other-"]),
        (SCP.replace("\nhostname", "\nlicense udi pid C8000V sn 9X\nhostname"), ["license udi"]),
    ],
)
def test_what_no_replacement_gets_past(found: str, told: list[str]) -> None:
    reasons = list(obstacles(RUNNING, found))

    assert len(reasons) == len(told)
    assert all(part in reason for part, reason in zip(told, reasons, strict=True))


@pytest.mark.parametrize(
    ("reply", "done"),
    [
        (f"!Pass 1\n!List of Rollback Commands:\nend\n{DONE}", True),
        ("\nTotal number of passes: 0\nRollback Done\n", True),
        (ABORTED, False),
        (RESTORED, False),
        ("The input file is not a valid config file.", False),
        ("%Turn config archive on before using Rollback Confirmed Change", False),
        ("", False),
    ],
)
def test_only_the_routers_own_word_says_that_it_is_replaced(reply: str, done: bool) -> None:  # noqa: FBT001
    assert replaced(reply) is done
