"""How BGP sessions and tunnels are tuned; everything has a default, or is left to the router.

Ranges are those of IOS-XE's command references, narrowed to what a tunnel to Azure can use.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from fvrf.intent.fields import Switch, wrong
from fvrf.intent.frozen import Frozen

# Azure's own, which it does not let anyone change; it calls lower ones unreliable (BGP FAQ).
AZURE_KEEPALIVE_S, AZURE_HOLD_S = 60, 180
# Azure asks for an MSS of at most 1350 at an MTU of 1400 (about-vpn-devices).
AZURE_MTU, AZURE_MSS = 1400, 1350

# IOS-XE warns of a hold time of less than 20 s; the lower one of both ends holds.
_Keepalive = Annotated[int, Field(strict=True, ge=5, le=AZURE_KEEPALIVE_S)]
_Hold = Annotated[int, Field(strict=True, ge=20, le=AZURE_HOLD_S)]
_Limit = Annotated[int, Field(strict=True, ge=1, le=2147483647)]
_Restart = Annotated[int, Field(strict=True, ge=1, le=65535)]
_Mtu = Annotated[int, Field(strict=True, ge=576, le=AZURE_MTU)]
_Mss = Annotated[int, Field(strict=True, ge=500, le=AZURE_MSS)]


def _or_off(least: int) -> AfterValidator:
    def check(value: int) -> int:
        if 0 < value < least:
            raise wrong("F101", f"must be 0, which turns it off, or at least {least}")
        return value

    return AfterValidator(check)


_NatKeepalive = Annotated[int, Field(strict=True, ge=0, le=3600), _or_off(5)]
_Fragment = Annotated[int, Field(strict=True, ge=0, le=1500), _or_off(576)]


class BgpTimers(Frozen):
    """The router's own keepalive and hold time, in seconds."""

    keepalive_s: _Keepalive
    hold_s: _Hold


class MaximumPrefix(Frozen):
    """How many prefixes a speaker may announce, of those that the filter takes.

    One that announces more loses its session for `restart_min` minutes; where that is None, it is
    only logged.
    """

    limit: _Limit
    restart_min: _Restart | None = 30


class BgpTuning(Frozen):
    """What all BGP sessions of a router to Azure have; None leaves it to the router."""

    timers: BgpTimers | None = None
    maximum_prefix: MaximumPrefix | None = None


class TunnelTuning(Frozen):
    """What all tunnels of a router have: traffic is balanced over them, so they are alike.

    `mtu` and `mss` are in bytes; without an `mtu` the naming scheme decides. `replay_window` is in
    packets; None leaves IOS-XE's own 64, which it does not print.
    """

    mtu: _Mtu | None = None
    mss: _Mss = AZURE_MSS
    replay_window: Literal[128, 256, 512, 1024] | None = None


class BoxTuning(Frozen):
    """Lines of the whole router, on which others may lean: ours only where they are given.

    None: not ours, whatever stands. 0 and false: turned off. With `cef_ports` CEF chooses a path by
    ports too, not by the pair of addresses alone.
    """

    nat_keepalive_s: _NatKeepalive | None = None
    fragmentation_mtu: _Fragment | None = None
    cef_ports: Switch | None = None
