"""Push: configuration lines under the router's own revert timer, every reply accounted for.

Lines go in blocks, whole objects to a block and never a second block in flight; what is known to
need it goes alone. For every line its echo, its reply and the mode of the next prompt are
checked, and the first that is not as it must be ends the push. Keys are put in place of their
placeholders as they are typed; messages and records keep the placeholder.
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from fvrf.errors import ChangeFailed, Refused, Unknown
from fvrf.intent.pacing import Pacing
from fvrf.iosxe.emit import Block
from fvrf.iosxe.modes import mode_after
from fvrf.iosxe.replies import Reply, classify
from fvrf.iosxe.text import redact_line
from fvrf.secrets import Resolve, fill
from tasks.clock import Clock
from tasks.console import Answer, Console, Garbled, Silence, groups
from tasks.settings import Timing

_RETRY_PAUSE_S = 2.0
_LONG_LINE = 250
REFUSED_LINE = "F510"
GARBLED = "F512"
# Deletions and a new rd are asynchronous, a key and the way in are not to be hurried.
_PROCESS = re.compile(r"router bgp |address-family ipv4 vrf ")
_ALONE = re.compile(r"\s*(?:no |rd |pre-shared-key |shutdown|configure |end$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Typist:
    """Types lines into one session and holds each reply against what must come.

    `typed` gathers the lines, with placeholders, before they are sent. After `until`, a moment
    of the clock, no line is typed any more: the revert timer is about to strike.
    """

    console: Console
    resolve: Resolve
    clock: Clock
    timing: Timing
    pacing: Pacing
    typed: list[str] = field(default_factory=list)
    until: float = math.inf

    def type_lines(self, lines: Sequence[str], mode: str) -> str:
        """Type lines in `mode`, in one write, and return the mode after them.

        Raises ChangeFailed for a refused line, one that led elsewhere than it must or did not
        come back as it was typed, Unknown for a question.
        """
        if self.clock.now() > self.until:
            raise ChangeFailed("the push takes too long for its revert timer", code="F513")
        self.typed.extend(lines)
        for line, answer in zip(lines, self._answers(lines), strict=True):
            mode = self._judge(line, answer, mode)
        return mode

    def _answers(self, lines: Sequence[str]) -> list[Answer]:
        """Send the lines; a single one again while the router is still busy with the last."""
        deadline = self.clock.now() + self.timing.deletion_timeout_s
        typed = [fill(line, self.resolve).reveal().strip() for line in lines]
        while True:
            try:
                answers = self.console.ask(typed, timeout_s=self._timeout(lines))
            except Garbled as error:
                line = redact_line(lines[len(error.answers)])
                raise ChangeFailed(
                    f"`{line}` did not come back as it was typed", code=GARBLED
                ) from error
            except Silence as error:
                _refuse_question(lines[error.position], error.heard)
                raise
            busy = len(lines) == 1 and classify(lines[0], answers[0].reply).kind == "retry"
            if not busy or self.clock.now() >= deadline:
                return answers
            self.clock.sleep(_RETRY_PAUSE_S)

    def _judge(self, line: str, answer: Answer, mode: str) -> str:
        """Return the mode after a line, if all is as it must be."""
        shown, reply = redact_line(line), classify(line, answer.reply)
        _accept(shown, reply)
        expected = mode_after(mode, line)
        if answer.mode != expected:
            raise ChangeFailed(
                f"after `{shown}` the router is in mode {answer.mode or 'exec'},"
                f" expected {expected or 'exec'}",
                code="F511",
            )
        return expected

    def _timeout(self, lines: Sequence[str]) -> float:
        deleting = any(line.lstrip().startswith("no ") for line in lines)
        return self.timing.deletion_timeout_s if deleting else self.timing.read_timeout_s


def _accept(line: str, reply: Reply) -> None:
    """Raise for a reply that is an error or a question; `line` is shown as it is."""
    if reply.kind in {"error", "retry"}:
        raise ChangeFailed(
            f"the router refused `{line}`: {redact_line(reply.text)}", code=REFUSED_LINE
        )
    if reply.kind == "question":
        raise Unknown(
            f"`{line}` asks: {redact_line(reply.text)}",
            remedy="nothing was answered; the router's own timer takes the change back",
            code="F592",
        )


def _refuse_question(line: str, heard: str) -> None:
    """Raise Unknown if what came, and no prompt behind it, is a question."""
    reply = classify(line, heard)
    if reply.kind == "question":
        _accept(redact_line(line), reply)


def begin(typist: Typist, minutes: int) -> None:
    """Enter configuration mode under the revert timer.

    Raises Refused if the router says no; any other reply leaves open whether a timer runs.
    """
    try:
        typist.type_lines([f"configure terminal revert timer {minutes}"], "")
    except ChangeFailed as error:
        if error.code != REFUSED_LINE:
            raise
        raise Refused(
            f"no change was begun: {error.message}",
            remedy="look at `show archive config rollback timer` and at `archive`, `path`",
            code="F320",
        ) from error


def push_blocks(typist: Typist, blocks: Sequence[Block]) -> None:
    """Type all lines of the blocks and leave configuration mode."""
    mode = "config"
    for lines in paced(blocks, typist.pacing):
        mode = typist.type_lines(lines, mode)
    typist.type_lines(["end"], mode)


def paced(blocks: Sequence[Block], pacing: Pacing) -> Iterator[list[str]]:
    """Yield the lines of each write.

    In blocks the headers of all objects go first: a header that is refused there hurts nothing,
    where in a block its body would land in the object before it. One that another object must make
    way for first goes alone in its place.
    """
    lines = [line for block in blocks for line in block.lines]
    if pacing.kind == "line":
        yield from ([line] for line in lines)
        return
    barred = _PROCESS if any(line.startswith("no router bgp ") for line in lines) else None
    heads = (block.lines[0] for block in blocks if _is_header(block.lines[0]))
    yield from _cut([head for head in heads if not barred or not barred.match(head)], pacing)
    yield from _cut(lines, pacing, barred)


def goes_alone(line: str) -> bool:
    """Whether a line is never typed together with others."""
    return _ALONE.match(line) is not None or len(line) > _LONG_LINE


def _is_header(line: str) -> bool:
    return not line.startswith("no ") and mode_after("config", line) != "config"


def _cut(
    lines: Iterable[str], pacing: Pacing, barred: re.Pattern[str] | None = None
) -> Iterator[list[str]]:
    """Cut lines into writes; what must go alone does, what is barred for a while included."""
    together: list[str] = []
    for line in lines:
        if not goes_alone(line) and not (barred and barred.match(line)):
            together.append(line)
            continue
        yield from groups(together, most_lines=pacing.lines, most_bytes=pacing.bytes)
        together = []
        yield [line]
    yield from groups(together, most_lines=pacing.lines, most_bytes=pacing.bytes)
