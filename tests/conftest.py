"""What the product's tests share."""

from pathlib import Path

import pytest

from fvrf.intent.model import Intent
from fvrf.plan.model import Plan
from tasks.project import Project, Selection, open_project

ROOT = Path(__file__).parent.parent


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
