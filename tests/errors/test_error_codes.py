"""Every error code in the tree has one meaning and one section in docs/errors.md."""

import re
from pathlib import Path

import pytest

from fvrf import errors

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
SECTION = re.compile(
    r"^### (?P<code>F\d{3}) (?P<title>.+)\n"
    r"- \*\*Message:\*\* (?P<message>.+)\n"
    r"- \*\*Meaning:\*\* (?P<meaning>.+)\n"
    r"- \*\*What to do:\*\* (?P<remedy>.+)\n"
    r"- \*\*Raised in:\*\* (?P<places>`.+`)$",
    re.MULTILINE,
)
SECTIONS = list(SECTION.finditer(PAGE))
# The exit code of each family, which its heading names.
EXITS = {"F0": 2, "F1": 2, "F2": 2, "F3": 2, "F4": 2, "F5": 1}


def raised() -> dict[str, set[str]]:
    """Return the files in which each code stands."""
    found: dict[str, set[str]] = {}
    for folder in ("fvrf", "tasks", "runbooks"):
        for file in (ROOT / folder).rglob("*.py"):
            for code in re.findall(r"[\"'](F\d{3})[\"']", file.read_text(encoding="utf-8")):
                found.setdefault(code, set()).add(file.relative_to(ROOT).as_posix())
    return found


def test_every_section_has_all_its_parts() -> None:
    assert len(SECTIONS) == PAGE.count("\n### ")


def test_every_code_is_documented_exactly_once_and_in_order() -> None:
    assert [section["code"] for section in SECTIONS] == sorted(raised())


def test_a_code_stands_only_where_its_section_says() -> None:
    """One code has one meaning: whoever raises it elsewhere reads its section first."""
    documented = {s["code"]: set(re.findall(r"`([^`]+)`", s["places"])) for s in SECTIONS}

    assert documented == raised()


@pytest.mark.parametrize("part", ["title", "meaning"])
def test_no_two_codes_mean_the_same(part: str) -> None:
    texts = [section[part] for section in SECTIONS]

    assert sorted(set(texts)) == sorted(texts)


def test_the_classes_have_the_codes_and_exit_codes_of_their_families() -> None:
    classes = [
        errors.FvrfError,
        errors.InputError,
        errors.CannotLook,
        errors.Refused,
        errors.Conflict,
        errors.ChangeFailed,
        errors.Unknown,
    ]

    assert {c.code: c.exit_code for c in classes} == {
        "F000": 2,
        "F100": 2,
        "F200": 2,
        "F300": 2,
        "F400": 2,
        "F500": 1,
        "F590": 1,
    }
    for family, code in EXITS.items():
        (heading,) = re.findall(rf"^## {family}xx: .*$", PAGE, re.MULTILINE)
        assert f"exit {code}" in heading
