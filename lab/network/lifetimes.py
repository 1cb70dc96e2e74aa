"""How long a child SA lives: by seconds, and by the kilobytes that it carries.

A new one is negotiated at 256 KB less than the kilobytes (Security Command Reference, `set
security-association lifetime`), or when Azure's own data size is reached. It takes the lifetimes
that are configured by then; an SA that stands keeps its own.
"""

from dataclasses import dataclass
from math import inf

from lab.network.views import ConnectionView, IpsecProfileView

AZURE_LIFETIME_S = 27000
AZURE_LIFETIME_KB = 102400000  # "About VPN devices and IPsec/IKE parameters": QM SA, bytes
_MARGIN_KB = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifetimes:
    """The router's own lifetimes, and where the first of both ends makes a new SA."""

    seconds: int
    kilobytes: int | None
    rekey_s: int
    rekey_kb: float


def child_lifetimes(ipsec: IpsecProfileView, connection: ConnectionView) -> Lifetimes:
    """Return the lifetimes of a child SA that is negotiated now."""
    policy = connection.policy
    theirs_s = policy.sa_lifetime_s if policy else AZURE_LIFETIME_S
    theirs_kb = policy.sa_data_size_kb if policy else AZURE_LIFETIME_KB
    own_kb = inf if ipsec.lifetime_kb is None else ipsec.lifetime_kb - _MARGIN_KB
    return Lifetimes(
        seconds=ipsec.lifetime_s,
        kilobytes=ipsec.lifetime_kb,
        rekey_s=min(ipsec.lifetime_s, theirs_s),
        rekey_kb=min(own_kb, theirs_kb),
    )


@dataclass(slots=True, kw_only=True)
class Volume:
    """What a child SA carried each way, in kilobytes, up to the lab second `counted`.

    `load` is what hosts sent, at the rate of `rate_kb_s`; `other` is what the router itself did.
    """

    limit_kb: float
    counted: float
    rate_kb_s: float = 0
    load_kb: float = 0
    other_kb: float = 0

    def count(self, now: float, rate_kb_s: float) -> None:
        """Add what was carried until now; from here on the rate is another."""
        self.load_kb = self.load(now)
        self.counted, self.rate_kb_s = now, rate_kb_s

    def load(self, now: float) -> float:
        """Return what hosts sent until now."""
        return self.load_kb + self.rate_kb_s * (now - self.counted)

    def due(self) -> float:
        """Return when the limit is reached, if the rate stays as it is."""
        left = max(0.0, self.limit_kb - self.load_kb - self.other_kb)
        if not left:
            return self.counted
        return self.counted + left / self.rate_kb_s if self.rate_kb_s else inf
