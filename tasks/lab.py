"""The embedded lab from outside: started as a process, spoken to through its control interface.

The contract is lab/README.md; nothing of the lab is imported.
"""

import json
import os
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fvrf.errors import CannotLook

_START_TIMEOUT_S = 30.0
_STOP_TIMEOUT_S = 15.0
_CALL_TIMEOUT_S = 10.0


def facts(folder: Path) -> dict[str, Any] | None:
    """Return `lab.json` of a running lab, None where none runs in this folder."""
    try:
        content: dict[str, Any] = json.loads((folder / "lab.json").read_text(encoding="utf-8"))
        os.kill(content["pid"], 0)
    except (OSError, ValueError):
        return None
    return content


def require(folder: Path) -> dict[str, Any]:
    """Return `lab.json`; raises CannotLook where no lab runs."""
    found = facts(folder)
    if found is None:
        raise CannotLook(
            f"no lab is running in {folder}",
            remedy="start one with `python runbooks/lab.py up`, or name another --config",
            code="F220",
        )
    return found


def start(
    folder: Path, *, speed: float, more: Sequence[str] = (), reads_s: float = 0.0
) -> dict[str, Any]:
    """Start a lab in the background and return its facts; raises CannotLook if it does not come.

    `more` are options of `python -m lab up`, `reads_s` is how long it may take to read its world.
    """
    if facts(folder) is not None:
        raise CannotLook(
            f"a lab is running in {folder} already", remedy="`lab down` ends it", code="F221"
        )
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "start.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "lab", "up", "--run", str(folder), "--speed", str(speed), *more],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    deadline = time.monotonic() + _START_TIMEOUT_S + reads_s
    while time.monotonic() < deadline and process.poll() is None:
        found = facts(folder)
        if found is not None:
            return found
        time.sleep(0.05)
    raise CannotLook(
        f"the lab did not start: {(folder / 'start.log').read_text(encoding='utf-8')[-2000:]}",
        code="F222",
    )


def stop(folder: Path) -> None:
    """End the lab and wait until it is gone."""
    require(folder)
    call(folder, "POST", "/stop")
    deadline = time.monotonic() + _STOP_TIMEOUT_S
    while facts(folder) is not None:
        if time.monotonic() > deadline:
            raise CannotLook(f"the lab in {folder} does not end", code="F223")
        time.sleep(0.05)


def clock(folder: Path) -> tuple[datetime, float]:
    """Return the time of a lab and its speed; raises CannotLook where none runs.

    A run that goes on with another's journal must count the same time.
    """
    found = call(folder, "POST", "/clock", {})
    return datetime.fromtimestamp(found["now"], UTC), float(found["speed"])


def call(folder: Path, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
    """Make one call of the control interface; raises CannotLook with the lab's own words."""
    address = require(folder)["control"]
    token = (folder / "secrets" / "control").read_text(encoding="utf-8")
    request = urllib.request.Request(  # noqa: S310 - https on loopback
        f"{address}{path}",
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    context = ssl.create_default_context(cafile=str(folder / "ca.pem"))
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
    )
    try:
        with opener.open(request, timeout=_CALL_TIMEOUT_S) as response:
            text = response.read().decode()
    except urllib.error.HTTPError as error:
        raise CannotLook(f"the lab refused {method} {path}: {error.read().decode()}") from error
    except OSError as error:
        raise CannotLook(f"the lab does not answer: {error}", code="F224") from error
    return json.loads(text) if text else None
