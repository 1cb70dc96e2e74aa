"""The article's site as a plan, and as it is seen from both ends when all is well."""

import json
import re
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from pathlib import Path
from typing import Any

import pytest

from fvrf.checks.observation import GatewayObservation
from fvrf.crypto import ARTICLE_LEGACY
from fvrf.iosxe.parse.commands import router_commands
from fvrf.plan.model import ConnectionPlan, GatewayPlan, RouterPlan
from fvrf.plan.objects import BgpPlan, InterfacePlan, IpsecProfilePlan, StaticRoutePlan, TunnelPlan
from fvrf.secrets import SecretRef

ARTICLE = Path(__file__).parents[1] / "fixtures" / "article"
AZURE = IPv4Address("23.98.148.37")
SPEAKER = IPv4Address("10.0.255.254")
TUNNELS = (
    TunnelPlan(
        name="Tunnel0",
        description=None,
        vrf="OUTSIDE_ONE",
        address=IPv4Interface("192.168.255.254/32"),
        unnumbered=None,
        mtu=None,
        mss=1350,
        source="GigabitEthernet1",
        destination=AZURE,
        front_door=None,
        ipsec_profile="VRF_OUTSIDE_ONE_PROFILE",
    ),
    TunnelPlan(
        name="Tunnel1",
        description=None,
        vrf="OUTSIDE_TWO",
        address=None,
        unnumbered="GigabitEthernet2",
        mtu=None,
        mss=1350,
        source="GigabitEthernet2",
        destination=AZURE,
        front_door="OUTSIDE_TWO",
        ipsec_profile="VRF_OUTSIDE_TWO_PROFILE",
    ),
)


def connection(
    name: str, tunnel: TunnelPlan, local_address: str, bgp_address: str, public_address: str
) -> ConnectionPlan:
    """Return one connection of the article's router."""
    return ConnectionPlan(
        router="scus-onprem-csr",
        site="scus",
        gateway="azure-vng",
        name=name,
        local_gateway_name=f"{name}_LNG",
        uplink=tunnel.source,
        front_door=tunnel.front_door,
        outside=tunnel.vrf,
        inside="INSIDE_VRF",
        tunnels=(tunnel.name,),
        public_address=IPv4Address(public_address),
        local_address=IPv4Address(local_address),
        bgp_address=IPv4Address(bgp_address),
        asn=64900,
        peer_asn=65515,
        peer_addresses=(AZURE,),
        speakers=(SPEAKER,),
        custom_speakers=None,
        gateway_prefixes=(IPv4Network("10.0.0.0/16"),),
        site_prefixes=(IPv4Network("172.16.0.0/16"),),
        prepend=0,
        crypto=ARTICLE_LEGACY,
        key=SecretRef("file", "psk-scus"),
    )


CONNECTIONS = (
    connection("CSR_OUTSIDE_1", TUNNELS[0], "172.16.0.5", "192.168.255.254", "198.51.100.10"),
    connection("CSR_OUTSIDE_2", TUNNELS[1], "172.16.1.4", "172.16.1.4", "198.51.100.11"),
)


def interface(name: str, vrf: str, address: str) -> InterfacePlan:
    """Return a managed interface."""
    return InterfacePlan(name=name, vrf=vrf, address=IPv4Interface(address))


def ipsec_profile(tunnel: TunnelPlan) -> IpsecProfilePlan:
    """Return a tunnel's IPsec profile, without PFS as the article has it."""
    return IpsecProfilePlan(
        name=tunnel.ipsec_profile,
        transform_set="AZURE_IPSEC_PROPOSAL",
        pfs=None,
        ikev2_profile=tunnel.ipsec_profile,
        lifetime_s=3600,
        lifetime_kb=102400000,
    )


@pytest.fixture
def plan() -> RouterPlan:
    """Return the parts of the router's plan that are seen from outside."""
    return RouterPlan(
        host="scus-onprem-csr",
        site="scus",
        scheme="article",
        vrfs=(),
        interfaces=(
            interface("GigabitEthernet2", "OUTSIDE_TWO", "172.16.1.4/24"),
            interface("GigabitEthernet3", "INSIDE_VRF", "172.16.2.4/24"),
        ),
        loopbacks=(),
        proposals=(),
        policies=(),
        keyrings=(),
        ikev2_profiles=(),
        transform_sets=(),
        ipsec_profiles=tuple(ipsec_profile(tunnel) for tunnel in TUNNELS),
        tunnels=TUNNELS,
        routes=(
            StaticRoutePlan(
                vrf="INSIDE_VRF",
                prefix=IPv4Network("172.16.0.0/16"),
                via="172.16.2.1",
                name=None,
            ),
        ),
        prefix_lists=(),
        next_hop_route_map=None,
        prepend=None,
        bgp=BgpPlan(asn=64900, families=()),
        connections=CONNECTIONS,
        probes=(),
    )


@pytest.fixture
def gateway_plan() -> GatewayPlan:
    """Return the gateway's plan, with the article's virtual machine to look at."""
    return GatewayPlan(
        host="azure-vng",
        subscription="00000000-0000-0000-0000-000000000000",
        resource_group="vpn-testing",
        name="azure-vng",
        asn=65515,
        public_addresses=(AZURE,),
        speakers=(SPEAKER,),
        prefixes=(IPv4Network("10.0.0.0/16"),),
        nics=("azure-vm961",),
        connections=CONNECTIONS,
    )


@pytest.fixture
def outputs(plan: RouterPlan) -> dict[str, str]:
    """Return the healthy router's outputs by command; a test edits what it wants wrong."""
    return {command: captured(command) for command in router_commands(plan)}


def captured(command: str) -> str:
    """Return the article's output of a command, or the one composed with its values."""
    name = f"{re.sub('[ |]+', '_', command)}.txt"
    file = ARTICLE / "show" / name
    return (file if file.exists() else ARTICLE / "composed" / name).read_text()


@pytest.fixture
def gateway_bodies() -> dict[str, Any]:
    """Return the healthy gateway's REST bodies; a test edits what it wants wrong."""
    return {
        name: json.loads((ARTICLE / "azure" / f"{name}.json").read_text())
        for name in ("connections", "peers", "learned", "effective")
    }


@pytest.fixture
def see_gateway() -> Callable[[dict[str, Any]], GatewayObservation]:
    """Return the function that reads bodies as the Azure side hands them over."""
    return lambda bodies: GatewayObservation.from_rest(
        "azure-vng",
        connections=bodies["connections"],
        peers=bodies["peers"],
        learned=bodies["learned"],
        effective={"azure-vm961": bodies["effective"]},
    )
