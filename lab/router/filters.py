"""Output filters: what follows ` | ` after a show command."""

import re
from collections.abc import Callable, Mapping


def _include(pattern: re.Pattern[str], lines: list[str]) -> list[str]:
    return [line for line in lines if pattern.search(line)]


def _exclude(pattern: re.Pattern[str], lines: list[str]) -> list[str]:
    return [line for line in lines if not pattern.search(line)]


def _begin(pattern: re.Pattern[str], lines: list[str]) -> list[str]:
    first = next((at for at, line in enumerate(lines) if pattern.search(line)), len(lines))
    return lines[first:]


def _section(pattern: re.Pattern[str], lines: list[str]) -> list[str]:
    """Return matching lines with the lines indented below them."""
    shown: list[str] = []
    depth: int | None = None
    for line in lines:
        indent = len(line) - len(line.lstrip())
        if depth is not None and indent > depth:
            shown.append(line)
        elif pattern.search(line):
            shown.append(line)
            depth = indent
        else:
            depth = None
    return shown


_FILTERS: Mapping[str, Callable[[re.Pattern[str], list[str]], list[str]]] = {
    "begin": _begin,
    "exclude": _exclude,
    "include": _include,
    "section": _section,
}
_INVALID = "% Invalid input detected at '^' marker.\n\n"


def apply(pipe: str, text: str) -> str:
    """Return the text through e.g. `include Tunnel`; `section` may be followed by `include`."""
    word, _, wanted = pipe.strip().partition(" ")
    names = [name for name in _FILTERS if word and name.startswith(word)]
    if len(names) != 1 or not wanted:
        return _INVALID if word and len(names) != 1 else "% Incomplete command.\n"
    if names[0] == "section":
        wanted = wanted.removeprefix("include ")
    try:
        pattern = re.compile(wanted.strip())
    except re.error:
        return f"% Failed to compile regular expression: {wanted}\n"
    return "".join(line + "\n" for line in _FILTERS[names[0]](pattern, text.splitlines()))
