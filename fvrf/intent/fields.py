"""The types of single fields: what each may hold, and the words for what it may not.

YAML guesses types (`no` is false, `1.10` a number), so numbers and switches are strict, and an
address is a text.
"""

import re
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    WithJsonSchema,
    WrapValidator,
)
from pydantic_core import PydanticCustomError

from fvrf.secrets import SecretRef

GLOBAL = "global"
DHCP = "dhcp"

_VRF = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}")
# Without leading zeros: IOS drops them, and would show another name than the one typed.
_NUMBER = r"(?:0|[1-9]\d{0,4})"
_INTERFACE = re.compile(
    rf"(?:TenGigabitEthernet|GigabitEthernet){_NUMBER}(?:/{_NUMBER})*(?:\.[1-9]\d{{0,8}})?"
)
_RELEASE = re.compile(r"\d{2}\.\d{1,2}(?:\.\d{1,2}[a-z]?)?")
# Words of IOS's own commands in the place of a VRF's name, and the VRFs it makes for itself.
_RESERVED_VRFS = frozenset({GLOBAL, "any", "default", "all", "vrf", "Mgmt-intf", "Mgmt-vrf"})
_POINT_TO_POINT = 31  # RFC 3021: from here on no address is the network's or a broadcast
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


def wrong(code: str, text: str) -> PydanticCustomError:
    """Return what a validator raises; pydantic hands the code on as the kind of the error."""
    return PydanticCustomError(code, "{text}", {"text": text})


def _ipv4_text(value: object) -> object:
    """Refuse numbers, which `ipaddress` would take for addresses, and IPv6."""
    if isinstance(value, int | float):
        raise wrong("F120", "not an address: write all four parts, as in 172.16.1.4")
    if isinstance(value, str) and value.count(":") > 1:
        raise wrong(
            "F120", "IPv6 is not supported: the tunnels and their BGP sessions are IPv4 only"
        )
    return value


def _with_length(value: object) -> object:
    if isinstance(value, str) and "/" not in value:
        raise wrong("F120", "write it with its prefix length, as in 172.16.1.4/24")
    return value


def _without_host_bits(value: object) -> object:
    if isinstance(value, str):
        try:
            network = IPv4Network(value, strict=False)
        except ValueError:
            return value
        if network.network_address != IPv4Interface(value).ip:
            raise wrong("F120", f"an address within a network: the network itself is {network}")
    return value


def _unicast(value: IPv4Address) -> IPv4Address:
    if value.is_multicast or value.is_loopback or value.is_unspecified or value.is_reserved:
        raise wrong("F120", "not an address that a host can have")
    return value


def _of_a_host(value: IPv4Interface) -> IPv4Interface:
    _unicast(value.ip)
    network = value.network
    ends = (network.network_address, network.broadcast_address)
    if network.prefixlen < _POINT_TO_POINT and value.ip in ends:
        raise wrong("F120", f"the network's own or its broadcast address in {network}")
    return value


def _announced(value: IPv4Network) -> IPv4Network:
    """Refuse what would not arrive: sites filter the default route and host routes (rule 7)."""
    if value.prefixlen in {0, value.max_prefixlen}:
        raise wrong("F144", "the default route and host routes are not announced to other sites")
    if value.is_multicast or value.is_loopback or value.is_reserved:
        raise wrong("F120", "not a network that hosts can be in")
    return value


def _vrf_name(value: str) -> str:
    if value in _RESERVED_VRFS or not _VRF.fullmatch(value):
        raise wrong(
            "F110", "not a VRF name: up to 32 letters, digits, dots, dashes and underscores"
        )
    return value


def _interface_name(value: str) -> str:
    if not _INTERFACE.fullmatch(value):
        raise wrong(
            "F110",
            "not a physical interface, nor a subinterface: write its whole name, as in"
            " GigabitEthernet2 or GigabitEthernet2.100",
        )
    return value


def reserved_by(asn: int) -> str | None:
    """Name who reserves an AS number, or return None."""
    owners = (owner for first, last, owner in RESERVED_ASNS if first <= asn <= last)
    return next(owners, None)


