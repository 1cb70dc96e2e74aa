"""SCP inward: a client copies a file to bootflash: or from it, in the old `scp -t` protocol.

IOS-XE 16.12 has no SFTP server, so an OpenSSH client must be told `-O`.
"""

import shlex
from collections.abc import Callable
from dataclasses import dataclass, field

from lab.router.device import Router
from lab.router.flash import NoSpace, bare

DISABLED = "Administratively disabled.\n"
DENIED = "Privilege denied.\n"
FULL_PRIVILEGE = 15
_OK, _ERROR = b"\0", b"\1"


def refusal(router: Router, privilege: int) -> str | None:
    """Return why a user of this privilege may not copy, None where nothing is in the way."""
    if "ip scp server enable" not in router.config.root.lines:
        return DISABLED
    return None if privilege == FULL_PRIVILEGE else DENIED


@dataclass(slots=True, kw_only=True)
class Transfer:
    """One run of `scp -t FILE` or `scp -f FILE`; `finish` ends it with an exit status."""

    router: Router
    command: str
    send: Callable[[bytes], None]
    finish: Callable[[int], None]
    _held: bytes = field(default=b"")
    _wanted: int | None = None
    _name: str = ""
    _sends: bool = False
    _queue: list[bytes] = field(default_factory=list)

    def start(self) -> None:
        """Say that we listen, or wait for the word to send."""
        words = shlex.split(self.command)
        self._name = words[-1]
        if "-f" not in words:
            self.send(_OK)
            return
        text = self.router.flash.read(self._name)
        if text is None:
            self._fail(f"{self._name}: No such file or directory")
            return
        data = text.encode()
        self._sends = True
        self._queue = [f"C0644 {len(data)} {bare(self._name)}\n".encode(), data + _OK]

    def feed(self, data: bytes) -> None:
        """Take what the client sends: its header, its bytes, or its acknowledgements."""
        if self._sends:
            self._acknowledged()
            return
        self._held += data
        if self._wanted is None:
            self._header()
        if self._wanted is not None and len(self._held) > self._wanted:
            self._store(self._held[: self._wanted])

    def end(self) -> None:
        """End in order: the client has closed its side."""
        self.finish(0)

    def _acknowledged(self) -> None:
        """Send what is next; the last acknowledgement ends the copy."""
        if self._queue:
            self.send(self._queue.pop(0))
        else:
            self.finish(0)

    def _header(self) -> None:
        """Read `C0644 SIZE NAME`; the times of `T` are taken and not kept."""
        line, newline, rest = self._held.partition(b"\n")
        if not newline:
            return
        self._held = rest
        if line.startswith(b"C"):
            size = line.split(b" ")[1:2]
            if not size or not size[0].isdigit():
                self._fail(f"{self._name}: bad header")
                return
            self._wanted = int(size[0])
        self.send(_OK)

    def _store(self, data: bytes) -> None:
        self._held, self._wanted = b"", None
        try:
            self.router.flash.write(self._name, data.decode(errors="replace"))
        except NoSpace:
            self._fail(f"{self._name}: No space left on device")
            return
        self.router.event("file-received", file=bare(self._name), bytes=len(data))
        self.send(_OK)

    def _fail(self, text: str) -> None:
        self.send(_ERROR + text.encode() + b"\n")
        self.finish(1)
