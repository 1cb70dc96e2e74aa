"""A gateway's part of the inventory, from what Azure says of it."""

from collections.abc import Iterator, Mapping, Sequence
from ipaddress import IPv4Address
from typing import Any

from fvrf.azure.gateway import is_private
from fvrf.azure.network import announced
from fvrf.azure.resources import Json
from fvrf.intent.model import Gateway

Data = dict[str, Any]
_GENERATIONS = {"Generation1": 1, "Generation2": 2}


def gateway_data(body: Json, network: Json | None, nics: Sequence[str]) -> Data:
    """Return the facts of a gateway as the inventory has them.

    `body` and `network` are those of their GETs; without a right to the network it has no prefixes.
    One NIC is enough to see Azure's effective routes by.
    """
    properties = body.get("properties") or {}
    settings = properties.get("bgpSettings") or {}
    generation = _GENERATIONS.get(str(properties.get("vpnGatewayGeneration")))
    return {
        "asn": settings.get("asn"),
        "sku": (properties.get("sku") or {}).get("name"),
        **({"generation": generation} if generation else {}),
        "prefixes": [str(prefix) for prefix in announced(network or {})],
        "instances": [*map(instance_data, settings.get("bgpPeeringAddresses") or ())],
        **({"nics": sorted(nics)[:1]} if nics else {}),
    }


def instance_data(settings: Json) -> Data:
    """Return an instance: its first speaker is the default one, the others are custom."""
    tunnel = _ipv4(settings.get("tunnelIpAddresses"))
    speakers = [
        *_ipv4(settings.get("defaultBgpIpAddresses")),
        *_ipv4(settings.get("customBgpIpAddresses")),
    ]
    public = [address for address in tunnel if not is_private(address)] or tunnel
    private = [address for address in tunnel if address not in public]
    return {
        "public_address": str(next(iter(public), "")),
        **({"private_address": str(private[0])} if private else {}),
        "speakers": [*map(str, speakers)],
    }


def _ipv4(texts: Sequence[str] | None) -> list[IPv4Address]:
    return [IPv4Address(text.strip()) for text in texts or () if ":" not in text]


def differences(own: Gateway, found: Mapping[str, Any]) -> Iterator[str]:
    """Yield where an inventory's gateway differs from what was found, with both values.

    What the inventory does not say of its size is no difference, nor which NICs it names.
    """
    said = own.model_dump(mode="json")
    for key in ("asn", "sku", "generation", "scale_units", "prefixes"):
        wanted, actual = _plain(said.get(key)), _plain(found.get(key))
        if wanted not in (None, actual):
            yield f"{key}: the inventory has {_shown(wanted)}, Azure {_shown(actual)}"
    ours, theirs = _by_address(said["instances"]), _by_address(found["instances"])
    if ours != theirs:
        yield f"instances: the inventory has {_instances(ours)}, Azure {_instances(theirs)}"
    private = _private(found["instances"])
    for public, address in _private(said["instances"]).items():
        if address != private.get(public):
            actual = private.get(public) or "none"
            yield f"private_address of {public}: the inventory has {address}, Azure {actual}"


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, list | tuple) else value


def _by_address(instances: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    return {
        one["public_address"]: sorted(one["speakers"], key=IPv4Address)
        for one in sorted(instances, key=lambda one: str(one["public_address"]))
    }


def _private(instances: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the private addresses that are said, by the public ones."""
    return {
        one["public_address"]: one["private_address"]
        for one in instances
        if one.get("private_address")
    }


def _instances(instances: Mapping[str, Sequence[str]]) -> str:
    shown = (f"{public} ({', '.join(speakers)})" for public, speakers in instances.items())
    return "; ".join(shown) or "none"


def _shown(value: object) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)
