"""One Nornir task on many hosts: what each returned, and what went wrong where."""

import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from nornir.core.task import Result, Task

from fvrf.errors import CannotLook, FvrfError
from tasks.project import Project

_HOME = Path(__file__).parent.parent


def run_on(
    project: Project,
    hosts: Sequence[str],
    task: Callable[[Task], Result],
    wrap: type[FvrfError],
) -> tuple[dict[str, Any], dict[str, FvrfError]]:
    """Return the results, and the errors of those that raised; `wrap` makes one of a mistake."""
    done: dict[str, Any] = {}
    errors: dict[str, FvrfError] = {}
    for host, results in project.only(hosts).run(task=task).items():
        error = results[0].exception
        if error is None:
            done[host] = results[0].result
        else:
            errors[host] = error if isinstance(error, FvrfError) else unexpected(error, wrap)
    return done, errors


def run_all(
    project: Project, hosts: Sequence[str], task: Callable[[Task], Result]
) -> dict[str, Any]:
    """Run a task on hosts and return the results; raises the first error."""
    done, errors = run_on(project, hosts, task, CannotLook)
    for error in errors.values():
        raise error
    return done


def unexpected(error: BaseException, wrap: type[FvrfError]) -> FvrfError:
    """Word a mistake of ours by its type and place, not by its text: that may hold anything."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if _is_ours(Path(frame.filename))]
    place = (ours or frames)[-1:]
    where = "".join(f" in {Path(frame.filename).name}:{frame.lineno}" for frame in place)
    return wrap(f"unexpected {type(error).__name__}{where}", code="F002")


def _is_ours(file: Path) -> bool:
    return file.is_relative_to(_HOME) and "site-packages" not in file.parts
