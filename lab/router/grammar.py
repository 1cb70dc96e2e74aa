"""The command grammar: rules of lines in modes, read from the YAML files beside this module.

The order of the rules in a mode is the order in which the running configuration prints them; a
text in quotes between them is a separator line that is printed there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path as File
from typing import Any

import yaml

from lab.router.patterns import Path, compile_pattern


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rule:
    """A line that a mode takes; the YAML keys are these fields.

    `key` names the line where its leading words do not (a template over the arguments).
    `hide` is the default, never printed; `absent` is printed where no line has the key.
    `negatable` lines are printed with their `no` if they were negated.
    `wide` lines exist only with `no` and remove every line that begins with them.
    `group` and `by` (arguments) order lines among each other. `only` limits a rule to a variant.
    `negated` is the line that stands after `no`, where that is not the default.
    `before`, `after` and `closes` are separators around a block, `trail` is a trailing space.
    `again` answers a line that already stands, `missing` the removal of one that does not.
    `asks` is a question before a line is removed, or before an action is done; `says` is what
    the action `say` prints.
    `weak` are words that newer releases refuse, or warn of as a weaker `weak_kind`; of `warned`
    ones they warn alone.
    `since` and `until` are the first and the last release that has the line, e.g. 17.7.
    `rewrite`, `check` and `effect` name functions of the modules `rewrites` and `effects`.
    """

    line: str
    title: str
    paths: tuple[Path, ...]
    rank: int
    key: str | None = None
    enters: str | None = None
    hide: str | None = None
    absent: str | None = None
    negatable: bool = False
    negated: str | None = None
    wide: bool = False
    group: str | None = None
    by: tuple[str, ...] = ()
    only: str | None = None
    before: str | None = None
    after: str | None = None
    closes: str | None = None
    trail: bool = False
    again: str | None = None
    missing: str | None = None
    rewrite: str | None = None
    check: str | None = None
    effect: str | None = None
    action: str | None = None
    does: str | None = None
    level: int = 1
    asks: str | None = None
    says: str | None = None
    weak: tuple[str, ...] = ()
    weak_kind: str = "encryption algorithm"
    warned: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None

    def exists(self, release: "Release") -> bool:
        """Tell whether a release has the line."""
        after = self.since is None or _release(self.since) <= release
        return after and (self.until is None or release <= _release(self.until))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mode:
    """A mode: its prompt, e.g. `config-if`, its rules and its separators by rank."""

    name: str
    prompt: str
    rules: tuple[Rule, ...]
    separators: Mapping[int, str]
    index: Mapping[str, tuple[tuple[Rule, Path], ...]] = field(repr=False)


Modes = Mapping[str, Mode]
Release = tuple[int, int]
ANY: Release = (0, 0)


def _release(text: str) -> Release:
    train, _, number = text.partition(".")
    return int(train), int(number)


@cache
def config_modes(release: Release) -> Modes:
    """Return the configuration modes of a release by name."""
    return _load("config.yaml", release)


@cache
def exec_mode(privilege: int) -> Mode:
    """Return the EXEC commands that exist at a privilege."""
    mode = _all_commands()
    rules = [rule for rule in mode.rules if rule.level <= privilege]
    return replace(mode, rules=tuple(rules), index=_index(rules))


@cache
def _all_commands() -> Mode:
    return _load("exec.yaml", ANY)["exec"]


def _load(name: str, release: Release) -> Modes:
    text = File(__file__).with_name(name).read_text(encoding="utf-8")
    source = yaml.load(text, Loader=yaml.CSafeLoader)
    fragments = source.get("fragments", {})
    modes: dict[str, Mode] = {}
    for mode, body in source["modes"].items():
        items = list(_included(body["lines"], fragments))
        for variant in body.get("variants", [""]):
            modes[mode + variant] = _mode(mode + variant, body, items, release)
    return modes


def _included(items: list[Any], fragments: Mapping[str, list[Any]]) -> Iterator[Any]:
    for item in items:
        if isinstance(item, dict) and "include" in item:
            yield from _included(fragments[item["include"]], fragments)
        else:
            yield item


def _mode(name: str, body: Mapping[str, Any], items: list[Any], release: Release) -> Mode:
    variant = next((one for one in body.get("variants", []) if name.endswith(one)), "")
    rules = []
    separators = {}
    for rank, item in enumerate(items):
        if item == "!":
            separators[rank] = item
            continue
        rule = _rule(item if isinstance(item, dict) else {"line": item}, rank)
        if rule.only in (None, variant) and rule.exists(release):
            rules.append(rule)
    return Mode(
        name=name,
        prompt=body.get("prompts", {}).get(variant, body["prompt"]),
        rules=tuple(rules),
        separators=separators,
        index=_index(rules),
    )


def _rule(fields: dict[str, Any], rank: int) -> Rule:
    title, paths = compile_pattern(fields["line"])
    lists = {name: tuple(fields.get(name, ())) for name in ("by", "weak", "warned")}
    made = {"title": title, **fields, **lists, "paths": paths, "rank": rank}
    return Rule(**made)


def _index(rules: list[Rule]) -> Mapping[str, tuple[tuple[Rule, Path], ...]]:
    """Return the paths of rules by their first keyword, those that begin otherwise under ""."""
    index: dict[str, list[tuple[Rule, Path]]] = {}
    for rule in rules:
        for path in rule.paths:
            for word in path.steps[0].keywords or ("",):
                index.setdefault(word, []).append((rule, path))
    return {word: tuple(paths) for word, paths in index.items()}
