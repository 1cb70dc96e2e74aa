"""What one of the two ends refuses of a crypto policy: words that do not go together.

Azure's rules are those of "IPsec/IKE policy" in its VPN FAQ, IOS-XE's those of its own messages
and of field notice FN72510.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from fvrf.algorithms import DEFAULT_ESP, DEFAULT_IKE, SHIELD, Field, keyword
from fvrf.crypto import POLICIES, CryptoPolicy
from fvrf.errors import Problem
from fvrf.intent.model import Intent, Router
from fvrf.intent.problem import Report, reporter

# The fields in which the router offers several words, with their place in a policy of the intent.
_OFFERS: Mapping[Field, str] = MappingProxyType(
    {
        "ike_encryption": "ike.encryption",
        "ike_integrity": "ike.integrity",
        "dh_group": "ike.dh_group",
    }
)


class Objection(NamedTuple):
    """What an end has against a policy: the field below it, its value, why, and what to do."""

    code: str
    field: str
    value: str
    reason: str
    remedy: str


def crypto_problems(intent: Intent) -> Iterator[Problem]:
    """Yield what is wrong with the crypto policies of each router, and with its choice."""
    for host, router in intent.routers.items():
        report = reporter(intent, host)
        for name, own in router.crypto_policies.items():
            path = f"crypto_policies.{name}"
            if name in POLICIES:
                yield report(path, "is a shipped policy's name", remedy="choose one", code="F160")
            for found in objections(own.named(name)):
                at = f"{path}.{found.field}"
                yield report(at, found.reason, found.value, found.remedy, code=found.code)
        yield from _choices(report, router)


def _choices(report: Report, router: Router) -> Iterator[Problem]:
    """Yield policies that are not there, and those that the router's release refuses."""
    chosen = [("crypto", router.crypto)]
    chosen += [
        (placed.path("crypto"), placed.connection.crypto)
        for placed in router.connections()
        if placed.connection.crypto
    ]
    names = sorted({*POLICIES, *router.crypto_policies})
    for path, name in chosen:
        if name not in names:
            there = ", ".join(names)
            yield report(path, f"no such crypto policy; there are {there}", name, code="F160")
        elif refused := _refused(router, name):
            yield report(
                path,
                f"IOS-XE {router.release} refuses {', '.join(refused)} (field notice FN72510)",
                name,
                "choose a policy that `validate` does not warn of",
                code="F163",
            )


def _refused(router: Router, name: str) -> tuple[str, ...]:
    if router.release is None or not is_shielded(router.release):
        return ()
    return router.policy(name).shielded


def is_shielded(release: str) -> bool:
    """Whether a release, such as 17.12.3a, refuses weak algorithms."""
    major, minor = release.split(".")[:2]
    return (int(major), int(minor)) >= SHIELD


def objections(policy: CryptoPolicy) -> Iterator[Objection]:
    """Yield all that an end refuses of a policy whose single words both have."""
    for rule in _RULES:
        yield from rule(policy)


def _one_kind_of_cipher(policy: CryptoPolicy) -> Iterator[Objection]:
    if len({word.startswith("GCM") for word in policy.ike_encryption}) > 1:
        yield Objection(
            "F162",
            "ike.encryption",
            ", ".join(policy.ike_encryption),
            "an IKEv2 proposal of IOS-XE has GCM with a PRF or CBC with an integrity, not both",
            "make two policies",
        )


def _nothing_twice(policy: CryptoPolicy) -> Iterator[Objection]:
    for field, path in _OFFERS.items():
        words = getattr(policy, field)
        if len({keyword(field, word) for word in words}) < len(words):
            reason = "IOS-XE has one keyword for two of these"
            yield Objection("F162", path, ", ".join(words), reason, "remove one")


def _gcm_alone(policy: CryptoPolicy) -> Iterator[Objection]:
    encryption, integrity = policy.ipsec_encryption, policy.ipsec_integrity
    if encryption != integrity and "GCM" in encryption + integrity:
        yield Objection(
            "F162",
            "esp.integrity",
            integrity,
            f"with {encryption}: Azure wants one GCM word for ESP's encryption and integrity, or"
            " no GCM in either",
            f"integrity: {encryption if 'GCM' in encryption else 'SHA256'}",
        )


def _among_defaults(policy: CryptoPolicy) -> Iterator[Objection]:
    if not policy.azure_default:
        return
    for field, path in _OFFERS.items():
        for word in getattr(policy, field):
            if word not in DEFAULT_IKE[field]:
                yield _not_default(path, word, DEFAULT_IKE[field])
    pair = policy.ipsec_encryption, policy.ipsec_integrity
    if pair not in DEFAULT_ESP:
        there = tuple(" with ".join(one) for one in DEFAULT_ESP)
        yield _not_default("esp.encryption", " with ".join(pair), there)
    elif policy.pfs_group not in DEFAULT_ESP[pair]:
        yield _not_default("esp.pfs_group", policy.pfs_group, DEFAULT_ESP[pair])


def _not_default(path: str, word: str, there: tuple[str, ...]) -> Objection:
    reason = "is not among the proposals that Azure takes without a policy"
    return Objection("F165", path, word, reason, f"azure: custom, or one of {', '.join(there)}")


_RULES: tuple[Callable[[CryptoPolicy], Iterator[Objection]], ...] = (
    _one_kind_of_cipher,
    _nothing_twice,
    _gcm_alone,
    _among_defaults,
)
