"""Typing one line in configuration mode: from text to a changed tree and a reply."""

from dataclasses import dataclass, replace

from lab.router.arguments import tokenize, variant_of
from lab.router.change import Change
from lab.router.checks import check
from lab.router.effects import default_interface, effect
from lab.router.grammar import Rule
from lab.router.match import Failure, Match, match
from lab.router.rewrites import Wording, rewrite
from lab.router.tree import Block, Config, Line, Where


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came of a line: the notices printed and where the session stands now.

    `failure` is set where the parser did not understand it, `action` (`end`, `do`, `ask`) where
    the session has something to do: run `command`, ask the question `text`. `masked` is the line
    without secrets, empty for lines that only move about.
    """

    where: Where
    text: str = ""
    accepted: bool = True
    masked: str = ""
    failure: Failure | None = None
    action: str | None = None
    command: str = ""


def apply(config: Config, where: Where, typed: str, *, confirmed: bool = False) -> Reply:
    """Apply a line typed at `where`; a line that only an outer mode knows leaves the inner ones.

    A line that asks first is applied once it is `confirmed`.
    """
    start = len(typed) - len(typed.lstrip())
    if start == len(typed) or typed[start] == "!":
        return Reply(where=where)
    word = typed.split(maxsplit=1)[0].lower()
    prefix = word if word in ("no", "default") else ""
    worst: Failure | None = None
    for place in _outward(config, where):
        block = config.block(place) or config.root
        found = match(block.mode, typed, start + len(prefix), negated=bool(prefix))
        if isinstance(found, Match):
            column = None if prefix or not config.shielded else _weak_column(found, typed)
            if column is not None:
                return Reply(
                    where=where,
                    accepted=False,
                    failure=Failure(kind="invalid", column=column),
                    masked=found.masked,
                )
            if found.rule.asks and not confirmed and _concerns(block, found, prefix):
                return Reply(where=where, action="ask", text=found.rule.asks, command=typed)
            return _done(config, place, block, found, prefix)
        if worst is None or found.column > worst.column:
            worst = found
    return Reply(where=where, accepted=False, failure=worst, masked=word)


def _weak_column(found: Match, typed: str) -> int | None:
    """Return where the first weak word stands; the shield takes them out of the parser.

    FN72510 says that they are "rejected"; it does not show the reply.
    """
    weak = [word for word in found.rule.weak if word in found.words]
    columns = [
        token.column
        for token in tokenize(typed)[1:]
        if any(word.startswith(token.text.lower()) for word in weak)
    ]
    return min(columns, default=None)


def _concerns(block: Block, found: Match, prefix: str) -> bool:
    """Tell whether there is something to ask about: an action, or the removal of what stands."""
    return found.rule.action is not None or (prefix != "" and found.key in block.lines)


def _outward(config: Config, where: Where) -> list[Where]:
    """Return the places from the inner block outward; a block that was removed is skipped."""
    places = [where[:depth] for depth in range(len(where), -1, -1)]
    return [place for place in places if config.block(place) is not None]


def _done(config: Config, where: Where, block: Block, found: Match, prefix: str) -> Reply:
    masked = f"{prefix} {found.masked}".strip()
    if found.rule.action is not None:
        return _act(where, found)
    if prefix == "default" and found.rule.title == "interface":
        return Reply(where=where, text=default_interface(config, found.args["name"]), masked=masked)
    if prefix == "no" and found.rule.negated is not None:
        return replace(apply(config, where, found.rule.negated), masked=masked)
    if prefix:
        refused, notices = _remove(config, block, found, prefix)
        return Reply(where=where, text=_text(notices), accepted=not refused, masked=masked)
    replies = [_set(config, where, block, found.rule, wording) for wording in rewrite(found, block)]
    return replace(replies[-1], text="\n".join(r.text for r in replies if r.text), masked=masked)


def _act(where: Where, found: Match) -> Reply:
    """Move about; `exit` from global configuration mode is the same as `end`."""
    action = found.rule.action
    if action == "do":
        return Reply(where=where, action=action, command=found.args["command"])
    if action == "exit" and where:
        return Reply(where=where[:-1])
    if action == "say":
        return Reply(where=where, text=found.rule.says or "", masked=found.masked)
    return Reply(where=(), action="end")


def _text(notices: list[str]) -> str:
    return "\n".join(notices)


def _set(config: Config, where: Where, block: Block, rule: Rule, wording: Wording) -> Reply:
    old = block.lines.get(wording.key)
    if " ".join(wording.words) == rule.hide:
        return _back_to_default(config, where, block, old, wording.key)
    line = Line(rule=rule, words=wording.words, args=wording.args)
    standing = old is not None and old.text == line.text
    if old is not None and old.rule is rule:
        line.block = old.block
    change = Change(config=config, block=block, line=line, old=old)
    refusal = check(change)
    if refusal is not None:
        return Reply(where=where, text=refusal, accepted=False)
    if rule.enters is not None:
        return _enter(change, where, rule, wording.key)
    warnings = _warnings(config, line)
    if standing:
        return Reply(where=where, text=rule.again or "")
    block.lines[wording.key] = line
    return Reply(where=where, text=_text(warnings + effect(change)))


def _back_to_default(
    config: Config, where: Where, block: Block, old: Line | None, key: str
) -> Reply:
    refusal = check(Change(config=config, block=block, line=None, old=old)) if old else None
    if refusal is None:
        block.drop(key)
    return Reply(where=where, text=refusal or "", accepted=refusal is None)


def _warnings(config: Config, line: Line) -> list[str]:
    """Return the warnings of 17.6 and later.

    FN72510 shows that of an encryption, a transcript that of a transform with SHA-1.
    """
    words = line.rule.weak + line.rule.warned
    weak = config.software.warns and any(word in line.words for word in words)
    return [f"%Warning: weaker {line.rule.weak_kind} is deprecated"] if weak else []


def _enter(change: Change, where: Where, rule: Rule, key: str) -> Reply:
    """Open a block, a new one or the one that stands."""
    line = change.line
    if line is None or rule.enters is None:
        raise ValueError(key)
    if line.block is None:
        kind = variant_of(line.args["name"]) if rule.enters == "interface" else ""
        line.block = Block(change.config.modes[rule.enters + kind])
    change.block.lines[key] = line
    text = _text(_warnings(change.config, line) + effect(change))
    return Reply(where=(*where, key), text=text)


def _remove(config: Config, block: Block, found: Match, prefix: str) -> tuple[bool, list[str]]:
    """Return whether it was refused, and the notices."""
    rule = found.rule
    wordings = rewrite(found, block)
    keys = _covered(block, found) if rule.wide else [wording.key for wording in wordings]
    standing = [key for key in keys if key in block.lines]
    if rule.negatable and prefix == "no":
        return False, _negate(block, found)
    if not standing:
        return False, [rule.missing] if rule.missing else []
    notices: list[str] = []
    for key in standing:
        change = Change(config=config, block=block, line=None, old=block.lines.get(key))
        refusal = check(change)
        if refusal is not None:
            return True, [*notices, refusal]
        block.drop(key)
        notices += effect(change)
    return False, notices


def _covered(block: Block, found: Match) -> list[str]:
    """Return the keys of all lines that begin with the words of a wide line."""
    size = len(found.words)
    return [key for key, line in block.lines.items() if line.words[:size] == found.words]


def _negate(block: Block, found: Match) -> list[str]:
    negative = Line(rule=found.rule, words=found.words, args=found.args, negative=True)
    if negative.text == found.rule.hide:
        block.drop(found.key)
    else:
        block.lines[found.key] = negative
    return []
