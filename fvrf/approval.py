"""An approved plan: what was found at both ends, what is to be written, and from which intent.

It holds no key and nothing that a strong key could be found from: references, versions, and for
stores without versions a slow salted hash that only tells whether the key is another one.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import unified_diff
from hashlib import scrypt
from typing import Any, Self

from fvrf.errors import InputError, Problem
from fvrf.journal import timestamp
from fvrf.secrets import Secret

SCHEMA = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """One router, or one connection in Azure: its lines as found, and those to be written."""

    found: tuple[str, ...]
    wanted: tuple[str, ...]

    def drift(self, now: Self) -> tuple[str, ...]:
        """Return what is another now than it was, as a diff; nothing where all is as approved."""
        changed = tuple(_difference(self.found, now.found))
        return changed or tuple(_difference(self.wanted, now.wanted))


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """A plan of both ends that somebody may say yes to, to be applied as it is.

    `intent` is the hash of the intent and the templates, `keys` has the version or the seal of
    each key by its reference, `connections` are by their names, with their gateway before it.
    """

    made: datetime
    intent: str
    adopt: bool
    from_asn: int | None = None
    salt: str
    routers: Mapping[str, End]
    connections: Mapping[str, End]
    keys: Mapping[str, str]

    def to_json(self) -> str:
        """Write the plan as a file that outlives the run."""
        record = {
            "schema": SCHEMA,
            "made": timestamp(self.made),
            "intent": self.intent,
            "adopt": self.adopt,
            "from_asn": self.from_asn,
            "salt": self.salt,
            "routers": {name: _plain(end) for name, end in self.routers.items()},
            "connections": {name: _plain(end) for name, end in self.connections.items()},
            "keys": dict(self.keys),
        }
        return json.dumps(record, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str, *, file: str) -> Self:
        """Read such a file; raises InputError for one of another kind or a newer version."""
        try:
            record: dict[str, Any] = json.loads(text)
            if record["schema"] != SCHEMA:
                raise _problem(file, "is of a version that is not known here", record["schema"])
            return cls(
                made=datetime.fromisoformat(record["made"]),
                intent=str(record["intent"]),
                adopt=bool(record["adopt"]),
                from_asn=_number(record.get("from_asn")),
                salt=str(record["salt"]),
                routers={name: _end(end) for name, end in record["routers"].items()},
                connections={name: _end(end) for name, end in record["connections"].items()},
                keys={str(name): str(seal) for name, seal in record["keys"].items()},
            )
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise _problem(file, "is no plan that `plan --out` wrote", None) from error


def seal(key: Secret, salt: str) -> str:
    """Return what tells a key from another: slow to make, so that guessing is slow too."""
    raw = scrypt(key.reveal().encode(), salt=salt.encode(), n=4096, r=8, p=1, dklen=16)
    return f"scrypt {raw.hex()}"


def _number(value: object) -> int | None:
    return None if value is None else int(str(value))


def _difference(before: tuple[str, ...], now: tuple[str, ...]) -> Iterator[str]:
    lines = unified_diff(before, now, "as approved", "as it is now", lineterm="", n=0)
    return (line for line in lines if not line.startswith("@@"))


def _plain(end: End) -> dict[str, list[str]]:
    return {"found": list(end.found), "wanted": list(end.wanted)}


def _end(record: Mapping[str, Any]) -> End:
    return End(found=tuple(map(str, record["found"])), wanted=tuple(map(str, record["wanted"])))


def _problem(file: str, message: str, value: object) -> InputError:
    shown = None if value is None else str(value)
    remedy = "make it anew with `plan --out FILE`"
    return InputError(
        [Problem(file=file, host="", path="", message=message, value=shown, remedy=remedy)]
    )
