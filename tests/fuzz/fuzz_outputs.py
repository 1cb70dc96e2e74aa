"""The article's router as text, and ways to spoil a text."""

import re
from functools import cache
from pathlib import Path

from fuzz_vty import LOG, NAME
from hypothesis import strategies as st

from fvrf.iosxe.parse.commands import router_commands
from fvrf.plan.model import RouterPlan
from tasks.project import Selection, open_project

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "tests" / "fixtures"
JUNK = st.sampled_from(
    [
        f"\n{LOG}\n",
        LOG,
        f"\n{NAME}#",
        " --More-- ",
        "\n% Invalid input detected at '^' marker.\n",
        "\n% BGP not active\n",
        "\n",
        "\r\n",
        " ",
        "9",
        ".",
        "/",
        "224.0.0.1",
        "999.1.1.1",
    ]
) | st.text(max_size=8)


@cache
def article_plan() -> RouterPlan:
    """Return the plan of the article's router, as the shipped inventory has it."""
    project = open_project(ROOT / "config.yaml", Selection(), offline=True)
    return project.plan.routers["scus-onprem-csr"]


@cache
def article_outputs() -> dict[str, str]:
    """Return what the article's router prints when all is well, by command."""
    return {command: _captured(command) for command in router_commands(article_plan())}


def _captured(command: str) -> str:
    name = re.sub("[ |]+", "_", command) + ".txt"
    folder = FIXTURES / "article"
    file = next(f for f in (folder / "show" / name, folder / "composed" / name) if f.exists())
    return file.read_text(encoding="utf-8")


def spoiled(text: str, others: list[str], draw: st.DataObject) -> str:
    """Cut a text, lose parts of it, say parts twice, or mix others in: up to four times."""
    for _ in range(draw.draw(st.integers(1, 4))):
        text = draw.draw(st.sampled_from(WAYS))(text, others, draw)
    return text


def _cut(text: str, _others: list[str], draw: st.DataObject) -> str:
    return text[: draw.draw(st.integers(0, len(text)))]


def _cut_before(text: str, _others: list[str], draw: st.DataObject) -> str:
    return text[draw.draw(st.integers(0, len(text))) :]


def _lost(text: str, _others: list[str], draw: st.DataObject) -> str:
    start = draw.draw(st.integers(0, len(text)))
    return text[:start] + text[start + draw.draw(st.integers(1, 60)) :]


def _lines_lost(text: str, _others: list[str], draw: st.DataObject) -> str:
    lines = text.split("\n")
    start = draw.draw(st.integers(0, len(lines)))
    return "\n".join(lines[:start] + lines[start + draw.draw(st.integers(1, 4)) :])


def _line_again(text: str, _others: list[str], draw: st.DataObject) -> str:
    lines = text.split("\n")
    line = draw.draw(st.sampled_from(lines))
    lines.insert(draw.draw(st.integers(0, len(lines))), line)
    return "\n".join(lines)


def _mixed(text: str, others: list[str], draw: st.DataObject) -> str:
    lines, other = text.split("\n"), draw.draw(st.sampled_from(others)).split("\n")
    start = draw.draw(st.integers(0, len(other)))
    place = draw.draw(st.integers(0, len(lines)))
    lines[place:place] = other[start : start + draw.draw(st.integers(1, 30))]
    return "\n".join(lines)


def _junk(text: str, _others: list[str], draw: st.DataObject) -> str:
    place = draw.draw(st.integers(0, len(text)))
    return text[:place] + draw.draw(JUNK) + text[place:]


def _swapped(_text: str, others: list[str], draw: st.DataObject) -> str:
    return draw.draw(st.sampled_from(others))


WAYS = (_cut, _cut_before, _lost, _lines_lost, _line_again, _mixed, _junk, _swapped)
