"""What an NOE writes: routers and gateways, frozen and checked field by field.

Shapes and limits of single fields stand here; what concerns several fields or several hosts
stands in `check`. Unknown keys are refused, so that a misspelt one is never silently ignored.
"""

import re
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from fvrf.crypto import POLICIES, STRONG
from fvrf.secrets import SecretRef

GLOBAL = "global"

_VRF = re.compile(r"[A-Za-z0-9_.-]{1,32}")
_INTERFACE = re.compile(r"(?:TenGigabitEthernet|GigabitEthernet)\d+(?:/\d+)*")
# ASNs that no site may have (Microsoft's BGP FAQ; IANA's special-purpose registry).
RESERVED_ASNS = (
    (8074, 8075, "Azure"),
    (12076, 12076, "Azure"),
    (65515, 65515, "Azure"),
    (65517, 65520, "Azure"),
    (23456, 23456, "IANA"),
    (64496, 64511, "IANA"),
    (65535, 65551, "IANA"),
    (4294967295, 4294967295, "IANA"),
)


def _ipv4_only(value: object) -> object:
    if isinstance(value, str) and value.count(":") > 1:
        raise ValueError("IPv6 is not supported: the tunnels and their BGP sessions are IPv4 only")
    return value


def _with_length(value: object) -> object:
    if isinstance(value, str) and "/" not in value:
        raise ValueError("write the address with its prefix length, as in 172.16.1.4/24")
    return value


def _vrf_name(value: str) -> str:
    if value in {GLOBAL, "any", "default"} or not _VRF.fullmatch(value):
        raise ValueError("not a VRF name: up to 32 letters, digits, dots, dashes and underscores")
    return value


def _interface_name(value: str) -> str:
    if not _INTERFACE.fullmatch(value):
        raise ValueError("not a physical interface: write its whole name, as in GigabitEthernet2")
    return value


def _site_asn(value: int) -> int:
    for first, last, owner in RESERVED_ASNS:
        if first <= value <= last:
            raise ValueError(f"AS {value} is reserved by {owner}; take one of 64512-65514")
    return value


def _known_policy(value: str) -> str:
    if value not in POLICIES:
        raise ValueError(f"no such crypto policy; there are {', '.join(sorted(POLICIES))}")
    return value


def _reference(value: object) -> object:
    return SecretRef.parse(value) if isinstance(value, str) else value


Address = Annotated[IPv4Address, BeforeValidator(_ipv4_only)]
InterfaceAddress = Annotated[
    IPv4Interface, BeforeValidator(_ipv4_only), BeforeValidator(_with_length)
]
Prefix = Annotated[IPv4Network, BeforeValidator(_ipv4_only)]
VrfName = Annotated[str, AfterValidator(_vrf_name)]
InterfaceName = Annotated[str, AfterValidator(_interface_name)]
Reference = Annotated[SecretRef, BeforeValidator(_reference)]
Asn = Annotated[int, Field(ge=1, le=4294967295)]
VrfId = Annotated[int, Field(ge=1, le=65535)]
AzureName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,78}[A-Za-z0-9_]$")]


class Frozen(BaseModel):
    """Base of all intent: immutable, strict about unknown keys, silent about values in errors."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, arbitrary_types_allowed=True
    )


class Uplink(Frozen):
    """An interface of the router toward the gateway.

    `managed: false` is read and checked, never rendered. `public_address` is what the Internet
    sees (the same as the interface's where there is no translation).
    """

    managed: bool = True
    address: InterfaceAddress
    front_door: str = GLOBAL
    next_hop: Address | None = None
    public_address: Address


class InsideVrf(Frozen):
    """The VRF of the internal networks: `prefixes` maps each to its next hop."""

    id: VrfId
    interface: InterfaceName
    address: InterfaceAddress
    prefixes: dict[Prefix, Address] = Field(min_length=1)


class AzureNames(Frozen):
    """The names of the two Azure resources of a connection."""

    connection: AzureName
    local_network_gateway: AzureName


class Connection(Frozen):
    """One uplink x one gateway.

    Without `bgp_address` the tunnel borrows the uplink's address; with one it has it as a /32.
    """

    uplink: InterfaceName
    gateway: str
    tunnel: int = Field(ge=0, le=99)
    bgp_address: Address | None = None
    key: Reference
    azure: AzureNames | None = None


class OutsideVrf(Frozen):
    """A virtual router: the VRF in which tunnel interfaces live, and its inside VRF."""

    id: VrfId
    inside: VrfName
    connections: tuple[Connection, ...] = Field(min_length=1)


class Router(Frozen):
    """An on-premises router."""

    site: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,30}$")
    asn: Annotated[Asn, AfterValidator(_site_asn)]
    naming: Literal["fvrf", "article"] = "fvrf"
    crypto: Annotated[str, AfterValidator(_known_policy)] = STRONG.name
    uplinks: dict[InterfaceName, Uplink] = Field(min_length=1)
    inside: dict[VrfName, InsideVrf] = Field(min_length=1)
    outside: dict[VrfName, OutsideVrf] = Field(min_length=1)


class Instance(Frozen):
    """A gateway instance: its public address and its default BGP speaker."""

    public_address: Address
    speakers: tuple[Address, ...] = Field(min_length=1, max_length=1)


class Identity(Frozen):
    """Who we are to Azure. `secret` belongs to the kind `client_secret`, and only there."""

    kind: Literal["default", "cli", "managed_identity", "client_secret"] = "default"
    tenant: str | None = None
    client: str | None = None
    secret: Reference | None = None


class Gateway(Frozen):
    """An Azure VPN gateway; `name` is the host's unless given."""

    subscription: str = Field(pattern=r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")
    resource_group: str
    name: str | None = None
    asn: Asn
    prefixes: tuple[Prefix, ...] = Field(min_length=1)
    # One instance for now: two need a BGP address on a loopback, which the plan does not build.
    instances: tuple[Instance, ...] = Field(min_length=1, max_length=1)
    nics: tuple[str, ...] = ()
    cloud: str = "public"
    identity: Identity = Identity()


class Intent(Frozen):
    """The whole inventory, by host name, and the file that each host stands in."""

    routers: dict[str, Router]
    gateways: dict[str, Gateway]
    files: dict[str, str]
