"""`configure replace`: what differs from a file is typed, in at most five passes."""

import pytest

from lab.router.device import Router
from lab.tests.router.rack import Console

QUESTION = "configuration. Enter Y if you are sure you want to proceed. ? [no]: "
REMOVED = "% IPv4 addresses from all interfaces in VRF GONE have been removed"
DONE = ["", "Total number of passes: 1", "Rollback Done"]
INVALID = "The input file is not a valid config file."
RESTORED = [
    "Rollback failed.Reverting back to the original configuration",
    "The original configuration has been successfully restored.",
]
OTHER_LICENSE = "license udi pid CSR1000V sn 9OTHER00001"
HEADER = "Building configuration...\n\nCurrent configuration : 1449 bytes\n"


@pytest.fixture
def before(console: Console, router: Router) -> str:
    """Keep a file of the day before, and have a VRF more since."""
    text = router.running_text()
    router.flash.write("flash:before", text)
    console.type("configure terminal", "ip vrf GONE", "end")
    return text


def other_license(text: str) -> str:
    """Return a configuration with the license of another box, and without what came since."""
    return "\n".join(
        OTHER_LICENSE if line.startswith("license udi") else line for line in text.splitlines()
    )


def aborted(last: list[str], failed: list[str]) -> list[str]:
    """Return what is printed after the last pass left lines undone."""
    return [
        "The rollback configlet from the last pass is listed below:",
        "********",
        "!List of Rollback Commands:",
        *last,
        "end",
        "********",
        "",
        "",
        "Rollback aborted after 5 passes",
        "The following commands are failed to apply to the IOS image.",
        "********",
        *failed,
        "********",
    ]


@pytest.mark.parametrize(("answer", "replaced"), [("", False), ("no", False), ("y", True)])
def test_it_asks_first(
    console: Console, router: Router, before: str, answer: str, *, replaced: bool
) -> None:
    assert console.keys("configure replace flash:before\r").endswith("\n" + QUESTION)
    console.keys(answer + "\r")
    assert (router.running_text() == before) is replaced


@pytest.mark.parametrize(
    ("options", "listed"),
    [
        ("force", []),
        ("list force", ["!Pass 1", "!List of Rollback Commands:", "no ip vrf GONE", "end"]),
    ],
)
def test_what_differs_is_typed(
    console: Console, router: Router, before: str, options: str, listed: list[str]
) -> None:
    printed = console.type(f"configure replace flash:before {options}")
    assert printed.splitlines() == [*listed, REMOVED, *DONE]
    assert router.running_text() == before
    again = console.type("configure replace flash:before force")
    assert again.splitlines() == ["", "Total number of passes: 0", "Rollback Done"]


def test_a_line_that_fails_aborts_it_and_the_others_stay(
    console: Console, router: Router, before: str
) -> None:
    own = next(line for line in before.splitlines() if line.startswith("license udi"))
    router.flash.write("flash:other", other_license(before))
    printed = console.type("configure replace flash:other force")
    last = [f"no {own}", OTHER_LICENSE]
    assert printed.splitlines() == [REMOVED, *aborted(last, [OTHER_LICENSE])]
    assert router.running_text() == before


def test_the_header_of_show_running_config_fails_as_commands(
    console: Console, router: Router, before: str
) -> None:
    router.flash.write("flash:shown", HEADER + before)
    printed = console.type("configure replace flash:shown force")
    header = [line for line in HEADER.splitlines() if line]
    assert printed.splitlines() == [REMOVED, *aborted(header, header)]
    assert router.running_text() == before


def test_an_error_may_trigger_the_way_back(console: Console, router: Router, before: str) -> None:
    since = router.running_text()
    router.flash.write("flash:other", other_license(before))
    printed = console.type("configure replace flash:other force revert trigger error")
    assert printed.splitlines() == RESTORED
    assert router.running_text() == since


def test_a_timer_begins_with_it(console: Console, router: Router, before: str) -> None:
    since = router.running_text()
    console.type("configure replace flash:before force revert trigger error timer 2")
    assert router.running_text() == before
    router.clock.advance(120)
    assert router.running_text() == since


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (None, "%Error opening flash:target (No such file or directory)"),
        ("", INVALID),
        ("version 16.12\nhostname x\n", INVALID),
        ("hostname x\nend\n", INVALID),
    ],
    ids=["absent", "empty", "no end", "no version"],
)
def test_what_is_no_configuration_file(
    console: Console, router: Router, text: str | None, answer: str
) -> None:
    before = router.running_text()
    if text is not None:
        router.flash.write("flash:target", text)
    assert console.type("configure replace flash:target force") == answer
    assert router.running_text() == before


@pytest.mark.usefixtures("before")
def test_what_differs_is_shown_without_being_typed(console: Console, router: Router) -> None:
    since = router.running_text()
    shown = console.type("show archive config differences flash:before")
    assert shown.splitlines() == ["!Contextual Config Diffs:", "+ip vrf GONE"]
    router.flash.write("flash:more", "ip vrf GONE\n rd 65000:5\nno ip vrf OTHER\nend\n")
    command = "show archive config incremental-diffs flash:more ignorecase"
    assert console.type(command).splitlines() == [
        "!List of Commands:",
        "ip vrf GONE",
        " rd 65000:5",
        "end",
    ]
    router.flash.write("flash:more", "ip vrf GONE\n")
    assert "error code 5" in console.type(command)
    assert router.running_text() == since
