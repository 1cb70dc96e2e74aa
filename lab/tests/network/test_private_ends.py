"""A gateway's private address is reached over ExpressRoute alone, and answers there alone."""

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network

import pytest

from lab.network.negotiation import TunnelEnd, azure_end
from lab.network.refusal import RefusedError
from lab.network.views import GatewayView, UplinkFact
from lab.tests.network import article

PRIVATE = IPv4Address("10.0.255.254")
UPLINK = UplinkFact(
    address=IPv4Address("172.16.0.5"),
    next_hop=IPv4Address("172.16.0.1"),
    public=IPv4Address("172.16.0.5"),
    expressroute=True,
)
INTERNET = replace(UPLINK, expressroute=False)
END = TunnelEnd(
    interface="Tunnel0",
    inside="OUTSIDE_ONE",
    front_door="",
    source="GigabitEthernet1",
    local=UPLINK.address,
    destination=PRIVATE,
    ipsec_profile="VRF_OUTSIDE_ONE_PROFILE",
)


def gateway(heard: str = "172.16.0.0/24", *, on_private: bool = True) -> GatewayView:
    first = article.GATEWAY_VIEW.connections[0]
    return replace(
        article.GATEWAY_VIEW,
        instances=(replace(article.GATEWAY_VIEW.instances[0], private_address=PRIVATE),),
        connections=(replace(first, peer_address=UPLINK.public, on_private_address=on_private),),
        expressroute=(IPv4Network(heard),),
    )


@pytest.mark.parametrize("heard", ["172.16.0.0/24", "172.16.0.0/12", "0.0.0.0/0"])
def test_a_private_peering_leads_to_the_private_address(heard: str) -> None:
    assert azure_end(END, UPLINK, [gateway(heard)]).connection.id == article.ONE


@pytest.mark.parametrize(
    ("destination", "fact", "shown", "reason"),
    [
        (PRIVATE, INTERNET, gateway(), "no gateway at 10.0.255.254 on the Internet"),
        (article.AZURE, UPLINK, gateway(), "no gateway at 23.98.148.37 over ExpressRoute"),
        (PRIVATE, UPLINK, gateway(on_private=False), "Azure waits at the gateway's public address"),
        (article.AZURE, INTERNET, gateway(), "Azure waits at the gateway's private address"),
        (PRIVATE, UPLINK, gateway("172.17.0.0/16"), "Azure hears no prefix over ExpressRoute"),
    ],
)
def test_nothing_else_comes_to_terms(
    destination: IPv4Address, fact: UplinkFact, shown: GatewayView, reason: str
) -> None:
    with pytest.raises(RefusedError, match=reason):
        azure_end(replace(END, destination=destination), fact, [shown])
