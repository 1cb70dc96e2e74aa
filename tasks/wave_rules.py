"""The waves and the window of a run, as the command line has them before the files."""

from collections.abc import Iterator

from pydantic import ValidationError

from fvrf.errors import InputError, Problem
from fvrf.waves import WaveRules
from fvrf.window import Window
from tasks.project import Project


def wave_rules(project: Project, **given: object) -> WaveRules:
    """Return the rules; what is given as None or empty is the file's.

    Raises InputError for a rule that is none, and for a canary that is no router of the inventory.
    """
    set_here = {name: value for name, value in given.items() if value not in (None, "", [])}
    if isinstance(set_here.get("sizes"), str):
        set_here["sizes"] = str(set_here["sizes"]).replace(" ", "").split(",")
    try:
        rules = WaveRules.model_validate({**project.settings.waves.model_dump(), **set_here})
    except ValidationError as error:
        raise InputError([_problem("waves", detail) for detail in error.errors()]) from error
    problems = list(_unknown_canaries(project, rules))
    if problems:
        raise InputError(problems)
    return rules


def window_of(text: str) -> Window | None:
    """Return the window of the command line, None for an empty text; raises InputError."""
    try:
        return Window.of(text) if text else None
    except ValidationError as error:
        raise InputError([_problem("--window", detail) for detail in error.errors()]) from error


def _unknown_canaries(project: Project, rules: WaveRules) -> Iterator[Problem]:
    for host in rules.canary:
        if host not in project.intent.routers:
            known = ", ".join(list(project.intent.routers)[:5])
            yield Problem(
                file="waves",
                host="",
                path="canary",
                message="no such router",
                value=host,
                remedy=f"one of {known} …",
            )


def _problem(file: str, detail: object) -> Problem:
    found = detail if isinstance(detail, dict) else {}
    return Problem(
        file=file,
        host="",
        path=".".join(map(str, found.get("loc", ()))),
        message=str(found.get("msg", "")).removeprefix("Value error, "),
        value=str(found.get("input", "")),
    )
