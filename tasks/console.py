"""A router's command line: several lines in one write, every echo and prompt accounted for.

netmiko opens the session; from there on this reads the channel itself, blocking instead of
polling, so that what is asked together costs one round trip. For every line, in order, there
must come its exact echo, its reply, and a prompt; anything else is `Garbled`.
"""

import codecs
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paramiko import Channel

# IOS shows at most 20 characters of the host name in a prompt.
_FIRST_PROMPT = re.compile(r"(?:^|\n)(?P<name>[^\s#>()]{1,63})(?P<sign>[#>])[ ]?$")
_PASSWORD = re.compile(r"[Pp]assword: ?$")
_CHUNK = 65536
# No source gives the size of a VTY's input buffer: stay well below what is known to work.
READ_BYTES = 1000
# A prompt and what may stand behind it; the search never starts further back than this.
_TAIL = 200


class Silence(TimeoutError):
    """The router did not finish its answer in time."""


class Garbled(ConnectionError):
    """An echo or a prompt did not come as it must; `answers` are those before it."""

    def __init__(self, message: str, answers: "Sequence[Answer]") -> None:
        super().__init__(message)
        self.answers = tuple(answers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back for one line: its reply, and the mode of the prompt behind it."""

    line: str
    reply: str
    mode: str


class Console:
    """One open command line; not for several threads."""

    def __init__(self, channel: "Channel") -> None:
        self._channel = channel
        self._spoke = time.monotonic()
        self._decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode
        self._text = ""
        self._prompt: re.Pattern[str] = _FIRST_PROMPT

    @property
    def quiet_s(self) -> float:
        """How long nothing was said, in real seconds, as the router's exec-timeout counts."""
        return time.monotonic() - self._spoke

    def greet(self, enable: str | None, *, timeout_s: float) -> bool:
        """Wait for the first prompt and enter privileged mode; return whether we are there."""
        match = self._until(_FIRST_PROMPT, timeout_s)
        if match["sign"] == ">" and enable is not None:
            match = self._enable(enable, timeout_s)
        name = re.escape(match["name"])
        self._prompt = re.compile(rf"\n{name}(?:\((?P<mode>[\w-]+)\))?#")
        self._text = ""
        if match["sign"] != "#":
            return False
        self.ask(["terminal length 0", "terminal width 511"], timeout_s=timeout_s)
        return True

    def ask(self, lines: Sequence[str], *, timeout_s: float) -> list[Answer]:
        """Send lines in one write and return their answers, in order.

        Raises Silence after `timeout_s` without the last prompt, Garbled, and OSError or
        EOFError for a session that ended.
        """
        until = time.monotonic() + timeout_s
        self._channel.sendall("".join(f"{line}\n" for line in lines).encode())
        answers: list[Answer] = []
        for number, line in enumerate(lines):
            following = lines[number + 1] if number + 1 < len(lines) else ""
            answers.append(self._answer(line, following, answers, until))
        self._spoke = time.monotonic()
        return answers

    def read(self, commands: Sequence[str], *, timeout_s: float) -> list[str]:
        """Return what commands print; as many of them in one write as an input buffer bears."""
        printed: list[str] = []
        for group in groups(commands, most_lines=len(commands), most_bytes=READ_BYTES):
            printed += [answer.reply for answer in self.ask(group, timeout_s=timeout_s)]
        return printed

    def _enable(self, secret: str, timeout_s: float) -> re.Match[str]:
        self._text = ""
        self._channel.sendall(b"enable\n")
        found = self._until(re.compile(rf"{_PASSWORD.pattern}|{_FIRST_PROMPT.pattern}"), timeout_s)
        if found["name"] is not None:
            return found
        self._text = ""
        self._channel.sendall(f"{secret}\n".encode())
        return self._until(_FIRST_PROMPT, timeout_s)

    def _answer(self, line: str, following: str, before: Sequence[Answer], until: float) -> Answer:
        """Take one line's echo, reply and prompt off the text; the next echo must follow."""
        while "\n" not in self._text:
            self._more(until)
        echo, _, _ = self._text.partition("\n")
        if echo.rstrip() != line.rstrip():
            raise Garbled("a line did not come back as it was typed", before)
        start = len(echo)
        match = self._find(start, until)
        while following and not self._followed(match.end(), following, until):
            match = self._find(match.end(), until)
        reply = self._text[start + 1 : match.start()]
        self._text = self._text[match.end() :]
        return Answer(line=line, reply=reply, mode=match["mode"] or "")

    def _followed(self, position: int, following: str, until: float) -> bool:
        """Tell whether the next line's echo stands behind a prompt: else it was but text."""
        while len(self._text) < position + len(following):
            self._more(until)
        return self._text.startswith(following, position)

    def _find(self, start: int, until: float) -> re.Match[str]:
        """Return the first prompt from `start` on, reading on as needed."""
        position = start
        while (match := self._prompt.search(self._text, position)) is None:
            position = max(start, len(self._text) - _TAIL)
            self._more(until)
        return match

    def _until(self, pattern: re.Pattern[str], timeout_s: float) -> re.Match[str]:
        until = time.monotonic() + timeout_s
        while (match := pattern.search(self._text)) is None:
            self._more(until)
        return match

    def _more(self, until: float) -> None:
        """Read what there is, at least something."""
        left = until - time.monotonic()
        if left <= 0:
            raise Silence("no answer in time")
        self._channel.settimeout(left)
        try:
            data = self._channel.recv(_CHUNK)
        except TimeoutError as error:
            raise Silence("no answer in time") from error
        if not data:
            raise EOFError("the router ended the session")
        self._text += self._decode(data).replace("\r", "")


def groups(lines: Sequence[str], *, most_lines: int, most_bytes: int) -> list[list[str]]:
    """Cut lines into runs of at most so many lines and bytes; a longer line stands alone."""
    cut: list[list[str]] = []
    size = 0
    for line in lines:
        length = len(line.encode()) + 1
        if not cut or len(cut[-1]) >= most_lines or size + length > most_bytes:
            cut.append([])
            size = 0
        cut[-1].append(line)
        size += length
    return cut
