"""Secrets: a type that masks itself, references to them, and placeholders in text.

A key travels by reference until the moment it is typed or sent. Rendered text, trees, diffs,
plans and journals hold placeholders (`<<file:psk-scus>>`), so that they hold no secret at all.
"""

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Self

MASK = "********"
_REFERENCE = re.compile(r"(?P<scheme>env|file):(?P<name>[^\s<>]+)")
PLACEHOLDER = re.compile(r"<<(?P<reference>(?:env|file):[^\s<>]+)>>")
UNKNOWN_KEY = "<<unknown>>"


class Secret:
    """A value that shows only a mask; `reveal` is the one way to it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the value itself: for the wire, never for a message."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    def __str__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __reduce__(self) -> str:
        raise TypeError("a Secret is not pickled: send its reference")


@dataclass(frozen=True, slots=True, order=True)
class SecretRef:
    """Where a secret is: `env:NAME` or `file:NAME` (relative to the secrets folder)."""

    scheme: Literal["env", "file"]
    name: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a reference; raises ValueError, without the text, for anything else."""
        match = _REFERENCE.fullmatch(text)
        if match is None:
            raise ValueError(
                "not a reference: write env:NAME or file:NAME, never the secret itself"
            )
        return cls(match["scheme"], match["name"])  # type: ignore[arg-type] # the pattern allows these two only

    def __str__(self) -> str:
        return f"{self.scheme}:{self.name}"

    @property
    def placeholder(self) -> str:
        """The text that stands for the secret in rendered configuration."""
        return f"<<{self}>>"


Resolve = Callable[[SecretRef], Secret]


def fill(text: str, resolve: Resolve) -> Secret:
    """Put the secrets in place of their placeholders; the result is itself a secret."""
    return Secret(
        PLACEHOLDER.sub(lambda m: resolve(SecretRef.parse(m["reference"])).reveal(), text)
    )
