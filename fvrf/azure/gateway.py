"""The gateway itself is only read: what it must be like for the plan to work."""

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network

from fvrf.azure.conflict import AzureConflict
from fvrf.azure.resources import Json
from fvrf.plan.model import GatewayPlan

# What the private addresses of a gateway are of ("Configure a Site-to-Site VPN connection over
# ExpressRoute private peering").
RFC1918 = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
# What an answer may leave out.
_UNTOLD = frozenset({"public addresses", "private addresses"})


def gateway_conflicts(plan: GatewayPlan, body: Json) -> tuple[AzureConflict, ...]:
    """Return where a gateway is not what the intent says it is; nothing may be written then."""
    properties = body.get("properties") or {}
    facts = (
        *_mode(plan, properties),
        ("AS number", plan.asn, (properties.get("bgpSettings") or {}).get("asn")),
        ("public addresses", set(plan.public_addresses), public_addresses(body)),
        ("BGP addresses", set(plan.speakers), speakers(body)),
        *_size(plan, properties),
        *_private(plan, body),
    )
    return tuple(
        _conflict(plan, subject, _shown(expected), _shown(actual))
        for subject, expected, actual in facts
        if actual != expected and not (subject in _UNTOLD and actual == set())
    )


def _mode(plan: GatewayPlan, properties: Json) -> Iterator[tuple[str, object, object]]:
    """Yield what a hub's gateway always is, and has no word for."""
    if plan.hub is None:
        yield "BGP", True, bool(properties.get("enableBgp"))
        wanted = len(plan.public_addresses) > 1
        yield "active-active", wanted, bool(properties.get("activeActive"))


def _private(plan: GatewayPlan, body: Json) -> Iterator[tuple[str, object, object]]:
    """Yield what connections over ExpressRoute need of the gateway; a hub's always has it."""
    if plan.wants_private_addresses:
        properties = body.get("properties") or {}
        if plan.hub is None:
            yield "enablePrivateIpAddress", True, bool(properties.get("enablePrivateIpAddress"))
        yield "private addresses", set(plan.private_addresses), private_addresses(body)


def _size(plan: GatewayPlan, properties: Json) -> Iterator[tuple[str, object, object]]:
    """Yield what the intent says of the gateway's size, and what Azure says."""
    if plan.sku is not None:
        yield "SKU", plan.sku, (properties.get("sku") or {}).get("name")
    if plan.generation is not None:
        found = properties.get("vpnGatewayGeneration")
        yield "generation", f"Generation{plan.generation}", found
    if plan.hub is not None and plan.hub.scale_units is not None:
        yield "scale units", plan.hub.scale_units, properties.get("vpnGatewayScaleUnit")


def public_addresses(body: Json) -> set[IPv4Address]:
    """Return the gateway's public addresses; empty where the answer does not tell them."""
    found = _ipv4(_instance_addresses(body, "tunnelIpAddresses"))
    return found - private_addresses(body)


def private_addresses(body: Json) -> set[IPv4Address]:
    """Return the gateway's private addresses, which stand among those of its tunnels, too."""
    configurations = (body.get("properties") or {}).get("ipConfigurations") or ()
    own = ((one.get("properties") or {}).get("privateIPAddress") for one in configurations)
    tunnels = _ipv4(_instance_addresses(body, "tunnelIpAddresses"))
    return _ipv4(filter(None, own)) | {one for one in tunnels if is_private(one)}


def is_private(address: IPv4Address) -> bool:
    """Tell an address that no gateway has on the Internet."""
    return any(address in network for network in RFC1918)


def speakers(body: Json) -> set[IPv4Address]:
    """Return the BGP addresses of all instances: default and custom ones.

    `bgpPeeringAddress` holds those of both instances, joined by a comma, when active-active.
    """
    settings = (body.get("properties") or {}).get("bgpSettings") or {}
    texts = [part for part in (settings.get("bgpPeeringAddress") or "").split(",") if part]
    texts += _instance_addresses(body, "defaultBgpIpAddresses")
    texts += _instance_addresses(body, "customBgpIpAddresses")
    return _ipv4(texts)


def _ipv4(texts: Iterable[str]) -> set[IPv4Address]:
    """Return the addresses; those of IPv6, which tunnels may have too, are out of scope."""
    return {IPv4Address(text.strip()) for text in texts if ":" not in text}


def _instance_addresses(body: Json, field: str) -> Iterator[str]:
    settings = (body.get("properties") or {}).get("bgpSettings") or {}
    for instance in settings.get("bgpPeeringAddresses") or ():
        yield from instance.get(field) or ()


def _conflict(plan: GatewayPlan, subject: str, expected: str, actual: str) -> AzureConflict:
    return AzureConflict(
        resource=plan.name,
        subject=subject,
        expected=expected,
        actual=actual,
        remedy=(
            "a gateway is never changed beside a router: mend the inventory, or the gateway by hand"
            + (" or by `rollout --gateway-change`" if plan.hub is None else "")
        ),
    )


def _shown(value: object) -> str:
    if isinstance(value, set):
        return ", ".join(str(address) for address in sorted(value)) or "none"
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value)
