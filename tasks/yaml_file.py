"""YAML files read strictly: a key given twice is an error, and every error names file and line."""

from pathlib import Path
from typing import Any

import yaml

from fvrf.errors import InputError, Problem

# libyaml's loader, where it is there, reads 10 000 hosts in a fifth of the time.
_BASE = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MERGE = "tag:yaml.org,2002:merge"


class _Loader(_BASE):  # type: ignore[misc, valid-type] # its class is known at run time only
    """A safe loader that refuses a key given twice in one mapping, and every tag."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self._looked_at: set[yaml.Node] = set()

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Look at the keys as they were written, before `<<` mixes others in."""
        if node not in self._looked_at:
            self._looked_at.add(node)
            _refuse_twice(node)
        super().flatten_mapping(node)


def _refuse_twice(node: yaml.MappingNode) -> None:
    seen: set[str] = set()
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode) or key.tag == _MERGE:
            continue
        if key.value in seen:
            raise yaml.constructor.ConstructorError(
                None, None, f"key {key.value!r} stands here twice", key.start_mark
            )
        seen.add(key.value)


def _refuse_tag(_: _Loader, node: yaml.Node) -> None:
    """Refuse a tag without showing it: a secret that begins with `!` is read as one."""
    raise yaml.constructor.ConstructorError(
        None, None, "a value that begins with `!` must stand in quotes", node.start_mark
    )


_Loader.add_constructor(None, _refuse_tag)


def read_mapping(path: Path) -> dict[str, Any]:
    """Read a file that holds a mapping, or nothing; raises InputError naming file and line."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - it is a SafeLoader
    except OSError as error:
        raise _wrong(path, f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise _wrong(path, "is not UTF-8 text") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"line {mark.line + 1}" if mark else ""
        raise _wrong(path, f"not YAML: {error.problem}", where) from error
    except yaml.YAMLError as error:
        raise _wrong(path, "not YAML: it has a character that no text file may have") from error
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise _wrong(path, "is not a mapping of names")
    return {str(key): value for key, value in content.items()}


def shown(path: Path | str) -> str:
    """Return a path as an NOE would type it: from the current folder where it is below it."""
    try:
        return str(Path(path).relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _wrong(path: Path, message: str, where: str = "") -> InputError:
    return InputError(
        [Problem(file=shown(path), host="", path=where, message=message, code="F102")]
    )
