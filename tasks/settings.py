"""The configuration file: Nornir's own keys and the project's under `user_defined`."""

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fvrf.errors import InputError, Problem
from fvrf.intent.pacing import Pacing
from fvrf.waves import WaveRules
from tasks.yaml_file import read_mapping, shown

Seconds = Annotated[float, Field(strict=True, gt=0, allow_inf_nan=False)]
# Nornir's own sections, each a mapping; unknown ones it would refuse with a traceback.
_SECTIONS = ("inventory", "runner", "logging", "ssh", "core", "user_defined")
_INVENTORY_FILES = ("host_file", "group_file", "defaults_file")
_PLUGIN = "FvrfInventory"
_MORE_THAN_NOTHING = frozenset({"host_deadline_s", "logins_per_s", "site_logins_per_s"})


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Timing(_Strict):
    """Every deadline and poll, in seconds of the product's clock; reads and secrets in real ones.

    `traffic_deadline_s` is how long a tunnel's packet counts may stand still while all else is
    well: BGP says something every 60 s. `azure_step_s` and `push_line_s` are what one step and
    one line are taken to last when a revert timer is chosen.
    """

    verify_deadline_s: Seconds = 300
    verify_poll_s: Seconds = 5
    traffic_deadline_s: Seconds = 70
    azure_operation_deadline_s: Seconds = 1800
    azure_gateway_deadline_s: Seconds = 5400
    azure_poll_s: Seconds = 5
    azure_observe_deadline_s: Seconds = 120
    azure_step_s: Seconds = 60
    push_line_s: Seconds = 0.5
    azure_connect_timeout_s: Seconds = 10
    azure_read_timeout_s: Seconds = 60
    connect_timeout_s: Seconds = 20
    read_timeout_s: Seconds = 30
    deletion_timeout_s: Seconds = 90
    secret_timeout_s: Seconds = 30


class Settings(_Strict):
    """`user_defined` of the configuration file; every path is absolute here.

    `lab` is the run folder of the embedded lab, None on a real network. `known_hosts` None
    means the user's own. `clouds` names files with the endpoints of clouds of one's own, `vaults`
    for a key vault the gateway whose cloud and identity lead to it.
    """

    lab: Path | None = None
    known_hosts: Path | None = None
    secrets: Path
    clouds: dict[str, Path] = {}
    vaults: dict[str, str] = {}
    backups: Path
    changes: Path
    backups_kept: Annotated[int, Field(strict=True, ge=1)] = 30
    timing: Timing = Timing()
    pacing: Pacing = Pacing()
    waves: WaveRules = WaveRules()


def read_config(path: Path) -> tuple[dict[str, Any], Settings]:
    """Return Nornir's arguments and our settings; raises InputError with all problems."""
    config = read_mapping(path)
    problems = list(_section_problems(path, config))
    sections = {name: dict(_mapping(config.get(name))) for name in _SECTIONS}
    problems += _inventory_problems(path, sections["inventory"])
    base = path.resolve().parent
    own = sections.pop("user_defined")
    try:
        settings = Settings.model_validate(_absolute(own, base))
    except ValidationError as error:
        problems += [_setting_problem(path, detail) for detail in error.errors()]
        raise InputError(problems) from error
    if problems:
        raise InputError(problems)
    sections["inventory"]["options"] = _paths(sections["inventory"]["options"], base)
    sections["ssh"] = _paths(sections["ssh"], base)
    return {name: section for name, section in sections.items() if section}, settings


def _section_problems(path: Path, config: Mapping[str, Any]) -> Iterator[Problem]:
    for name, section in config.items():
        if name not in _SECTIONS:
            yield _problem(path, name, "unknown key", remedy=f"one of {', '.join(_SECTIONS)}")
        elif not isinstance(section or {}, dict):
            yield _problem(path, name, "must be a mapping")
    for key, value in _mapping(config.get("ssh")).items():
        if not isinstance(value, str):
            yield _problem(path, f"ssh.{key}", "must be a path")
    options = _mapping(_mapping(config.get("runner")).get("options"))
    workers = options.get("num_workers", 1)
    if type(workers) is not int or workers < 1:
        where = "runner.options.num_workers"
        yield _problem(path, where, "must be a number from 1 up", value=str(workers))
    for name in _MORE_THAN_NOTHING & options.keys():
        if type(options[name]) not in {int, float} or not 0 < options[name] < math.inf:
            where = f"runner.options.{name}"
            yield _problem(path, where, "must be a number above 0", value=str(options[name]))


def _inventory_problems(path: Path, inventory: Mapping[str, Any]) -> Iterator[Problem]:
    if inventory.get("plugin") != _PLUGIN:
        yield _problem(path, "inventory.plugin", f"must be {_PLUGIN}")
    options = _mapping(inventory.get("options"))
    for name in _INVENTORY_FILES:
        if not isinstance(options.get(name), str):
            yield _problem(path, f"inventory.options.{name}", "must be a path")
    for name in options:
        if name not in _INVENTORY_FILES:
            yield _problem(path, f"inventory.options.{name}", "unknown key")


def _setting_problem(path: Path, detail: Any) -> Problem:  # noqa: ANN401 - pydantic's ErrorDetails
    where = ".".join(("user_defined", *map(str, detail["loc"])))
    if detail["type"] == "missing":
        return _problem(path, where, "is required")
    if detail["type"] == "extra_forbidden":
        return _problem(path, where, "unknown key", remedy="remove it or correct its spelling")
    value = detail["input"]
    return _problem(
        path, where, detail["msg"], value=None if isinstance(value, dict | list) else str(value)
    )


def _problem(
    path: Path, where: str, message: str, *, value: str | None = None, remedy: str | None = None
) -> Problem:
    return Problem(
        file=shown(path), host="", path=where, message=message, value=value, remedy=remedy
    )


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _paths(options: Mapping[str, str], base: Path) -> dict[str, str]:
    return {key: str(base / Path(value).expanduser()) for key, value in options.items()}


def _absolute(own: Mapping[str, Any], base: Path) -> dict[str, Any]:
    """Resolve every path against the folder of the configuration file."""

    def resolved(value: object) -> object:
        return base / Path(value).expanduser() if isinstance(value, str) else value

    made = {**own, "clouds": own.get("clouds") or {}}
    for name in ("lab", "known_hosts", "secrets", "backups", "changes"):
        if name in own:
            made[name] = resolved(own[name])
    if isinstance(made["clouds"], dict):
        made["clouds"] = {name: resolved(file) for name, file in made["clouds"].items()}
    return made
