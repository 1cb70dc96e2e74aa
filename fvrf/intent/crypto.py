"""A crypto policy as an NOE writes it: Azure's words, each a word that both ends have.

What each word is on a router stands in `fvrf.algorithms`; how words go together is checked in
`crypto_checks`.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from fvrf import algorithms
from fvrf.algorithms import TABLE, known
from fvrf.crypto import CryptoPolicy
from fvrf.intent.fields import wrong
from fvrf.intent.frozen import Frozen


def _word(field: algorithms.Field) -> AfterValidator:
    """Refuse a word that not both ends have, with the reason."""

    def check(value: str) -> str:
        found = TABLE[field].get(value)
        if found is None or found.refused:
            reason = found.refused if found else "neither end has it"
            raise wrong("F161", f"{reason}; there are {', '.join(known(field))}")
        return value

    return AfterValidator(check)


def _one_or_more(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _within(low: int, high: int, reason: str) -> AfterValidator:
    """Refuse a number that one of the ends refuses."""

    def check(value: int) -> int:
        if not low <= value <= high:
            raise wrong("F164", reason)
        return value

    return AfterValidator(check)


def _number(low: int, high: int) -> WithJsonSchema:
    return WithJsonSchema({"type": "integer", "minimum": low, "maximum": high})


def _one_of(field: algorithms.Field) -> WithJsonSchema:
    return WithJsonSchema({"enum": list(known(field))})


def _some_of(field: algorithms.Field) -> WithJsonSchema:
    one = {"enum": list(known(field))}
    return WithJsonSchema({"anyOf": [one, {"type": "array", "items": one}]})


_Whole = Annotated[int, Field(strict=True)]
_Offer = BeforeValidator(_one_or_more)
_Some = Field(min_length=1)
PolicyName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,30}$")]


class Ike(Frozen):
    """The IKE SA: what the router offers, best first; the first of each is Azure's.

    With GCM `integrity` is the hash of the PRF. `lifetime_s` is the router's alone.
    """

    encryption: Annotated[
        tuple[Annotated[str, _word("ike_encryption")], ...],
        _Some,
        _Offer,
        _some_of("ike_encryption"),
    ]
    integrity: Annotated[
        tuple[Annotated[str, _word("ike_integrity")], ...], _Some, _Offer, _some_of("ike_integrity")
    ]
    dh_group: Annotated[
        tuple[Annotated[str, _word("dh_group")], ...], _Some, _Offer, _some_of("dh_group")
    ]
    lifetime_s: Annotated[
        _Whole, _within(120, 86400, "IOS-XE takes 120 to 86400 s"), _number(120, 86400)
    ] = 28800


class Esp(Frozen):
    """The child SAs; with GCM `integrity` is the same word as `encryption`."""

    encryption: Annotated[str, _word("ipsec_encryption"), _one_of("ipsec_encryption")]
    integrity: Annotated[str, _word("ipsec_integrity"), _one_of("ipsec_integrity")]
    pfs_group: Annotated[str, _word("pfs_group"), _one_of("pfs_group")]
    lifetime_s: Annotated[
        _Whole,
        _within(300, 86400, "Azure takes no less than 300 s, IOS-XE no more than 86400"),
        _number(300, 86400),
    ] = 27000
    lifetime_kb: Annotated[
        _Whole,
        _within(2560, 2147483647, "IOS-XE takes no less than 2560 kB, Azure at most 2147483647"),
        _number(2560, 2147483647),
    ] = 102400000


class Dpd(Frozen):
    """The router's dead peer detection, on demand."""

    interval_s: Annotated[
        _Whole, _within(10, 3600, "IOS-XE takes 10 to 3600 s"), _number(10, 3600)
    ] = 10
    retry_s: Annotated[_Whole, _within(2, 60, "IOS-XE takes 2 to 60 s"), _number(2, 60)] = 5


class PolicyIntent(Frozen):
    """A policy of both ends; its version is part of names on the router.

    `azure: default` gives Azure no policy, so that it takes its own proposals.
    """

    version: Annotated[int, Field(strict=True, ge=1, le=9999)] = 1
    azure: Literal["custom", "default"] = "custom"
    ike: Ike
    esp: Esp
    dpd: Dpd | None = Dpd()

    def named(self, name: str) -> CryptoPolicy:
        """Return the policy under its name in the inventory."""
        return CryptoPolicy(
            name=name,
            version=self.version,
            ike_encryption=self.ike.encryption,
            ike_integrity=self.ike.integrity,
            dh_group=self.ike.dh_group,
            ipsec_encryption=self.esp.encryption,
            ipsec_integrity=self.esp.integrity,
            pfs_group=self.esp.pfs_group,
            sa_lifetime_s=self.esp.lifetime_s,
            sa_data_size_kb=self.esp.lifetime_kb,
            ike_lifetime_s=self.ike.lifetime_s,
            dpd=(self.dpd.interval_s, self.dpd.retry_s) if self.dpd else None,
            azure_default=self.azure == "default",
        )
