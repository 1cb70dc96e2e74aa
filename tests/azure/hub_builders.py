"""A hub's gateway with a router of two links as a plan, for the lab's virtual WAN."""

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network

import azure_builders as build

from fvrf.plan.model import ConnectionPlan, GatewayPlan, HubPlan

GROUP, GATEWAY = "vpn-vwan", "hub-scus-vpn"
SITE = "fvrf-branch1-csr-hub"
PUBLIC = (IPv4Address("192.0.2.4"), IPv4Address("192.0.2.5"))
DEFAULT = (IPv4Address("10.0.255.4"), IPv4Address("10.0.255.5"))
APIPA = (IPv4Address("169.254.21.1"), IPv4Address("169.254.21.5"))
OTHERS = (IPv4Address("169.254.22.1"), IPv4Address("169.254.22.5"))

ONE = replace(
    build.ONE,
    router="branch1-csr",
    site="branch1",
    gateway="hub",
    name="link-one",
    local_gateway_name="link-one",
    tunnels=("Tunnel1", "Tunnel101"),
    public_address=IPv4Address("198.51.100.2"),
    bgp_address=IPv4Address("10.200.1.1"),
    peer_addresses=PUBLIC,
    speakers=DEFAULT,
    custom_speakers=(),
    gateway_prefixes=(IPv4Network("10.1.0.0/16"),),
)
TWO = replace(
    ONE,
    name="link-two",
    local_gateway_name="link-two",
    tunnels=("Tunnel2", "Tunnel102"),
    public_address=IPv4Address("198.51.100.6"),
    bgp_address=IPv4Address("169.254.100.1"),
    speakers=APIPA,
    custom_speakers=APIPA,
    key=build.TWO.key,
)


def plan(*connections: ConnectionPlan, scale_units: int | None = 10) -> GatewayPlan:
    """Return the gateway with the given connections, both where none is given."""
    return replace(
        build.plan(),
        host="hub",
        resource_group=GROUP,
        name=GATEWAY,
        public_addresses=PUBLIC,
        speakers=(*DEFAULT, *APIPA, *OTHERS),
        prefixes=(IPv4Network("10.1.0.0/16"),),
        connections=connections or (ONE, TWO),
        hub=HubPlan(scale_units=scale_units),
    )
