"""Read the gateways of a world file."""

from ipaddress import IPv4Address

from lab.world.facts import ExpressRouteFact, GatewayFact, InstanceFact, NatRuleFact
from lab.world.node import Node
from lab.world.state import CONNECTIONS, LOCAL_GATEWAYS, described, resources, state_file

# What Azure takes as custom BGP addresses ("How to configure BGP for VPN Gateway").
APIPA = (IPv4Address("169.254.21.0"), IPv4Address("169.254.22.255"))
NAT_MODES = ("IngressSnat", "EgressSnat")


def gateway(name: str, node: Node) -> GatewayFact:
    """Return a gateway of the file."""
    if "state" in node.mapping():
        return _standing(name, node)
    part = node.fields(
        *("resource_group", "sku", "generation", "asn", "network", "instances", "nics"),
        optional=("announce_next_hop", "nat_rules"),
    )
    network = part["network"].fields(
        "name", "prefixes", "gateway_subnet", optional=("expressroute",)
    )
    next_hop, nat_rules = part["announce_next_hop"], part["nat_rules"]
    return GatewayFact(
        name=name,
        resource_group=part["resource_group"].text(),
        sku=part["sku"].text(),
        generation=part["generation"].text(),
        asn=part["asn"].number(),
        network=network["name"].text(),
        prefixes=tuple(v.prefix() for v in network["prefixes"].items()),
        gateway_subnet=network["gateway_subnet"].prefix(),
        instances=tuple(instance(v) for v in part["instances"].items()),
        nics=tuple(v.text() for v in part["nics"].items()),
        expressroute=expressroute(network["expressroute"]),
        announce_next_hop=next_hop.address() if next_hop.given() else None,
        nat_rules=_nat_rules(nat_rules) if nat_rules.given() else (),
    )


def _standing(name: str, node: Node) -> GatewayFact:
    """Return a gateway whose state a file has, as Azure told it."""
    part = node.fields("state", "prefixes", "nics", optional=("expressroute",))
    kinds = (LOCAL_GATEWAYS, CONNECTIONS)
    parts = state_file(part["state"], *kinds)
    return GatewayFact(
        name=name,
        prefixes=tuple(one.prefix() for one in part["prefixes"].items()),
        gateway_subnet=None,
        nics=tuple(one.text() for one in part["nics"].items()),
        expressroute=expressroute(part["expressroute"]),
        resources=tuple(resources(parts, *kinds)),
        **described(parts["gateway"]),
    )


def instance(node: Node) -> InstanceFact:
    """Return an instance; WorldError where a custom speaker is none that Azure takes."""
    part = node.fields("public_address", "speaker", optional=("custom_speakers", "private_address"))
    custom, private = part["custom_speakers"], part["private_address"]
    speakers = custom.items() if custom.given() else []
    for one in speakers:
        if not APIPA[0] <= one.address() <= APIPA[1]:
            raise one.error(f"a custom speaker is one of {APIPA[0]} to {APIPA[1]}")
    return InstanceFact(
        public_address=part["public_address"].address(),
        speaker=part["speaker"].address(),
        custom_speakers=tuple(one.address() for one in speakers),
        private_address=private.address() if private.given() else None,
    )


def expressroute(node: Node) -> ExpressRouteFact:
    """Return what comes by ExpressRoute, nothing where the file does not say."""
    if not node.given():
        return ExpressRouteFact()
    part = node.fields("prefixes", optional=("next_hop",))
    next_hop = part["next_hop"]
    return ExpressRouteFact(
        prefixes=tuple(v.prefix() for v in part["prefixes"].items()),
        next_hop=next_hop.address() if next_hop.given() else None,
    )


def _nat_rules(node: Node) -> tuple[NatRuleFact, ...]:
    return tuple(_nat_rule(name, one) for name, one in node.mapping().items())


def _nat_rule(name: str, node: Node) -> NatRuleFact:
    part = node.fields("mode", "internal", "external")
    mode = part["mode"].text()
    if mode not in NAT_MODES:
        raise part["mode"].error(f"none of {', '.join(NAT_MODES)}")
    return NatRuleFact(
        name=name,
        mode=mode,
        internal=part["internal"].prefix(),
        external=part["external"].prefix(),
    )
