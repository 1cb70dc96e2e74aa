"""What the product's tests share."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from fvrf.intent.model import Intent
from fvrf.plan.model import Plan
from tasks.project import Project, Selection, open_project

ROOT = Path(__file__).parent.parent


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests counted (`record_property("counts", text)`), also of those that passed."""
    reports: Iterable[pytest.TestReport] = (
        report
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, [])
    )
    for report in reports:
        for name, text in report.user_properties:
            if name == "counts":
                terminalreporter.write_line(str(text))


@pytest.fixture(scope="session")
def project() -> Project:
    """The shipped inventory, opened without a lab."""
    return open_project(ROOT / "config.yaml", Selection(), offline=True)


@pytest.fixture(scope="session")
def intent(project: Project) -> Intent:
    """The shipped inventory's intent."""
    return project.intent


@pytest.fixture(scope="session")
def plan(project: Project) -> Plan:
    """The shipped inventory's plan."""
    return project.plan
