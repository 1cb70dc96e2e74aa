"""Secrets: a type that masks itself, references to them, and placeholders in text.

A key travels by reference until the moment it is typed or sent. Rendered text, trees, diffs,
plans and journals hold placeholders (`<<file:psk-scus>>`), so that they hold no secret at all.
"""

import hmac
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, Self, cast

MASK = "********"
Scheme = Literal["env", "file", "keyvault", "command"]
PLACEHOLDER = re.compile(r"<<(?P<reference>(?:env|file|keyvault|command):[^\s<>]+)>>")
UNKNOWN_KEY = "<<unknown>>"
FORMS = (
    "env:NAME, file:NAME, keyvault:VAULT/NAME, keyvault:VAULT/NAME@VERSION"
    " or command:PROGRAM ARGUMENT ..."
)
# Key Vault's own rules for names; a version is 32 hexadecimal digits. A command has single blanks
# only, as it stands in a message.
_VAULT = r"[A-Za-z][A-Za-z0-9-]{1,22}[A-Za-z0-9]"
_KEY_VAULT = re.compile(
    rf"(?P<vault>{_VAULT})/(?P<secret>[0-9A-Za-z-]{{1,127}})(?:@(?P<version>[0-9a-fA-F]{{32}}))?"
)
_NAMES: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "env": re.compile(r"[^\s<>=]+"),
        "file": re.compile(r"[^\s<>]+"),
        "keyvault": _KEY_VAULT,
        "command": re.compile(r"[^\s<>]+(?: [^\s<>]+)*"),
    }
)


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
    """Where a secret is, by scheme.

    `env:NAME`; `file:NAME`, relative to the secrets folder; `keyvault:VAULT/NAME`, its newest
    version unless `@VERSION` follows; `command:PROGRAM ARGUMENT ...`, in words as a shell splits
    them, of which no shell is made.
    """

    scheme: Scheme
    name: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a reference; raises ValueError, without the text, for anything else."""
        scheme, _, name = text.partition(":")
        form = _NAMES.get(scheme)
        if form is None or not form.fullmatch(name):
            raise ValueError(f"not a reference: write {FORMS}, never the secret itself")
        if scheme == "command":
            _check_command(name)
        return cls(cast("Scheme", scheme), name)

    @property
    def arguments(self) -> tuple[str, ...]:
        """The words of a command."""
        return tuple(shlex.split(self.name))

    @property
    def in_vault(self) -> tuple[str, str, str | None]:
        """Vault, name and version of a key vault's secret; without a version, the newest."""
        match = _KEY_VAULT.fullmatch(self.name)
        if match is None:
            raise ValueError(f"{self.scheme}: is in no key vault")
        return match["vault"], match["secret"], match["version"]

    def at(self, version: str | None) -> "SecretRef":
        """Return the reference of one version; itself where its store has none."""
        if version is None or self.scheme != "keyvault":
            return self
        vault, secret, _ = self.in_vault
        return SecretRef("keyvault", f"{vault}/{secret}@{version}")

    def __str__(self) -> str:
        return f"{self.scheme}:{self.name}"

    @property
    def placeholder(self) -> str:
        """The text that stands for the secret in rendered configuration: one word."""
        return f"<<{_in_one_word(str(self))}>>"


def _in_one_word(reference: str) -> str:
    return reference.replace("%", "%25").replace(" ", "%20")


def _in_words(word: str) -> str:
    return word.replace("%20", " ").replace("%25", "%")


def _check_command(name: str) -> None:
    """Refuse what is no list of words, and a program that would depend on the current folder."""
    try:
        program = shlex.split(name)[0]
    except (ValueError, IndexError):
        raise ValueError("not a reference: a quote of the command is not closed") from None
    if "/" in program and not program.startswith("/"):
        raise ValueError("not a reference: name a program of the PATH, or its absolute path")


Resolve = Callable[[SecretRef], Secret]


def fill(text: str, resolve: Resolve) -> Secret:
    """Put the secrets in place of their placeholders; the result is itself a secret."""
    return Secret(
        PLACEHOLDER.sub(
            lambda m: resolve(SecretRef.parse(_in_words(m["reference"]))).reveal(), text
        )
    )
