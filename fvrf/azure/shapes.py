"""The types of what is read in Azure's answers: an answer of another shape is not Azure's.

Names and types are those of azure-mgmt-network 33.1 (API version 2026-03-01). A proxy's page, a
mended body or a new API version is refused here, so that nothing after it meets a surprise.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_address, ip_network
from types import MappingProxyType
from typing import Any

from fvrf.azure.resources import Json

Leaf = Callable[[object], bool]
# A leaf tells whether a value will do; a list has one shape for all its items, a mapping one for
# each of its members, of which those with an exclamation mark must be there.
Shape = Any


class Misshapen(ValueError):
    """An answer that is not Azure's; says where and what type stands there, never a value."""


def is_text(value: object) -> bool:
    """Accept any text."""
    return isinstance(value, str)


def is_flag(value: object) -> bool:
    """Accept true and false."""
    return isinstance(value, bool)


def is_whole(value: object) -> bool:
    """Accept a whole number."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: object) -> bool:
    """Accept digits as well: older API versions print some numbers as text."""
    return is_whole(value) or (isinstance(value, str) and value.isascii() and value.isdecimal())


_ID = re.compile(
    r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/[^/]+(/[^/]+/[^/]+)+", re.IGNORECASE
)


def is_id(value: object) -> bool:
    """Accept the id of a resource."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def is_address(value: object) -> bool:
    """Accept an address of either family."""
    return isinstance(value, str) and _parses(ip_address, value.strip())


def _addresses(value: object) -> bool:
    return isinstance(value, str) and all(map(is_address, filter(None, value.split(","))))


def is_network(value: object) -> bool:
    """Accept a network, host bits or not."""
    return isinstance(value, str) and _parses(lambda text: ip_network(text, strict=False), value)


def _parses(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


def _tags(value: object) -> bool:
    return isinstance(value, Mapping) and all(isinstance(text, str) for text in value.values())


LISTED: Shape = {"id!": is_id}
REFERENCE = {"id": is_id}
RESOURCE = {"id!": is_id, "name": is_text, "etag": is_text, "tags": _tags}

GATEWAY: Shape = {
    **RESOURCE,
    "location!": is_text,
    "properties!": {
        "provisioningState": is_text,
        "enableBgp": is_flag,
        "activeActive": is_flag,
        "enablePrivateIpAddress": is_flag,
        "sku": {"name": is_text},
        "vpnGatewayGeneration": is_text,
        "ipConfigurations": [{"properties": {"subnet": REFERENCE, "privateIPAddress": is_address}}],
        "bgpSettings": {
            "asn": is_number,
            "bgpPeeringAddress": _addresses,
            "bgpPeeringAddresses": [
                {
                    "ipconfigurationId": is_id,
                    "defaultBgpIpAddresses": [is_address],
                    "customBgpIpAddresses": [is_address],
                    "tunnelIpAddresses": [is_address],
                }
            ],
        },
    },
}
SPACE = {"addressPrefixes": [is_network]}
NETWORK: Shape = {
    **RESOURCE,
    "properties!": {
        "addressSpace!": SPACE,
        "virtualNetworkPeerings": [
            {"properties": {"allowGatewayTransit": is_flag, "remoteAddressSpace": SPACE}}
        ],
    },
}
LOCAL_GATEWAY: Shape = {
    **RESOURCE,
    "properties!": {
        "provisioningState": is_text,
        "gatewayIpAddress": is_text,
        "fqdn": is_text,
        "localNetworkAddressSpace": SPACE,
        "bgpSettings": {"asn": is_number, "bgpPeeringAddress": is_text},
    },
}
POLICIES = [
    {
        "ikeEncryption": is_text,
        "ikeIntegrity": is_text,
        "dhGroup": is_text,
        "ipsecEncryption": is_text,
        "ipsecIntegrity": is_text,
        "pfsGroup": is_text,
        "saLifeTimeSeconds": is_number,
        "saDataSizeKilobytes": is_number,
    }
]
CONNECTION: Shape = {
    **RESOURCE,
    "properties!": {
        "provisioningState": is_text,
        "connectionStatus": is_text,
        "connectionType": is_text,
        "connectionProtocol": is_text,
        "virtualNetworkGateway1": REFERENCE,
        "virtualNetworkGateway2": REFERENCE,
        "localNetworkGateway2": REFERENCE,
        "enableBgp": is_flag,
        "useLocalAzureIpAddress": is_flag,
        "usePolicyBasedTrafficSelectors": is_flag,
        "gatewayCustomBgpIpAddresses": [
            {"ipConfigurationId!": is_id, "customBgpIpAddress!": is_address}
        ],
        "ipsecPolicies": POLICIES,
        "tunnelConnectionStatus": [{"tunnel": is_text, "connectionStatus": is_text}],
    },
}
PEERS: Shape = {
    "value": [
        {
            "localAddress": is_text,
            "neighbor": is_text,
            "asn": is_whole,
            "state": is_text,
            "routesReceived": is_whole,
        }
    ]
}
LEARNED: Shape = {
    "value": [
        {
            "localAddress": is_text,
            "network!": is_network,
            "nextHop": is_text,
            "sourcePeer": is_text,
            "origin": is_text,
            "asPath": is_text,
        }
    ]
}
EFFECTIVE: Shape = {
    "value": [
        {
            "source": is_text,
            "state": is_text,
            "addressPrefix": [is_text],
            "nextHopType": is_text,
            "nextHopIpAddress": [is_text],
        }
    ]
}


def shaped(body: object, shape: Shape) -> Json:
    """Return a body that fits a shape; raises Misshapen for another."""
    misfit = next(_misfits(body, shape, ""), None)
    if misfit is None and isinstance(body, Mapping):
        return dict(body)
    raise Misshapen(f"the answer is not Azure's: {misfit}")


def _misfits(value: object, shape: Shape, path: str) -> Iterator[str]:
    here = path or "the body"
    if callable(shape):
        if not shape(value):
            yield f"{here} is {_kind(value)} that does not belong there"
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield f"{here} is {_kind(value)}, not a list"
            return
        for number, item in enumerate(value):
            yield from _misfits(item, shape[0], f"{path}[{number}]")
    elif isinstance(value, Mapping):
        yield from _members(value, shape, f"{path}." if path else "")
    else:
        yield f"{here} is {_kind(value)}, not an object"


def _members(value: Mapping[str, Any], shape: Shape, prefix: str) -> Iterator[str]:
    for key, inner in shape.items():
        name = key.rstrip("!")
        if value.get(name) is not None:
            yield from _misfits(value[name], inner, prefix + name)
        elif name != key:
            yield f"{prefix}{name} is missing"


_KINDS: Mapping[type, str] = MappingProxyType(
    {
        str: "a text",
        bool: "a flag",
        int: "a number",
        float: "a number",
        list: "a list",
        dict: "an object",
        type(None): "null",
    }
)


def _kind(value: object) -> str:
    return _KINDS.get(type(value), type(value).__name__)