def _site_asn(value: int) -> int:
    owner = reserved_by(value)
    if owner is not None:
        raise wrong("F130", f"AS {value} is reserved by {owner}; take one of 64512-65514")
    return value


def _release(value: str) -> str:
    if not _RELEASE.fullmatch(value):
        raise wrong("F101", 'not a release: write it as in "17.12" or "17.12.3a"')
    return value


def _reference(value: object) -> object:
    if isinstance(value, SecretRef):
        return value
    try:
        return SecretRef.parse(str(value))
    except ValueError as error:
        raise wrong("F105", str(error)) from error


def _outside_vaults(value: SecretRef) -> SecretRef:
    """Refuse a login to Azure that is itself in Azure's vault."""
    if value.scheme == "keyvault":
        raise wrong("F105", "is what opens a key vault, so it cannot be in one")
    return value


def _or_dhcp(value: object, read: Callable[[object], object]) -> object:
    return DHCP if value == DHCP else read(value)


def _or_word(form: str) -> tuple[object, ...]:
    """Return what lets an address of a form, as JSON Schema names it, be the word `dhcp`."""
    schema = {"anyOf": [{"format": form, "type": "string"}, {"enum": [DHCP], "type": "string"}]}
    return WrapValidator(_or_dhcp), PlainSerializer(str), WithJsonSchema(schema)


Switch = Annotated[bool, Field(strict=True)]
Address = Annotated[IPv4Address, BeforeValidator(_ipv4_text), AfterValidator(_unicast)]
InterfaceAddress = Annotated[
    IPv4Interface,
    BeforeValidator(_with_length),
    BeforeValidator(_ipv4_text),
    AfterValidator(_of_a_host),
]
Prefix = Annotated[
    IPv4Network,
    BeforeValidator(_without_host_bits),
    BeforeValidator(_with_length),
    BeforeValidator(_ipv4_text),
]
if TYPE_CHECKING:
    UplinkAddress = IPv4Interface | Literal["dhcp"]
    NextHop = IPv4Address | Literal["dhcp"]
else:
    # Not a union: that would report a mistake once for each of its halves.
    UplinkAddress = Annotated[InterfaceAddress, *_or_word("ipv4interface")]
    NextHop = Annotated[Address, *_or_word("ipv4")]
SitePrefix = Annotated[Prefix, AfterValidator(_announced)]
VrfName = Annotated[str, AfterValidator(_vrf_name)]
InterfaceName = Annotated[str, AfterValidator(_interface_name)]
Release = Annotated[str, AfterValidator(_release)]
Reference = Annotated[SecretRef, BeforeValidator(_reference)]
OutsideVaults = Annotated[Reference, AfterValidator(_outside_vaults)]
Asn = Annotated[int, Field(strict=True, ge=1, le=4294967295)]
SiteAsn = Annotated[Asn, AfterValidator(_site_asn)]
Vlan = Annotated[int, Field(strict=True, ge=1, le=4094)]
OspfProcess = Annotated[int, Field(strict=True, ge=1, le=65535)]
VrfId = Annotated[int, Field(strict=True, ge=1, le=65535)]
TunnelNumber = Annotated[int, Field(strict=True, ge=0, le=99)]
LoopbackNumber = Annotated[int, Field(strict=True, ge=0, le=2147483647)]
# IOS-XE takes ten numbers in one `set as-path prepend`.
MOST_PREPENDED = 10
Prepend = Annotated[int, Field(strict=True, ge=0, le=MOST_PREPENDED)]
SiteName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,30}$")]
Guid = Annotated[str, Field(pattern=r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")]
# A tenant or an application: an id, or one of the tenant's domains.
Principal = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$")]
Gbps = Annotated[float, Field(gt=0, le=1000)]
# Microsoft's naming rules for Microsoft.Network resources and for resource groups.
AzureName = Annotated[str, Field(pattern=r"^[A-Za-z0-9]([A-Za-z0-9_.-]{0,78}[A-Za-z0-9_])?$")]
ResourceGroup = Annotated[str, Field(pattern=r"^[\w().-]{0,89}[\w()-]$")]
