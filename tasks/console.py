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
from itertools import zip_longest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paramiko import Channel

# IOS shows at most 20 characters of the host name in a prompt.
_FIRST_PROMPT = re.compile(r"(?:^|\n)(?P<name>[^\s#>()]{1,63})(?P<sign>[#>])[ ]?\Z")
_PASSWORD = re.compile(r"[Pp]assword: ?\Z")
# Whole outputs, unwrapped echoes, and nothing that the router says unasked.
_SETTINGS: tuple[str, ...] = ("terminal length 0", "terminal width 511", "terminal no monitor")
_CHUNK = 65536
_ALTERED = "a line did not come back as it was typed"
# No source gives the size of a VTY's input buffer: stay well below what is known to work.
READ_BYTES = 1000
# A prompt and what may stand behind it; the search never starts further back than this.
_TAIL = 200


class Silence(TimeoutError):
    """The router did not finish its answer in time.

    `heard` is how far it came, for the line at `position` of those that were sent.
    """

    def __init__(self, heard: str = "", position: int = 0) -> None:
        super().__init__("no answer in time")
        self.heard = heard
        self.position = position


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
        self._unset = _SETTINGS

    @property
    def quiet_s(self) -> float:
        """How long nothing was said, in real seconds, as the router's exec-timeout counts."""
        return time.monotonic() - self._spoke

    def greet(self, enable: str | None, *, timeout_s: float) -> bool:
        """Wait for the first prompt and enter privileged mode; return whether we are there."""
        match = self._until(_FIRST_PROMPT, timeout_s)
        if match["sign"] == ">" and enable is not None:
            match = self._enable(enable, timeout_s)
        self._text = ""
        if match["sign"] != "#":
            return False
        name = re.escape(match["name"])
        self._prompt = re.compile(rf"\n{name}(?:\((?P<mode>[\w-]+)\))?#")
        return True

    def ask(self, lines: Sequence[str], *, timeout_s: float) -> list[Answer]:
        """Send lines in one write and return their answers, in order.

        Raises Silence after `timeout_s` without the last prompt, Garbled, and OSError or
        EOFError for a session that ended.
        """
        if self._unset:
            self.read([], timeout_s=timeout_s)
        until = time.monotonic() + timeout_s
        self._channel.sendall("".join(f"{line}\n" for line in lines).encode())
        answers: list[Answer] = []
        for line, following in zip_longest(lines, lines[1:]):
            answers.append(self._answer(line, following, answers, until))
        self._spoke = time.monotonic()
        return answers

    def read(self, commands: Sequence[str], *, timeout_s: float) -> list[str]:
        """Return what commands print; as many of them in one write as an input buffer bears.

        The session's own settings ride with the first commands: alone they cost a turn.
        """
        unset, self._unset = self._unset, ()
        asked, printed = [*unset, *commands], []
        for group in groups(asked, most_lines=len(asked), most_bytes=READ_BYTES):
            printed += [answer.reply for answer in self.ask(group, timeout_s=timeout_s)]
        return printed[len(unset) :]

    def _enable(self, secret: str, timeout_s: float) -> re.Match[str]:
        self._text = ""
        self._channel.sendall(b"enable\n")
        asked_or_prompt = re.compile(rf"{_PASSWORD.pattern}|{_FIRST_PROMPT.pattern}")
        found = self._until(asked_or_prompt, timeout_s)
        if found["name"] is not None:
            return found
        self._text = ""
        self._channel.sendall(f"{secret}\n".encode())
        # A wrong secret is asked for again, twice, before the prompt comes back.
        return self._until(asked_or_prompt, timeout_s)

    def _answer(
        self, line: str, following: str | None, before: Sequence[Answer], until: float
    ) -> Answer:
        """Take one line's echo, reply and prompt off the text; the next echo must follow.

        Where it does not, keys were lost on the way, as when the input buffer ran over.
        """
        start = self._echoed(line, before, until)
        try:
            match = first = self._find(start, until)
        except Silence as error:
            raise Silence(self._text[start + 1 :], len(before)) from error
        try:
            while not self._is_prompt(match.end(), following, until):
                match = self._find(match.end(), until)
        except Silence as error:
            raise Garbled(_ALTERED, [*before, self._taken(line, start, first)]) from error
        answer = self._taken(line, start, match)
        self._text = self._text[match.end() :]
        return answer

    def _echoed(self, line: str, before: Sequence[Answer], until: float) -> int:
        """Return the length of the line's echo, which must be exact."""
        try:
            while "\n" not in self._text:
                self._more(until)
        except Silence as error:
            if not self._text:
                raise
            raise Garbled(_ALTERED, before) from error
        echo, _, _ = self._text.partition("\n")
        if echo.rstrip() != line.rstrip():
            raise Garbled(_ALTERED, before)
        return len(echo)

    def _taken(self, line: str, start: int, prompt: re.Match[str]) -> Answer:
        reply = self._text[start + 1 : prompt.start()]
        return Answer(line=line, reply=reply, mode=prompt["mode"] or "")

    def _is_prompt(self, position: int, following: str | None, until: float) -> bool:
        """Tell a prompt, by what stands behind it, from text that looks like one.

        Behind a prompt stands the next line's echo; behind the last one no further prompt.
        """
        if following is None:
            return self._prompt.search(self._text, position) is None
        echo = f"{following}\n"
        while len(self._text) < position + len(echo):
            self._more(until)
        return self._text.startswith(echo, position)

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
            raise Silence
        self._channel.settimeout(left)
        try:
            data = self._channel.recv(_CHUNK)
        except TimeoutError as error:
            raise Silence from error
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
