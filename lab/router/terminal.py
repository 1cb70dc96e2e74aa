"""The terminal of a VTY: echo, line editing, questions and the pager, over characters.

What is typed while a line is worked off waits in a buffer; what exceeds that is lost without a
sign. A line longer than the screen is scrolled: it moves to the left and `$` stands for what is
hidden (Cisco IOS Configuration Fundamentals, "Scrolling down a long line").
"""

from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Protocol

MORE = " --More-- "
_WIPE = "\b" * len(MORE) + " " * len(MORE) + "\b" * len(MORE)
_BACKSPACE = "\b \b"
_BELL = "\a"
_LONGEST = 254
_SCROLL = 10
_NOISY_COLUMN, _NOISY_ROW = 4, 2
_CTRL_C, _CTRL_U, _CTRL_V, _CTRL_W, _CTRL_Z = "\x03", "\x15", "\x16", "\x17", "\x1a"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A question; `hidden` answers are not echoed, a `key` one ends with the first key."""

    text: str
    hidden: bool = False
    key: bool = False


Dialogue = Generator[Ask, str, str]
"""A command that asks: it yields questions, takes answers and returns what it prints."""


class Shell(Protocol):
    """What runs the lines."""

    lines: int
    """Rows of the screen, 0 for no pager."""
    columns: int
    """Columns of the screen, 0 for no end."""

    @property
    def prompt(self) -> str:
        """The prompt to show now."""
        ...

    def run(self, line: str) -> str | Dialogue | None:
        """Run a line; None means silence: nothing is ever printed again."""
        ...

    def leave_config(self) -> None:
        """Ctrl-Z and Ctrl-C lead back to EXEC."""
        ...

    def help(self, line: str) -> str:
        """Return what may follow a line begun."""
        ...

    def input_bytes(self) -> int:
        """Return how much input is held while a line is worked off."""
        ...

    def delay(self, line: str) -> float:
        """Return how many lab seconds a line takes."""
        ...

    def echo_delay(self) -> float:
        """Return how many lab seconds it takes until what was written is echoed."""
        ...

    def later(self, seconds: float, callback: Callable[[], None]) -> None:
        """Call back after lab seconds."""
        ...

    def interruption(self) -> str | None:
        """Return a log line that is printed just now, if one is."""
        ...


class Terminal:
    """One terminal; `send` takes what it prints, with CRLF line ends."""

    def __init__(self, shell: Shell, send: Callable[[str], None]) -> None:
        self._shell = shell
        self._send = send
        self._held: deque[str] = deque()
        self._line = ""
        self._hidden = 0
        self._literal = False
        self._after_cr = False
        self._silent = False
        self._busy = False
        self._dialogue: Dialogue | None = None
        self._ask: Ask | None = None
        self._rest: list[str] = []
        self._out: list[str] = []
        self._late: list[str] = []

    def start(self, greeting: str = "") -> None:
        """Show the first prompt, and before it what greets everyone."""
        self._print(greeting + "\n" + self._shell.prompt)
        self.flush()

    def announce(self, text: str) -> None:
        """Print unasked, in the middle of whatever stands there; below what a line prints."""
        if self._busy:
            self._late.append(text)
        elif not self._silent:
            self._print(text)
            self.flush()

    def feed(self, data: str) -> None:
        """Take typed characters."""
        room = max(0, self._shell.input_bytes() - len(self._held))
        self._held.extend(data[:room])
        delay = 0.0 if self._busy else self._shell.echo_delay()
        if delay:
            self._busy = True
            self._shell.later(delay, self._go_on)
        else:
            self._work()

    def _go_on(self) -> None:
        """Work off what had to wait."""
        self._busy = False
        self._work()

    def _work(self) -> None:
        while self._held and not (self._silent or self._busy):
            self._take(self._held.popleft())
        self.flush()

    def _take(self, char: str) -> None:
        after_cr, self._after_cr = self._after_cr, char == "\r"
        if char == "\n" and after_cr:
            return
        if self._rest:
            self._page(char)
        elif self._ask is not None and self._ask.key:
            self._answered(char)
        elif self._literal:
            self._literal = False
            self._insert(char)
        elif char in "\r\n\x00":
            self._enter()
        else:
            self._edit(char)

    def _edit(self, char: str) -> None:
        if char in "\b\x7f":
            self._erase(1)
        elif char == _CTRL_U:
            self._erase(len(self._line))
        elif char == _CTRL_W:
            self._erase(len(self._line) - len(self._line.rstrip().rpartition(" ")[0]))
        elif char == _CTRL_V:
            self._literal = True
        elif char in (_CTRL_C, _CTRL_Z):
            self._break(char)
        elif char == "?" and self._ask is None:
            self._help()
        elif char.isprintable():
            self._insert(char)

    def _insert(self, char: str) -> None:
        if len(self._line) >= _LONGEST:
            self._print(_BELL)
            return
        self._line += char
        if self._ask is not None:
            self._print("" if self._ask.hidden else char)
            return
        self._print(char)
        self._scroll()
        if len(self._line) == _NOISY_COLUMN and (noise := self._shell.interruption()):
            self._print("\n" + noise)

    def _scroll(self) -> None:
        """Move the line to the left where it reached the margin."""
        prompt = self._shell.prompt
        if not self._shell.columns:
            return
        if len(prompt) + len(self._line) - self._hidden < self._shell.columns - 1:
            return
        self._hidden += _SCROLL
        self._print("\r" + prompt + "$" + self._line[self._hidden + 1 :])

    def _help(self) -> None:
        text = self._shell.help(self._line)
        self._print("?\n" + text + "\n" + self._shell.prompt + self._line)

    def _erase(self, count: int) -> None:
        count = min(count, len(self._line))
        if count:
            self._line = self._line[:-count]
            self._print(_BACKSPACE * count)

    def _break(self, char: str) -> None:
        self._dialogue = self._ask = None
        self._line = ""
        self._hidden = 0
        self._shell.leave_config()
        self._print(("^Z" if char == _CTRL_Z else "") + "\n" + self._shell.prompt)

    def _enter(self) -> None:
        line, self._line = self._line, ""
        self._hidden = 0
        if self._ask is not None:
            self._answered(line)
            return
        self._print("\n")
        self._busy = True
        delay = self._shell.delay(line)
        if delay:
            self._shell.later(delay, lambda: self._finish(line))
        else:
            self._run(line)

    def _finish(self, line: str) -> None:
        """Answer a line that took its time, and work off what was typed meanwhile."""
        self._run(line)
        self._work()

    def _run(self, line: str) -> None:
        outcome = self._shell.run(line)
        if outcome is None:
            self._silent = True
        elif isinstance(outcome, str):
            self._show(outcome)
        else:
            self._dialogue = outcome
            self._step(lambda: next(outcome))
        self._busy = False

    def _answered(self, answer: str) -> None:
        dialogue = self._dialogue
        self._ask = None
        self._print("\n")
        if dialogue is not None:
            self._step(lambda: dialogue.send(answer))

    def _step(self, move: Callable[[], Ask]) -> None:
        try:
            self._ask = move()
        except StopIteration as done:
            self._dialogue = None
            self._show(done.value or "")
        else:
            self._print(self._ask.text)

    def _show(self, text: str) -> None:
        """Print the text of a command, page by page, then the prompt."""
        if text and not text.endswith("\n"):
            text += "\n"
        lines = text.splitlines(keepends=True)
        if len(lines) > _NOISY_ROW and (noise := self._shell.interruption()):
            lines.insert(_NOISY_ROW, noise + "\n")
        rows = self._shell.lines - 1
        if self._shell.lines and len(lines) > rows:
            self._print("".join(lines[:rows]) + MORE)
            self._rest = lines[rows:]
        else:
            self._print("".join(lines))
            self._ready()

    def _ready(self) -> None:
        """Show the prompt, and below it what was logged meanwhile."""
        self._print(self._shell.prompt + "".join(self._late))
        self._late.clear()
        if noise := self._shell.interruption():
            self._print("\n" + noise)

    def _page(self, char: str) -> None:
        """Go on after `--More--`: Space for a page, Return for a line, else no more."""
        count = {" ": self._shell.lines - 1, "\r": 1, "\n": 1}.get(char, 0)
        shown, self._rest = self._rest[:count], self._rest[count:] if count else []
        self._print(_WIPE + "".join(shown))
        if self._rest:
            self._print(MORE)
        else:
            self._ready()

    def _print(self, text: str) -> None:
        self._out.append(text.replace("\n", "\r\n"))

    def flush(self) -> None:
        """Send what is printed so far."""
        if self._out:
            self._send("".join(self._out))
            self._out.clear()
