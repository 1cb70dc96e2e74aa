"""The waves of a run: the configuration file's, with what the command line says instead."""

from collections.abc import Iterator

from pydantic import ValidationError

from fvrf.errors import InputError, Problem
from fvrf.waves import WaveRules
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
        raise InputError([_problem(detail) for detail in error.errors()]) from error
    problems = list(_unknown_canaries(project, rules))
    if problems:
        raise InputError(problems)
    return rules


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


def _problem(detail: object) -> Problem:
    found = detail if isinstance(detail, dict) else {}
    return Problem(
        file="waves",
        host="",
        path=".".join(map(str, found.get("loc", ()))),
        message=str(found.get("msg", "")).removeprefix("Value error, "),
        value=str(found.get("input", "")),
    )
