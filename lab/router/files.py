"""EXEC commands about files: copy, delete, more, verify, and `configure replace`."""

from collections.abc import Mapping

from lab.router.archive import NO_FILE, NO_SPACE
from lab.router.flash import NoSpace, bare, is_flash
from lab.router.replace import is_complete
from lab.router.seat import Args, Command, Seat
from lab.router.shows.files import text_of
from lab.router.terminal import Ask, Dialogue

RUNNING = ("running-config", "system:running-config")
STARTUP = ("startup-config", "nvram:startup-config")
NO_CONFIG_FILE = "The input file is not a valid config file."
RESTORED = (
    "Rollback failed.Reverting back to the original configuration\n"
    "The original configuration has been successfully restored.\n"
)
REPLACE_WARNING = (
    "This will apply all necessary additions and deletions\n"
    "to replace the current running configuration with the\n"
    "contents of the specified configuration file, which is\n"
    "assumed to be a complete configuration, not a partial\n"
    "configuration. Enter Y if you are sure you want to proceed. ? [no]: "
)
_SECONDS, _RATE = 0.16, 26106


def _quiet(seat: Seat) -> bool:
    """Tell whether `file prompt quiet` is configured."""
    return "file prompt" in seat.router.config.root.lines


def _copy(seat: Seat, args: Args) -> Dialogue:
    source, target = args["source"], args["target"]
    if not _quiet(seat):
        name = bare(target) or bare(source)
        answer = yield Ask(text=f"Destination filename [{name}]? ")
        if is_flash(target):
            target = "bootflash:" + (bare(answer) or name)
    text = text_of(seat.router, source)
    if text is None:
        return NO_FILE.format(source) + "\n"
    if is_flash(target) and target in seat.router.flash and not _quiet(seat):
        question = (
            "%Warning:There is a file already existing with this name\n"
            "Do you want to over write? [confirm]"
        )
        if (yield Ask(text=question, key=True)) not in "\r\nyY":
            return ""
    return _copied(seat, source, target, text)


def _copied(seat: Seat, source: str, target: str, text: str) -> str:
    if target in STARTUP and source in RUNNING:
        seat.router.save(seat.user)
        return "Building configuration...\n[OK]\n"
    done = f"{len(text.encode())} bytes copied in {_SECONDS:.3f} secs ({_RATE} bytes/sec)\n"
    if target in RUNNING:
        printed = seat.router.merge(text, seat.user)
        return (printed + "\n" if printed else "") + done
    if target in STARTUP:
        seat.router.start_as(text)
        return "[OK]\n" + done
    try:
        seat.router.flash.write(target, text)
    except NoSpace:
        return NO_SPACE.format(target) + "\n"
    return done


def _delete(seat: Seat, args: Args) -> Dialogue:
    url = args["url"]
    name = bare(url)
    if "force" not in args and not _quiet(seat):
        answer = yield Ask(text=f"Delete filename [{name}]? ")
        name = bare(answer) or name
        sure = yield Ask(text=f"Delete bootflash:/{name}? [confirm]", key=True)
        if sure not in "\r\nyY":
            return "Delete of file aborted!\n"
    if not seat.router.flash.delete(name) and "force" not in args:
        return f"%Error deleting bootflash:/{name} (No such file or directory)\n"
    return ""


def _more(seat: Seat, args: Args) -> str:
    text = text_of(seat.router, args["url"])
    return NO_FILE.format(args["url"]) + "\n" if text is None else text + "\n"


def _verify(seat: Seat, args: Args) -> str:
    """Print the MD5 sum of a file, or compare it with the one given."""
    url = args["url"]
    stored = dict(seat.router.flash.files()).get(bare(url))
    if stored is None:
        return f"%Error verifying {url} (No such file or directory)\n"
    wanted = args.get("md5")
    done = f"..MD5 of {url} Done!\n"
    if wanted is None:
        return f"{done}verify /md5 ({url}) = {stored.digest}\n\n"
    if wanted.lower() == stored.digest:
        return f"{done}Verified ({url}) = {stored.digest}\n\n"
    return (
        f"{done}%Error verifying {url}\nComputed signature  = {stored.digest}\n"
        f"Submitted signature = {wanted}\n"
    )


def _replace(seat: Seat, args: Args) -> Dialogue:
    """Replace the running configuration by a file; a timer is started first."""
    router = seat.router
    text = text_of(router, args["url"])
    if text is None:
        return NO_FILE.format(args["url"]) + "\n"
    if not is_complete(text):
        return NO_CONFIG_FILE + "\n"
    if "force" not in args and not (yield Ask(text=REPLACE_WARNING)).lower().startswith("y"):
        return ""
    started = ""
    minutes = args.get("minutes") or args.get("idle")
    if minutes is not None:
        started = router.archive.start(seat.user, int(minutes), idle="idle" in args)
        if started.startswith("%"):
            return started + "\n"
    before = router.running_text()
    outcome = router.replace(text, seat.user, router.faults.rolled_back())
    listing = outcome.listing() if "list" in args else ""
    if not outcome.is_done and "error" in args:
        router.replace(before, seat.user)
        return started + listing + RESTORED
    return started + listing + outcome.ending()


FILE_COMMANDS: Mapping[str, Command] = {
    "copy": _copy,
    "delete": _delete,
    "more": _more,
    "verify": _verify,
    "replace": _replace,
}
