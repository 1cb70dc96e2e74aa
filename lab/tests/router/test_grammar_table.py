"""The grammar takes and refuses what public sources say that IOS-XE does: one line a case."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from lab.clock import Clock
from lab.router.device import Router
from lab.router.software import SOFTWARE
from lab.tests.router.rack import NAME, Console, day0_text

TABLE: dict[str, Any] = yaml.safe_load(
    Path(__file__).with_name("grammar_table.yaml").read_text(encoding="utf-8")
)
CSR = "csr1000v-16.12"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A line of the table: what is typed, what is printed, whether anything changes."""

    line: str
    says: str
    refused: bool

    @classmethod
    def of(cls, row: dict[str, Any], prompt: str) -> "Case":
        """Read a row; the caret stands below the `^` in its line."""
        marked = str(row["line"])
        line = marked.replace("^", "")
        said = row.get("says", "")
        if marked != line:
            caret = " " * (len(prompt) + marked.index("^")) + "^"
            said = f"{caret}\n% Invalid input detected at '^' marker.\n"
        texts = {
            "incomplete": "% Incomplete command.\n",
            "ambiguous": f'% Ambiguous command:  "{line}"',
        }
        refused = row.get("refused", False) or marked != line or said in texts
        return cls(line=line, says=texts.get(said, said), refused=refused)


def ident(row: dict[str, Any]) -> str:
    return f"{row.get('platform', CSR)}: {row['in']}: {row['line']}"


@pytest.mark.parametrize("row", TABLE["lines"], ids=ident)
def test_a_line_is_taken_or_refused_as_its_source_says(row: dict[str, Any]) -> None:
    software = SOFTWARE[row.get("platform", CSR)]
    router = Router(NAME, day0_text(), Clock(speed=0), software=software)
    console = Console(router)
    console.type("configure terminal", *TABLE["modes"][row["in"]])
    case = Case.of(row, console.prompt)
    before = router.running_text()
    assert console.type(case.line) == case.says
    if case.refused:
        assert router.running_text() == before


def test_the_table_is_long_enough_and_a_third_of_it_refuses() -> None:
    cases = [Case.of(row, "") for row in TABLE["lines"]]
    assert len(cases) >= 120
    assert sum(case.refused for case in cases) * 3 >= len(cases)


def test_every_line_has_a_source_and_a_mode() -> None:
    for row in TABLE["lines"]:
        assert row["in"] in TABLE["modes"]
        assert row["source"]
    assert len({ident(row) for row in TABLE["lines"]}) == len(TABLE["lines"])
