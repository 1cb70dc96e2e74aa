"""Render: a router's plan as configuration text, keys as placeholders."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from nornir.core.task import Result, Task
from nornir_jinja2.plugins.tasks import template_file

from fvrf.plan.model import RouterPlan

TEMPLATES = Path(__file__).parent.parent / "templates"


@cache
def environment() -> Environment:
    """Return the one jinja2 environment (a new one for each host costs forty times as much)."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES / "iosxe"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - configuration text, not HTML
    )


def render(task: Task, plan: RouterPlan) -> Result:
    """Render a router; the result is the intended text."""
    run = task.run(template_file, template="router.j2", jinja_env=environment(), plan=plan)
    return Result(host=task.host, result=run.result)
