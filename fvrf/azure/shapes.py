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


def _text(value: object) -> bool:
    return isinstance(value, str)


def _flag(value: object) -> bool:
    return isinstance(value, bool)


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _number(value: object) -> bool:
    """Accept digits as well: older API versions print some numbers as text."""
    return _whole(value) or (isinstance(value, str) and value.isascii() and value.isdecimal())


_ID = re.compile(
    r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/[^/]+(/[^/]+/[^/]+)+", re.IGNORECASE
)


def _id(value: object) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _address(value: object) -> bool:
    return isinstance(value, str) and _parses(ip_address, value.strip())


def _addresses(value: object) -> bool:
    return isinstance(value, str) and all(map(_address, filter(None, value.split(","))))


def _network(value: object) -> bool:
    return isinstance(value, str) and _parses(lambda text: ip_network(text, strict=False), value)


def _parses(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


def _tags(value: object) -> bool:
    return isinstance(value, Mapping) and all(isinstance(text, str) for text in value.values())


LISTED: Shape = {"id!": _id}
_REFERENCE = {"id": _id}
_RESOURCE = {"id!": _id, "name": _text, "etag": _text, "tags": _tags}

GATEWAY: Shape = {
    **_RESOURCE,
    "location!": _text,
    "properties!": {
        "provisioningState": _text,
        "enableBgp": _flag,
        "activeActive": _flag,
        "enablePrivateIpAddress": _flag,
        "sku": {"name": _text},
        "vpnGatewayGeneration": _text,
        "ipConfigurations": [{"properties": {"subnet": _REFERENCE, "privateIPAddress": _address}}],
        "bgpSettings": {
            "asn": _number,
            "bgpPeeringAddress": _addresses,
            "bgpPeeringAddresses": [
                {
                    "ipconfigurationId": _id,
                    "defaultBgpIpAddresses": [_address],
                    "customBgpIpAddresses": [_address],
                    "tunnelIpAddresses": [_address],
                }
            ],
        },
    },
}
_SPACE = {"addressPrefixes": [_network]}
NETWORK: Shape = {
    **_RESOURCE,
    "properties!": {
        "addressSpace!": _SPACE,
        "virtualNetworkPeerings": [
            {"properties": {"allowGatewayTransit": _flag, "remoteAddressSpace": _SPACE}}
        ],
    },
}
LOCAL_GATEWAY: Shape = {
    **_RESOURCE,
    "properties!": {
        "provisioningState": _text,
        "gatewayIpAddress": _text,
        "fqdn": _text,
        "localNetworkAddressSpace": _SPACE,
        "bgpSettings": {"asn": _number, "bgpPeeringAddress": _text},
    },
}
CONNECTION: Shape = {
    **_RESOURCE,
    "properties!": {
        "provisioningState": _text,
        "connectionStatus": _text,
        "connectionType": _text,
        "connectionProtocol": _text,
        "virtualNetworkGateway1": _REFERENCE,
        "virtualNetworkGateway2": _REFERENCE,
        "localNetworkGateway2": _REFERENCE,
        "enableBgp": _flag,
        "useLocalAzureIpAddress": _flag,
        "usePolicyBasedTrafficSelectors": _flag,
        "gatewayCustomBgpIpAddresses": [
            {"ipConfigurationId!": _id, "customBgpIpAddress!": _address}
        ],
        "ipsecPolicies": [
            {
                "ikeEncryption": _text,
                "ikeIntegrity": _text,
                "dhGroup": _text,
                "ipsecEncryption": _text,
                "ipsecIntegrity": _text,
                "pfsGroup": _text,
                "saLifeTimeSeconds": _number,
                "saDataSizeKilobytes": _number,
            }
        ],
        "tunnelConnectionStatus": [{"tunnel": _text, "connectionStatus": _text}],
    },
}
PEERS: Shape = {
    "value": [
        {
            "localAddress": _text,
            "neighbor": _text,
            "asn": _whole,
            "state": _text,
            "routesReceived": _whole,
        }
    ]
}
LEARNED: Shape = {
    "value": [
        {
            "localAddress": _text,
            "network!": _network,
            "nextHop": _text,
            "sourcePeer": _text,
            "origin": _text,
            "asPath": _text,
        }
    ]
}
EFFECTIVE: Shape = {
    "value": [
        {
            "source": _text,
            "state": _text,
            "addressPrefix": [_text],
            "nextHopType": _text,
            "nextHopIpAddress": [_text],
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
