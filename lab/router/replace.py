"""`configure replace`: typing what differs from a file, until nothing does or five passes are over.

A line that cannot be taken back or set keeps the passes from ending; what the others did stays:
the abort is not atomic.
"""

from dataclasses import dataclass

from lab.router import differences
from lab.router.apply import apply
from lab.router.render import render
from lab.router.replies import refusal
from lab.router.tree import Config, Where

MOST_PASSES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was typed in each pass, what was printed, and what is missing after the last one."""

    passes: tuple[tuple[str, ...], ...]
    notices: str
    failed: tuple[str, ...]

    @property
    def is_done(self) -> bool:
        """Whether the configuration is the file's now."""
        return not self.failed

    def listing(self) -> str:
        """Return the commands of every pass, as `list` prints them."""
        return "".join(
            f"!Pass {number}\n{_configlet(steps)}"
            for number, steps in enumerate(self.passes, start=1)
        )

    def ending(self) -> str:
        """Return the notices of the lines, and how it ended."""
        if self.is_done:
            return f"{self.notices}\nTotal number of passes: {len(self.passes)}\nRollback Done\n"
        failed = "\n".join(self.failed)
        return (
            f"{self.notices}The rollback configlet from the last pass is listed below:\n********\n"
            f"{_configlet(self.passes[-1])}********\n\n\n"
            f"Rollback aborted after {MOST_PASSES} passes\n"
            "The following commands are failed to apply to the IOS image.\n********\n"
            f"{failed}\n********\n\n"
        )


def _configlet(steps: tuple[str, ...]) -> str:
    return "\n".join(["!List of Rollback Commands:", *steps, "end", ""])


def is_complete(text: str) -> bool:
    """Tell whether a text is a whole configuration: it says its `version` and ends with `end`.

    What `show running-config` prints above the version is taken for commands, which fail.
    """
    lines = [line.strip() for line in text.splitlines() if not _is_comment(line)]
    return bool(lines) and lines[-1] == "end" and any(map(_is_version, lines))


def _is_version(line: str) -> bool:
    return line.startswith("version ")


def _is_comment(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("!")


def replace(config: Config, target: str, share: float = 1.0) -> Outcome:
    """Make a configuration the target's, as far as its lines are taken.

    With a `share` below 1 it is over after this part of the first pass.
    """
    passes: list[tuple[str, ...]] = []
    notices = ""
    for _ in range(MOST_PASSES):
        steps = tuple(differences.commands(render(config), target))
        steps = steps[: round(len(steps) * share)]
        if not steps:
            break
        passes.append(steps)
        notices += type_lines(config, steps)
        if share < 1:
            break
    left = differences.commands(render(config), target)
    missing = tuple(line for line in left if not line.strip().startswith("no "))
    return Outcome(passes=tuple(passes), notices=notices, failed=missing or tuple(left))


def type_lines(config: Config, lines: tuple[str, ...]) -> str:
    """Type lines into the modes that their indentation says; return what they print.

    What is refused is told only at the end, as what failed.
    """
    where: Where = ()
    printed = ""
    for line in lines:
        depth = len(line) - len(line.lstrip())
        reply = apply(config, where[:depth], line.strip(), confirmed=True)
        where = reply.where
        if reply.text and reply.accepted:
            printed += reply.text.rstrip("\n") + "\n"
    return printed


def merge(config: Config, text: str) -> str:
    """Type the lines of a text one after the other; return what they print, refusals included."""
    where: Where = ()
    printed = []
    for line in text.splitlines():
        if line.strip() == "end":
            break
        reply = apply(config, where, line, confirmed=True)
        where = reply.where
        if reply.failure is not None:
            printed.append(f"{line}\n{refusal(reply.failure, '', line)}".rstrip("\n"))
        elif reply.text:
            printed.append(reply.text)
    return "\n".join(printed)
