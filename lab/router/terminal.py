"""The terminal of a VTY: echo, line editing, questions and the pager, over characters."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Protocol

MORE = " --More-- "
_WIPE = "\b" * len(MORE) + " " * len(MORE) + "\b" * len(MORE)
_BACKSPACE = "\b \b"
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


class Terminal:
    """One terminal; `send` takes what it prints, with CRLF line ends."""

    def __init__(self, shell: Shell, send: Callable[[str], None]) -> None:
        self._shell = shell
        self._send = send
        self._line = ""
        self._literal = False
        self._after_cr = False
        self._silent = False
        self._dialogue: Dialogue | None = None
        self._ask: Ask | None = None
        self._rest: list[str] = []
        self._out: list[str] = []

    def start(self) -> None:
        """Show the first prompt."""
        self._print("\n" + self._shell.prompt)
        self.flush()

    def announce(self, text: str) -> None:
        """Print unasked, in the middle of whatever stands there, as IOS does."""
        if not self._silent:
            self._print(text)
            self.flush()

    def feed(self, data: str) -> None:
        """Take typed characters."""
        for char in data:
            if self._silent:
                break
            self._take(char)
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
        elif char.isprintable() and char != "?":
            self._insert(char)

    def _insert(self, char: str) -> None:
        self._line += char
        if self._ask is None or not self._ask.hidden:
            self._print(char)

    def _erase(self, count: int) -> None:
        count = min(count, len(self._line))
        if count:
            self._line = self._line[:-count]
            self._print(_BACKSPACE * count)

    def _break(self, char: str) -> None:
        self._dialogue = self._ask = None
        self._line = ""
        self._shell.leave_config()
        self._print(("^Z" if char == _CTRL_Z else "") + "\n" + self._shell.prompt)

    def _enter(self) -> None:
        line, self._line = self._line, ""
        if self._ask is not None:
            self._answered(line)
            return
        self._print("\n")
        outcome = self._shell.run(line)
        if outcome is None:
            self._silent = True
        elif isinstance(outcome, str):
            self._show(outcome)
        else:
            self._dialogue = outcome
            self._step(lambda: next(outcome))

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
        rows = self._shell.lines - 1
        if self._shell.lines and len(lines) > rows:
            self._print("".join(lines[:rows]) + MORE)
            self._rest = lines[rows:]
        else:
            self._print(text + self._shell.prompt)

    def _page(self, char: str) -> None:
        """Go on after `--More--`: Space for a page, Return for a line, else no more."""
        count = {" ": self._shell.lines - 1, "\r": 1, "\n": 1}.get(char, 0)
        shown, self._rest = self._rest[:count], self._rest[count:] if count else []
        self._print(_WIPE + "".join(shown))
        self._print(MORE if self._rest else self._shell.prompt)

    def _print(self, text: str) -> None:
        self._out.append(text.replace("\n", "\r\n"))

    def flush(self) -> None:
        """Send what is printed so far."""
        if self._out:
            self._send("".join(self._out))
            self._out.clear()
