"""Files: copied, shown, verified and deleted, with the questions IOS asks, and without them."""

import hashlib

import pytest

from lab.router.device import Router
from lab.router.flash import FREE_BYTES
from lab.tests.router.rack import Console

COPIED = "{} bytes copied in 0.160 secs (26106 bytes/sec)\n"
WARNING = (
    "%Warning:There is a file already existing with this name\nDo you want to over write? [confirm]"
)
ABSENT = "%Error opening flash:none (No such file or directory)\n"
STORED = "ip vrf STORED\n rd 65000:5\nend\n"
DIGEST = hashlib.md5(STORED.encode(), usedforsecurity=False).hexdigest()
OTHER = "0" * 32
UNLIKE = (
    "%Error verifying flash:stored\n"
    f"Computed signature  = {DIGEST}\nSubmitted signature = {OTHER}\n"
)
SAVED = "Building configuration...\n[OK]\n"


def talk(console: Console, *keys: str) -> list[str]:
    """Press keys; return what followed each echo, without the prompt at the end."""
    prompt = console.prompt
    return [
        console.keys(pressed)
        .removeprefix(pressed.rstrip("\r"))
        .removeprefix("\n")
        .removesuffix(prompt)
        for pressed in keys
    ]


DIALOGUES = {
    "copy to a new file": (
        ["copy running-config flash:new\r", "\r"],
        ["Destination filename [new]? ", COPIED],
    ),
    "copy to another name": (
        ["copy flash:stored flash:new\r", "newer\r", "dir flash:none\r"],
        ["Destination filename [new]? ", COPIED, ABSENT],
    ),
    "copy over a file": (
        ["copy running-config flash:stored\r", "\r", "\r"],
        ["Destination filename [stored]? ", WARNING, COPIED],
    ),
    "copy over a file, and think again": (
        ["copy running-config flash:stored\r", "\r", "n", "verify /md5 flash:stored\r"],
        [
            "Destination filename [stored]? ",
            WARNING,
            "",
            f"..MD5 of flash:stored Done!\nverify /md5 (flash:stored) = {DIGEST}\n\n",
        ],
    ),
    "copy nothing": (
        ["copy flash:none running-config\r", "\r"],
        ["Destination filename [running-config]? ", ABSENT],
    ),
    "copy to startup": (
        ["copy running-config startup-config\r", "\r"],
        ["Destination filename [startup-config]? ", SAVED],
    ),
    "save": (["write memory\r"], [SAVED]),
    "show a file": (
        ["more flash:stored\r", "more flash:none\r"],
        [STORED + "\n", ABSENT],
    ),
    "verify a sum": (
        [f"verify /md5 flash:stored {DIGEST}\r", f"verify /md5 flash:stored {OTHER}\r"],
        [
            f"..MD5 of flash:stored Done!\nVerified (flash:stored) = {DIGEST}\n\n",
            f"..MD5 of flash:stored Done!\n{UNLIKE}",
        ],
    ),
    "delete": (
        ["delete flash:stored\r", "\r", "\r", "more flash:none\r"],
        ["Delete filename [stored]? ", "Delete bootflash:/stored? [confirm]", "", ABSENT],
    ),
    "delete, and think again": (
        ["delete flash:stored\r", "\r", "n", "more flash:stored\r"],
        [
            "Delete filename [stored]? ",
            "Delete bootflash:/stored? [confirm]",
            "Delete of file aborted!\n",
            STORED + "\n",
        ],
    ),
    "delete without a question": (["delete /force flash:stored\r"], [""]),
    "delete nothing": (
        ["delete flash:none\r", "\r", "\r"],
        [
            "Delete filename [none]? ",
            "Delete bootflash:/none? [confirm]",
            "%Error deleting bootflash:/none (No such file or directory)\n",
        ],
    ),
}


@pytest.mark.parametrize(("keys", "shown"), DIALOGUES.values(), ids=DIALOGUES)
def test_a_dialogue(console: Console, router: Router, keys: list[str], shown: list[str]) -> None:
    router.flash.write("flash:stored", STORED)
    size = len(router.running_text()) if "running" in keys[0] else len(STORED)
    assert talk(console, *keys) == [text.format(size) if text is COPIED else text for text in shown]


def test_quiet_prompts_ask_nothing(console: Console, router: Router) -> None:
    console.type("configure terminal", "file prompt quiet", "end")
    size = len(router.running_text())
    copy, delete = "copy running-config flash:q\r", "delete flash:q\r"
    assert talk(console, copy, copy, delete) == [COPIED.format(size), COPIED.format(size), ""]
    assert "q" not in dict(router.flash.files())


def test_a_copy_to_running_merges_and_goes_on_after_a_bad_line(
    console: Console, router: Router
) -> None:
    router.flash.write("flash:merge", "ip vrf KEPT\n no such\n rd 65000:5\nend\n")
    console.type("configure terminal", "file prompt quiet", "ip vrf THERE", "end")
    assert console.type("copy flash:merge running-config").splitlines() == [
        " no such",
        "      ^",
        "% Invalid input detected at '^' marker.",
        "37 bytes copied in 0.160 secs (26106 bytes/sec)",
    ]
    assert "ip vrf KEPT\n rd 65000:5\n" in router.running_text()
    assert "ip vrf THERE\n" in router.running_text()


def test_the_directory_outlives_a_session(console: Console, router: Router) -> None:
    router.flash.write("flash:a.cfg", "12345")
    console.session.end()
    rows = Console(router).type("dir flash:").splitlines()
    stamp = rows[3].split("5  ", 1)[1].removesuffix("  a.cfg")
    assert rows == [
        "Directory of bootflash:/",
        "",
        f"   11  drwx             4096  {stamp}  .rollback_timer",
        f"   12  -rw-                5  {stamp}  a.cfg",
        "",
        f"6286540800 bytes total ({FREE_BYTES - 5} bytes free)",
    ]
