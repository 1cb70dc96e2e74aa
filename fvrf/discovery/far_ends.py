"""What Azure knows of routers: the far ends of a gateway's connections."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address

from fvrf.azure.fields import casefolded
from fvrf.azure.resources import SITE, Json
from fvrf.azure.state import AzureState, bgp_address, far_end, public_address


@dataclass(frozen=True, slots=True, kw_only=True)
class FarEnd:
    """A router as one connection has it; `gateway` is the gateway's name in the inventory.

    Addresses are None where Azure has none, or a name in place of one. `site` is the tag's.
    """

    gateway: str
    connection: str
    local_gateway: str
    public_address: IPv4Address | None
    bgp_address: IPv4Address | None
    site: str | None


def far_ends(gateway: str, state: AzureState) -> Iterator[FarEnd]:
    """Yield the far ends of a gateway's site-to-site connections."""
    for body in state.connections:
        far = state.local_gateway(far_end(body))
        if far is not None:
            yield _far_end(gateway, body, far)


def far_end_of(ends: Iterable[FarEnd], gateway: str, bgp_address: IPv4Address) -> FarEnd | None:
    """Return the far end that speaks from a BGP address at a gateway."""
    return next((e for e in ends if (e.gateway, e.bgp_address) == (gateway, bgp_address)), None)


def _far_end(gateway: str, connection: Json, local: Json) -> FarEnd:
    return FarEnd(
        gateway=gateway,
        connection=str(connection["id"]).rpartition("/")[2],
        local_gateway=str(local["id"]).rpartition("/")[2],
        public_address=_address(public_address(local)),
        bgp_address=_address(bgp_address(local)),
        site=casefolded(connection.get("tags")).get(SITE),
    )


def _address(text: object) -> IPv4Address | None:
    try:
        return IPv4Address(str(text))
    except ValueError:
        return None
