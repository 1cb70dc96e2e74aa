"""Show commands about configurations as files: differences, archive, directory."""

from collections.abc import Mapping

from lab.router import differences, times
from lab.router.archive import NO_FILE, NOTHING_PENDING
from lab.router.device import Router
from lab.router.flash import FREE_BYTES, TOTAL_BYTES, bare, is_flash
from lab.router.shows.types import Args, Show

FIRST_INODE = 12


def text_of(router: Router, url: str) -> str | None:
    """Return the text of a file by its URL, None where there is none."""
    name = url.replace(":/", ":")
    if name in ("running-config", "system:running-config"):
        return router.running_text()
    if name in ("startup-config", "nvram:startup-config"):
        return router.startup_text()
    if url == "null:":
        return ""
    return router.flash.read(url)


def _archive(router: Router, _: Args) -> str:
    archive = router.archive
    if archive.is_off():
        return " Archive feature not enabled\n"
    rows = [
        f"{number:<9}{archive.saved[number - 1] if number <= len(archive.saved) else ''}"
        for number in range(1, archive.maximum + 1)
    ]
    if archive.saved:
        rows[len(archive.saved) - 1] += " <- Most Recent"
    return "\n".join(
        [
            f"The maximum archive configurations allowed is {archive.maximum}.",
            f"There are currently {len(archive.saved)} archive configurations saved.",
            f"The next archive file will be named {archive.next_name}",
            "Archive #  Name",
            *rows,
            "",
        ]
    )


def _timer(router: Router, _: Args) -> str:
    pending = router.archive.pending
    if pending is None:
        return NOTHING_PENDING + "\n"
    kind = "idle timer" if pending.idle else "absolute timer"
    return (
        f"Time configured(or reconfigured): {times.long_time(pending.since)}\n"
        f"Timer type: {kind}\nTimer value: {pending.minutes} min\nUser: {pending.user}\n"
    )


def _differences(router: Router, args: Args) -> str:
    """Compare two files: without arguments running and startup, with one that and running."""
    first = args.get("first", "system:running-config")
    second = args.get("second", "system:running-config" if "first" in args else "startup-config")
    texts = []
    for url in (first, second):
        text = text_of(router, url)
        if text is None:
            return NO_FILE.format(url) + "\n"
        texts.append(text)
    return "\n".join(differences.context_diff(*texts)) + "\n\n"


def _incremental(router: Router, args: Args) -> str:
    """List what a merge of a file would add; without `end` it is no configuration file."""
    url = args["url"]
    text = text_of(router, url)
    if text is None:
        return NO_FILE.format(url) + "\n"
    if text.strip() and "end" not in text.splitlines():
        return f"%Error reading {url} (error code 5)\n"
    steps = differences.additions(router.running_text(), text)
    return "\n".join(["!List of Commands:", *(steps or [differences.NONE]), "end", "", ""])


def _directory(router: Router, args: Args) -> str:
    url = args.get("where", "bootflash:")
    if not is_flash(url):
        return f"%Error opening {url} (Invalid argument)\n"
    named = bare(url)
    rows = [
        f"{number:>5}  -rw-  {stored.size:>15}  {times.directory_time(stored.written_at)}  {name}"
        for number, (name, stored) in enumerate(router.flash.files(), start=FIRST_INODE)
        if named in ("", name)
    ]
    if named and not rows:
        return f"%Error opening {url} (No such file or directory)\n"
    when = times.directory_time(router.booted_at)
    hidden = [] if named else [f"   11  drwx  {4096:>15}  {when}  .rollback_timer"]
    head = f"Directory of {url if named else 'bootflash:/'}"
    total = f"{TOTAL_BYTES} bytes total ({router.flash.free_bytes} bytes free)"
    return "\n".join([head, "", *hidden, *rows, "", total, ""])


def _information(router: Router, args: Args) -> str:
    """Print what a file is; the lab holds texts alone."""
    url = args["url"]
    text = text_of(router, url)
    if text is None:
        return f"%Error opening {url} (No such file or directory)\n"
    size = len(text.encode())
    return f"{url}:\n  type is ascii text\n  file size is {size} bytes\n"


def _file_systems(_router: Router, _: Args) -> str:
    return (
        "File Systems:\n\n"
        "       Size(b)       Free(b)      Type  Flags  Prefixes\n"
        "             -             -    opaque     rw   system:\n"
        f"*   {TOTAL_BYTES}    {FREE_BYTES}      disk     rw   bootflash: flash:\n"
        "      33554432      33505478     nvram     rw   nvram:\n"
        "             -             -    opaque     wo   null:\n"
    )


SHOWS: Mapping[str, Show] = {
    "show_archive": _archive,
    "show_timer": _timer,
    "show_differences": _differences,
    "show_incremental": _incremental,
    "directory": _directory,
    "show_file_information": _information,
    "show_file_systems": _file_systems,
}
