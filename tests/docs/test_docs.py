"""The documents keep up with the code: every key, every option, every link."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from fvrf.checks.verdict import PROGRESS
from fvrf.crypto import POLICIES
from fvrf.intent import crypto, model
from fvrf.journal import Outcome
from runbooks.cli import app
from tasks import settings

ROOT = Path(__file__).parent.parent.parent
README = ROOT / "README.md"
PAGES = [README, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
# What the inventory's files do not hold: the whole inventory, made of them.
MADE = {"Intent"}

LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ (?P<text>.+)$", re.MULTILINE)


def read(name: str) -> str:
    """Return a page of docs/."""
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def models() -> Iterator[type[BaseModel]]:
    """Yield every model of the inventory and of the configuration file."""
    for module in (model, crypto, settings):
        for found in vars(module).values():
            if (
                isinstance(found, type)
                and issubclass(found, BaseModel)
                and found.__module__ == module.__name__
                and found.__name__ not in MADE
            ):
                yield found


FIELDS = [(found, field) for found in models() for field in found.model_fields]


@pytest.mark.parametrize(
    ("found", "field"), FIELDS, ids=[f"{found.__name__}.{field}" for found, field in FIELDS]
)
def test_every_key_has_a_row(found: type[BaseModel], field: str) -> None:
    assert f"| `{field}` |" in read("intent.md"), found


@pytest.mark.parametrize("field", [*settings.Timing.model_fields, "backups_kept"])
def test_the_default_of_a_number_is_the_codes(field: str) -> None:
    owner = settings.Timing if field in settings.Timing.model_fields else settings.Settings
    (row,) = re.findall(rf"^\| `{field}` \|.*$", read("intent.md"), re.MULTILINE)

    assert f"| {owner.model_fields[field].default} |" in row


@pytest.mark.parametrize("policy", POLICIES)
def test_every_crypto_policy_is_described(policy: str) -> None:
    assert f"| `{policy}` |" in read("intent.md")


def options() -> Iterator[tuple[str, str]]:
    """Yield (command, option) of every runbook."""
    import typer  # noqa: PLC0415 - as runbooks do

    def walk(name: str, command: object) -> Iterator[tuple[str, str]]:
        for parameter in getattr(command, "params", ()):
            for option in parameter.opts:
                if option.startswith("--"):
                    yield name, option
        for child, below in getattr(command, "commands", {}).items():
            yield from walk(f"{name} {child}".strip(), below)

    yield from walk("", typer.main.get_command(app))


# typer's own, the same in every program of its kind.
OWN = {"--install-completion", "--show-completion", "--help"}
OPTIONS = sorted({found for found in options() if found[1] not in OWN})


def test_runbooks_have_options() -> None:
    assert ("rollout", "--save-foreign") in OPTIONS


@pytest.mark.parametrize(("command", "option"), OPTIONS, ids=[" ".join(o) for o in OPTIONS])
def test_every_option_is_in_the_readme(command: str, option: str) -> None:
    text = README.read_text(encoding="utf-8")

    assert re.search(rf"(?<![\w-]){option}(?![\w-])", text), command


@pytest.mark.parametrize("command", sorted({command.split()[0] for command, _ in OPTIONS}))
def test_every_runbook_is_in_the_readme(command: str) -> None:
    assert re.search(rf"^\| `{command}\b", README.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_says_what_to_do(outcome: Outcome) -> None:
    assert re.search(rf"^\| `{outcome.value}`", read("safety.md"), re.MULTILINE)


def checks() -> list[str]:
    """Return the names of all checks, from the code that makes findings."""
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "fvrf/checks").glob("*.py")]
    return sorted(set(re.findall(r'check="(\w+)"', "\n".join(sources))))


@pytest.mark.parametrize("check", sorted({*checks(), *PROGRESS}))
def test_every_check_is_described(check: str) -> None:
    assert f"| `{check}` |" in read("verification.md")


def anchor(heading: str) -> str:
    """Return the anchor of a heading, as the usual renderers make it."""
    text = re.sub(r"[^\w\- ]", "", heading.lower())
    return text.replace(" ", "-")


LINKS = [
    (page, match["target"])
    for page in PAGES
    for match in LINK.finditer(FENCE.sub("", page.read_text(encoding="utf-8")))
    if "://" not in match["target"]
]


@pytest.mark.parametrize(
    ("page", "target"), LINKS, ids=[f"{page.name}->{target}" for page, target in LINKS]
)
def test_relative_links_resolve(page: Path, target: str) -> None:
    name, _, fragment = target.partition("#")
    there = page.parent / name if name else page

    assert there.exists()
    if fragment:
        headings = HEADING.findall(there.read_text(encoding="utf-8"))
        assert fragment in map(anchor, headings)
