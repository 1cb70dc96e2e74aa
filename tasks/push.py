"""Push: configuration lines under the router's own revert timer, every reply accounted for.

One line at a time: its echo, its reply and the mode of the next prompt are checked before the
next is typed. The first refused line ends the push. Keys are put in place of their
placeholders as the line is typed; messages and records keep the placeholder.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fvrf.errors import ChangeFailed, Refused, Unknown
from fvrf.iosxe.emit import Block
from fvrf.iosxe.modes import mode_after
from fvrf.iosxe.replies import classify
from fvrf.iosxe.text import redact_line
from fvrf.secrets import Resolve, fill
from tasks.clock import Clock
from tasks.settings import Timing

if TYPE_CHECKING:
    from netmiko.base_connection import BaseConnection

# IOS shows at most 20 characters of the host name before the mode; netmiko keeps 16 of them.
_PROMPT_NAME = 16
_MODE = re.compile(r"\((?P<mode>[\w-]+)\)#$")
_RETRY_PAUSE_S = 2.0
REFUSED_LINE = "F510"


@dataclass(frozen=True, slots=True, kw_only=True)
class Typist:
    """Types lines into one session and holds each reply against what must come.

    `typed` gathers the lines, with placeholders, before they are sent. After `until`, a moment
    of the clock, no line is typed any more: the revert timer is about to strike.
    """

    connection: "BaseConnection"
    resolve: Resolve
    clock: Clock
    timing: Timing
    typed: list[str] = field(default_factory=list)
    until: float = math.inf

    def type_line(self, line: str, mode: str) -> str:
        """Type a line in `mode` and return the mode after it.

        Raises ChangeFailed for a refused line, Unknown for a reply that cannot be understood.
        """
        if self.clock.now() > self.until:
            raise ChangeFailed("the push takes too long for its revert timer", code="F513")
        self.typed.append(line)
        deadline = self.clock.now() + self.timing.deletion_timeout_s
        while True:
            reply, found = self._exchange(line)
            verdict = classify(line, reply)
            if verdict.kind == "retry" and self.clock.now() < deadline:
                self.clock.sleep(_RETRY_PAUSE_S)
                continue
            break
        if verdict.kind in {"error", "retry"}:
            raise ChangeFailed(
                f"the router refused `{redact_line(line)}`: {redact_line(verdict.text)}",
                code=REFUSED_LINE,
            )
        if verdict.kind == "question":
            raise Unknown(
                f"`{redact_line(line)}` asks: {redact_line(verdict.text)}",
                remedy="nothing was answered; the router's timer takes the change back",
                code="F592",
            )
        expected = mode_after(mode, line)
        if found != expected:
            raise ChangeFailed(
                f"after `{redact_line(line)}` the router is in mode {found or 'exec'},"
                f" expected {expected or 'exec'}",
                code="F511",
            )
        return found

    def _exchange(self, line: str) -> tuple[str, str]:
        """Send a line; return its reply without echo, and the mode of the prompt after it."""
        text = fill(line, self.resolve).reveal().strip()
        self.connection.write_channel(f"{text}\n")
        output = self.connection.read_until_pattern(
            pattern=self._prompt, read_timeout=self._timeout(line)
        )
        echo, _, rest = output.replace("\r", "").partition("\n")
        if echo.strip() != text:
            raise ChangeFailed(
                f"`{redact_line(line)}` did not come back as it was typed", code="F512"
            )
        reply, _, prompt = f"\n{rest}".rpartition("\n")
        mode = _MODE.search(prompt)
        return reply, mode["mode"] if mode else ""

    @property
    def _prompt(self) -> str:
        """A prompt at the start of a line; no group captures, netmiko splits by it."""
        name = re.escape(self.connection.base_prompt[:_PROMPT_NAME])
        return rf"\n{name}[^\s(#>]*(?:\([\w-]+\))?#"

    def _timeout(self, line: str) -> float:
        deleting = line.lstrip().startswith("no ")
        return self.timing.deletion_timeout_s if deleting else self.timing.read_timeout_s


def begin(typist: Typist, minutes: int) -> None:
    """Enter configuration mode under the revert timer.

    Raises Refused if the router says no; any other reply leaves open whether a timer runs.
    """
    typist.connection.clear_buffer()
    try:
        typist.type_line(f"configure terminal revert timer {minutes}", "")
    except ChangeFailed as error:
        if error.code != REFUSED_LINE:
            raise
        raise Refused(
            f"no change was begun: {error.message}",
            remedy="look at `show archive config rollback timer` and at `archive`, `path`",
            code="F320",
        ) from error


def push_lines(typist: Typist, blocks: Iterable[Block]) -> None:
    """Type all lines of the blocks and leave configuration mode."""
    mode = "config"
    for line in (line for block in blocks for line in block.lines):
        mode = typist.type_line(line, mode)
    typist.type_line("end", mode)
