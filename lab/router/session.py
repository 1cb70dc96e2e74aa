"""A session: who is logged in, at what privilege, where in the configuration."""

import re
from collections.abc import Callable

from lab.clock import Timer
from lab.router import filters, times
from lab.router.apply import Reply
from lab.router.commands import COMMANDS
from lab.router.device import Router
from lab.router.grammar import exec_mode
from lab.router.match import Failure, Match, match, offers
from lab.router.replies import config_prompt, exec_prompt, refusal
from lab.router.shows import SHOWS
from lab.router.terminal import Ask, Dialogue, Terminal
from lab.router.tree import Where

ROWS, COLUMNS = 24, 80


class Session:
    """An interactive session of `user`; `send` takes its output.

    `close` ends the connection in order, `cut` at once.
    """

    def __init__(
        self,
        router: Router,
        user: str,
        privilege: int,
        send: Callable[[str], None],
        close: Callable[[], None],
        cut: Callable[[], None],
        columns: int = COLUMNS,
    ) -> None:
        self.router = router
        self.user = user
        self.privilege = privilege
        self.lines = ROWS
        self.columns = columns
        self.monitor = False
        self.where: Where | None = None
        self._close = close
        self._cut = cut
        self._config_lines = 0
        self._is_over = False
        self._idle: Timer | None = None
        self.terminal = Terminal(self, send)

    def start(self) -> None:
        """Log in and show the first prompt."""
        self.router.sessions.append(self)
        self.router.event("login", user=self.user)
        self.terminal.start(self.router.faults.motd())
        self._wait_idle()

    def end(self) -> None:
        """Log out; harmless if that was done."""
        if self._idle is not None:
            self._idle.cancel()
        if self in self.router.sessions:
            self.router.sessions.remove(self)
            self.router.event("logout", user=self.user)

    def leave(self) -> None:
        """Log out and close the connection, after all that was printed."""
        self.terminal.flush()
        self.end()
        self._close()

    def hang_up(self) -> None:
        """End the connection without a word."""
        self.end()
        self._is_over = True
        self._cut()

    def announce(self, text: str) -> None:
        """Print into the session unasked."""
        self.terminal.announce(text)

    @property
    def prompt(self) -> str:
        """The prompt to show now."""
        config = self.router.config
        if self.where is None:
            return exec_prompt(config, self.privilege)
        return config_prompt(config, self.where)

    def run(self, line: str) -> str | Dialogue | None:
        """Run a line; None where the router hangs."""
        if self._is_over:
            return None
        faults = self.router.faults
        faults.noticed(line)
        self.router.archive.touch(self.user)
        self._wait_idle()
        cut = faults.power_cut(line)
        if cut is not None:
            self.router.power_cycle(cut.seconds)
        drop, hang = faults.drop(line), faults.hang(line)
        if drop is not None and not drop.after:
            self.hang_up()
        if self._is_over or (hang is not None and not hang.after):
            return None
        question = faults.question(line)
        outcome = self._run(line) if question is None else self._asked(question, line)
        if drop is not None:
            self.hang_up()
        return None if self._is_over or hang is not None else outcome

    def _wait_idle(self) -> None:
        """Count anew how long nothing is typed; the connection is closed in order at the end."""
        if self._idle is not None:
            self._idle.cancel()
        seconds = self.router.exec_timeout_s()
        self._idle = self.router.clock.call_later(seconds, self._time_out) if seconds else None

    def _time_out(self) -> None:
        if self in self.router.sessions:
            self.leave()

    def help(self, line: str) -> str:
        """Return the words and arguments that may follow a line begun."""
        if self.where is None:
            return offers(exec_mode(self.privilege), line)
        block = self.router.config.block(self.where) or self.router.config.root
        return offers(block.mode, line)

    def input_bytes(self) -> int:
        """Return how much input is held while a line is worked off."""
        return self.router.faults.input_bytes()

    def delay(self, line: str) -> float:
        """Return how many lab seconds a line takes."""
        return self.router.faults.delay(line)

    def echo_delay(self) -> float:
        """Return how many lab seconds it takes until what was written is echoed."""
        return self.router.faults.echo_delay()

    def later(self, seconds: float, callback: Callable[[], None]) -> None:
        """Call back after lab seconds."""
        self.router.clock.call_later(seconds, callback)

    def interruption(self) -> str | None:
        """Return a log line that is printed just now, if one is."""
        message = self.router.faults.interruption()
        if message is None:
            return None
        return f"{times.log_time(self.router.clock.now())}: {message}"

    def _run(self, line: str) -> str | Dialogue:
        if self.where is not None:
            return self._configure(line)
        return self.router.faults.refusal(line) or self._exec(line)

    def _asked(self, question: str, line: str) -> Dialogue:
        """Ask before a line is run, and leave it where the answer is no."""
        key = question.rstrip().endswith("[confirm]")
        answer = yield Ask(text=question, key=key)
        if not is_yes(answer, key=key):
            return ""
        outcome = self._run(line)
        return outcome if isinstance(outcome, str) else (yield from outcome)

    def enter_config(self) -> None:
        """Go to global configuration mode."""
        self.where = ()

    def leave_config(self) -> None:
        """Go back to EXEC from any configuration mode."""
        if self.where is not None:
            self.where = None
            self.router.log(f"%SYS-5-CONFIG_I: Configured from console by {self.user} on vty0")

    def _configure(self, line: str, *, confirmed: bool = False) -> str | Dialogue:
        where = self.where or ()
        prompt = self.prompt
        reply = self.router.type_line(where, line, self.user, confirmed=confirmed)
        if reply.action == "ask":
            return self._confirm(reply.text, line)
        self.where = reply.where
        self._count(reply)
        if reply.failure is not None:
            return refusal(reply.failure, prompt, line)
        if reply.action == "do":
            return self._exec(reply.command, prompt, line)
        if reply.action == "end":
            self.leave_config()
        return reply.text

    def _confirm(self, text: str, line: str) -> Dialogue:
        """Ask what a configuration line asks; only a key question is taken for a yes or no."""
        key = text.rstrip().endswith("[confirm]")
        answer = yield Ask(text=text, key=key)
        if not is_yes(answer, key=key):
            return ""
        outcome = self._configure(line, confirmed=True)
        return outcome if isinstance(outcome, str) else (yield from outcome)

    def _count(self, reply: Reply) -> None:
        """Count a configuration line; a fault may end the session with it."""
        if reply.masked:
            self._config_lines += 1
            if self.router.faults.loses_after(self._config_lines):
                self.hang_up()

    def _exec(
        self, line: str, prompt: str | None = None, typed: str | None = None
    ) -> str | Dialogue:
        """Run an EXEC command; after `do` the caret counts in the line as typed."""
        if not line.strip() or line.lstrip().startswith("!"):
            return ""
        command, pipe = (*re.split(r"\s*\|\s*", line, maxsplit=1), "")[:2]
        found = match(exec_mode(self.privilege), command)
        if isinstance(found, Failure):
            shift = (len(typed) - len(line)) if typed is not None else 0
            return refusal(found, (prompt or self.prompt) + " " * shift, typed or line)
        outcome = self._command(found)
        return filters.apply(pipe, outcome) if pipe and isinstance(outcome, str) else outcome

    def _command(self, found: Match) -> str | Dialogue:
        name = found.rule.does or ""
        if name in SHOWS:
            return SHOWS[name](self.router, found.args)
        return COMMANDS[name](self, found.args)


def is_yes(answer: str, *, key: bool) -> bool:
    """Tell whether an answer lets a command go on: not `n`; for a key, Return, Space or `y`."""
    return answer in ("\r", "\n", " ", "y", "Y") if key else not answer.lower().startswith("n")
