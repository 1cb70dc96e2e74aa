"""The configuration file: Nornir's own keys and the project's under `user_defined`."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fvrf.errors import InputError, Problem
from tasks.plugins.inventory import read_yaml

Seconds = Annotated[float, Field(gt=0)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Timing(_Strict):
    """Every deadline and poll, in seconds of the product's clock; reads in real seconds."""

    verify_deadline_s: Seconds = 300
    verify_poll_s: Seconds = 5
    azure_operation_deadline_s: Seconds = 1800
    azure_poll_s: Seconds = 5
    azure_connect_timeout_s: Seconds = 10
    azure_read_timeout_s: Seconds = 60
    connect_timeout_s: Seconds = 20
    read_timeout_s: Seconds = 30
    deletion_timeout_s: Seconds = 90


class Settings(_Strict):
    """`user_defined` of the configuration file; every path is absolute here.

    `lab` is the run folder of the embedded lab, None on a real network. `known_hosts` None
    means the user's own. `clouds` names files with the endpoints of clouds of one's own.
    """

    lab: Path | None = None
    known_hosts: Path | None = None
    secrets: Path
    clouds: dict[str, Path] = {}
    backups: Path
    changes: Path
    backups_kept: Annotated[int, Field(ge=1)] = 30
    timing: Timing = Timing()


def read_config(path: Path) -> tuple[dict[str, Any], Settings]:
    """Return Nornir's arguments and our settings; raises InputError with all problems."""
    config = read_yaml(path)
    base = path.resolve().parent
    own = _absolute(dict(config.pop("user_defined", {})), base)
    try:
        settings = Settings.model_validate(own)
    except ValidationError as error:
        raise InputError(
            Problem(
                file=str(path),
                host="",
                path=".".join(("user_defined", *map(str, detail["loc"]))),
                message=detail["msg"],
            )
            for detail in error.errors()
        ) from error
    inventory = config.setdefault("inventory", {})
    inventory["options"] = _paths(inventory.get("options", {}), base)
    config["ssh"] = _paths(config.get("ssh", {}), base)
    return config, settings


def _paths(options: dict[str, str], base: Path) -> dict[str, str]:
    return {key: str(base / Path(value).expanduser()) for key, value in options.items()}


def _absolute(own: dict[str, Any], base: Path) -> dict[str, Any]:
    for key in ("lab", "known_hosts", "secrets", "backups", "changes"):
        if isinstance(own.get(key), str):
            own[key] = base / Path(own[key]).expanduser()
    own["clouds"] = _paths(own.get("clouds") or {}, base)
    return own
