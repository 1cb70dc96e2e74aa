"""SCP inward: a client copies a file to bootflash: or from it, in the old `scp -t` protocol.

IOS-XE 16.12 has no SFTP server, so an OpenSSH client must be told `-O`.
"""

import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass, field

from lab.router.device import Router
from lab.router.flash import NoSpace, bare

DISABLED = "Administratively disabled.\n"
DENIED = "Privilege denied.\n"
FULL_PRIVILEGE = 15
_HEADER = re.compile(rb"C[0-7]+ (\d+) (.+)")
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
    _queue: list[bytes] | None = None

    def start(self) -> None:
        """Say that we listen, or wait for the client's word to send."""
        try:
            words = shlex.split(self.command)
        except ValueError:
            self._fail("unbalanced quotes")
            return
        self._name = words[-1]
        if "-f" in words:
            self._sends = True
        else:
            self.send(_OK)

    def feed(self, data: bytes) -> None:
        """Take what the client sends: its header, its bytes, or its acknowledgements."""
        if self._sends:
            self._acknowledged()
            return
        self._held += data
        while self._wanted is None and b"\n" in self._held:
            self._header()
        if self._wanted is not None and len(self._held) > self._wanted:
            self._store(self._held[: self._wanted])

    def end(self) -> None:
        """End in order: the client has closed its side."""
        self.finish(0)

    def _acknowledged(self) -> None:
        """Begin at the client's first word, send what is next, end after the last one."""
        if self._queue is None:
            text = self.router.flash.read(self._name)
            if text is None:
                self._fail(f"{self._name}: No such file or directory")
                return
            data = text.encode()
            self._queue = [f"C0644 {len(data)} {bare(self._name)}\n".encode(), data + _OK]
        if self._queue:
            self.send(self._queue.pop(0))
        else:
            self.finish(0)

    def _header(self) -> None:
        """Read `C0644 SIZE NAME`, where the name counts if only the file system was asked for.

        The times of `T` are taken and not kept.
        """
        line, _, self._held = self._held.partition(b"\n")
        if line.startswith(b"C"):
            header = _HEADER.fullmatch(line)
            if header is None:
                self._held = b""
                self._fail(f"{self._name}: bad header")
                return
            self._wanted = int(header[1])
            if not bare(self._name):
                self._name = header[2].decode(errors="replace")
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
