"""The change report: what one run found, did and proved, and its JSON."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from fvrf.checks.finding import Finding
from fvrf.errors import InputError, Problem
from fvrf.journal import Outcome, Timing, check_schema

SCHEMA = 1
StepResult = Literal["done", "failed", "undone", "skipped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AzureStep:
    """One write to Azure: `action` on `resource`; `detail` says which fields, or what went wrong.

    `undone` was done and taken back again; `skipped` was planned and never begun.
    """

    action: str
    resource: str
    result: StepResult
    detail: str = ""
    connection: str | None = None
    duration_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionReport:
    """The Azure end of one connection."""

    name: str
    gateway: str
    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """The proven backup of the running configuration from before the change."""

    path: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterReport:
    """One router and its connections.

    `findings` are taken before and after, `post` empty where nothing was looked at afterwards.
    `commands` are the lines sent, `diff` is a unified diff; both hold placeholders for keys.
    `wave` counts from 1, None where there was but one.
    """

    host: str
    site: str
    outcome: Outcome
    reason: str = ""
    pre: tuple[Finding, ...] = ()
    post: tuple[Finding, ...] = ()
    diff: str = ""
    commands: tuple[str, ...] = ()
    azure: tuple[AzureStep, ...] = ()
    connections: tuple[ConnectionReport, ...] = ()
    timings: tuple[Timing, ...] = ()
    backup: Backup | None = None
    warnings: tuple[str, ...] = ()
    wave: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayReport:
    """One gateway: what was done there for no router of the selection, and how it went.

    `reason` is empty where nothing went wrong.
    """

    host: str
    reason: str = ""
    steps: tuple[AzureStep, ...] = ()
    timings: tuple[Timing, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeReport:
    """One run of a runbook; `command` is what the operator typed, `warnings` are the plan's.

    `exit_code` is that of the process (0 proven, 1 not as intended, 2 nothing written, 3 stopped);
    `error` says what ended the whole run early, if anything did.
    """

    change_id: str
    command: str
    tool_version: str
    started: datetime
    finished: datetime
    exit_code: int
    routers: tuple[RouterReport, ...]
    gateways: tuple[GatewayReport, ...] = ()
    warnings: tuple[str, ...] = ()
    error: str = ""

    @property
    def counts(self) -> Mapping[Outcome, int]:
        """How many routers had each outcome, in the order of the outcomes, zeros left out."""
        found = Counter(router.outcome for router in self.routers)
        return {outcome: found[outcome] for outcome in Outcome if found[outcome]}


def to_json(report: ChangeReport) -> str:
    """Write the report as indented JSON, with its schema version and the outcome counts."""
    body = _adapter().dump_python(report, mode="json")
    return json.dumps({"schema": SCHEMA, "counts": report.counts, **body}, indent=2) + "\n"


def from_json(text: str, *, file: str = "report.json") -> ChangeReport:
    """Read a report back; `file` names it in the errors.

    Raises InputError for a newer schema and for anything that is no report.
    """
    try:
        record: Any = json.loads(text)
    except ValueError as error:
        raise _damaged(file, "", "not JSON") from error
    if not isinstance(record, dict):
        raise _damaged(file, "", "not a report")
    check_schema(record.get("schema"), known=SCHEMA, file=file)
    try:
        return _adapter().validate_python(record)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        raise _damaged(file, ".".join(map(str, first["loc"])), first["msg"]) from error


@cache
def _adapter() -> TypeAdapter[ChangeReport]:
    return TypeAdapter(ChangeReport)


def _damaged(file: str, path: str, message: str) -> InputError:
    return InputError([Problem(file=file, host="", path=path, message=message)])
