"""Matching a typed line against a mode, word by word, by unambiguous prefixes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from string import Formatter
from typing import Literal

from lab.router.arguments import Token, tokenize
from lab.router.grammar import Mode, Rule
from lab.router.patterns import Path, Step

MASK = "*****"


class _Blank(dict[str, str]):
    """Arguments of which those not typed are empty."""

    def __missing__(self, _name: str) -> str:
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A line understood: its canonical words and named arguments.

    `key` names the line in its block; `masked` is its text with secrets hidden.
    """

    rule: Rule
    words: tuple[str, ...]
    args: Mapping[str, str]
    key: str
    masked: str

    @property
    def text(self) -> str:
        """The canonical line."""
        return " ".join(self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A line refused; `column` is how far it was understood, where the caret points."""

    kind: Literal["invalid", "incomplete", "ambiguous"]
    column: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """A path half walked: `at` is its next step, `token` the next token to read."""

    rule: Rule
    path: Path
    at: int = 0
    token: int = 0
    words: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    args: Mapping[str, str] = field(default_factory=dict)

    def take(self, word: str, count: int = 1) -> list["_State"]:
        """Return the states after this step took `word`."""
        step = self.path.steps[self.at]
        words = () if step.silent else (word,)
        named = self.at < self.path.named_by
        args = self.args
        if step.name is not None:
            held = args.get(step.name) if step.repeat else None
            args = {**args, step.name: f"{held} {word}" if held else word}

        def after(at: int) -> _State:
            return _State(
                rule=self.rule,
                path=self.path,
                at=at,
                token=self.token + count,
                words=self.words + words,
                shown=self.shown + ((MASK,) if step.secret else words),
                key=self.key + (words if named else ()),
                args=args,
            )

        return [after(self.at), after(self.at + 1)] if step.repeat else [after(self.at + 1)]

    def ends(self, *, negated: bool) -> bool:
        """Tell whether the line may end here."""
        if self.at == len(self.path.steps):
            return negated or not self.rule.wide
        if not negated or self.at < self.path.named_by:
            return False
        return self.rule.key is None or self._template_filled()

    def _template_filled(self) -> bool:
        fields = (name for _, name, _, _ in Formatter().parse(self.rule.key or "") if name)
        return all(name in self.args for name in fields)

    def match(self) -> Match:
        """Return the line as understood; a `rewrite` completes a key that lacks an argument."""
        template = self.rule.key
        key = " ".join(self.key) if template is None else template.format_map(_Blank(self.args))
        return Match(
            rule=self.rule,
            words=self.words,
            args=self.args,
            key=key,
            masked=" ".join(self.shown),
        )


@lru_cache(maxsize=16384)
def match(mode: Mode, line: str, start: int = 0, *, negated: bool = False) -> Match | Failure:
    """Match `line` from the column `start` on; `negated` after `no` or `default`."""
    tokens = [Token(token.text, token.column + start) for token in tokenize(line, start)]
    if not tokens:
        return Failure(kind="incomplete", column=len(line))
    states = [
        _State(rule=rule, path=path)
        for word, paths in mode.index.items()
        if not word or word.startswith(tokens[0].text.lower())
        for rule, path in paths
        if negated or not rule.wide
    ]
    for at in range(len(tokens)):
        ready = [state for state in states if state.token == at]
        waiting = [state for state in states if state.token > at]
        moved = _advance(ready, tokens, at)
        if moved is None:
            return Failure(kind="ambiguous", column=tokens[at].column)
        if not moved and not waiting:
            column = _caret(_offered(mode, ready, at), tokens[at])
            return Failure(kind="invalid", column=max(column, _digits(ready, tokens[at])))
        states = moved + waiting
    ended = [state for state in states if state.ends(negated=negated)]
    return ended[0].match() if ended else Failure(kind="incomplete", column=len(line))


def offers(mode: Mode, line: str) -> str:
    """Return what `?` lists behind a line begun: words and arguments, without their help texts."""
    tokens = tokenize(line)
    begun = tokens.pop() if tokens and not line[-1:].isspace() else None
    states = [_State(rule=rule, path=path) for rule in mode.rules for path in rule.paths]
    for at in range(len(tokens)):
        waiting = [state for state in states if state.token > at]
        moved = _advance([state for state in states if state.token == at], tokens, at)
        states = (moved or []) + waiting
    words = {word for state in states for word in _shown(state)}
    fitting = sorted(w for w in words if begun is None or w.startswith(begun.text.lower()))
    if begun is None and any(state.ends(negated=False) for state in states):
        fitting.append("<cr>")
    return "".join(f"  {word}\n" for word in fitting) or "% Unrecognized command\n"


def _shown(state: _State) -> tuple[str, ...]:
    step = _step(state)
    if step is None:
        return ()
    return step.keywords or ((step.name or "").upper(),)


def _advance(states: list[_State], tokens: Sequence[Token], at: int) -> list[_State] | None:
    """Return the states after the token; None if a keyword is abbreviated too much.

    A keyword goes before an argument, the whole keyword before an abbreviation.
    """
    text = tokens[at].text.lower()
    offered = {
        word for state in states for word in _keywords(state) if word.lower().startswith(text)
    }
    offered = {word for word in offered if word.lower() == text} or offered
    if len(offered) > 1:
        return None
    if offered:
        (word,) = offered
        return [after for s in states if word in _keywords(s) for after in s.take(word)]
    moved = []
    for state in states:
        step = _step(state)
        taken = step.read(tokens, at) if step is not None and step.read is not None else None
        if taken is not None:
            moved += state.take(*taken)
    return moved


def _step(state: _State) -> Step | None:
    return state.path.steps[state.at] if state.at < len(state.path.steps) else None


def _keywords(state: _State) -> tuple[str, ...]:
    step = _step(state)
    return step.keywords if step is not None else ()


def _offered(mode: Mode, states: list[_State], at: int) -> Iterable[str]:
    return mode.index if at == 0 else (word for state in states for word in _keywords(state))


def _caret(words: Iterable[str], token: Token) -> int:
    """Return the column of the first character that no keyword has."""
    text = token.text.lower()
    return token.column + max((_common(word, text) for word in words), default=0)


def _digits(states: list[_State], token: Token) -> int:
    """Return the column behind the digits with which a token begins, where a number may stand."""
    steps = [step for state in states if (step := _step(state)) is not None]
    rest = token.text.lstrip("0123456789")
    if not rest or not any(step.number for step in steps):
        return token.column
    return token.column + len(token.text) - len(rest)


def _common(word: str, text: str) -> int:
    pairs = enumerate(zip(word, text, strict=False))
    return next((at for at, (one, other) in pairs if one != other), min(len(word), len(text)))
