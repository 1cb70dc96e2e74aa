"""The expected state is the plan's, in the terms in which it is seen."""

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network

from fvrf.expected import (
    ExpectedConnection,
    ExpectedGateway,
    ExpectedInterface,
    ExpectedPath,
    ExpectedRoute,
    ExpectedRouter,
    ExpectedSession,
    ExpectedSiteRoute,
    ExpectedTunnel,
    expected_gateway,
    expected_router,
)
from fvrf.plan.model import GatewayPlan, RouterPlan

AZURE = IPv4Network("10.0.0.0/16")
SITE = IPv4Network("172.16.0.0/16")
GATEWAY = IPv4Address("23.98.148.37")
SPEAKER = IPv4Address("10.0.255.254")
ONE = ExpectedPath(next_hop=SPEAKER, vrf="OUTSIDE_ONE", tunnel="Tunnel0")
TWO = ExpectedPath(next_hop=SPEAKER, vrf="OUTSIDE_TWO", tunnel="Tunnel1")


def test_the_articles_router(plan: RouterPlan) -> None:
    assert expected_router(plan) == ExpectedRouter(
        host="scus-onprem-csr",
        interfaces=(
            ExpectedInterface(name="GigabitEthernet1", address=IPv4Address("172.16.0.5")),
            ExpectedInterface(name="GigabitEthernet2", address=IPv4Address("172.16.1.4")),
            ExpectedInterface(name="GigabitEthernet3", address=IPv4Address("172.16.2.4")),
        ),
        tunnels=(
            ExpectedTunnel(
                name="Tunnel0",
                address=IPv4Address("192.168.255.254"),
                ipsec_profile="VRF_OUTSIDE_ONE_PROFILE",
                pfs=None,
                connection="CSR_OUTSIDE_1",
                source="GigabitEthernet1",
                local=IPv4Address("172.16.0.5"),
                remote=GATEWAY,
                fvrf=None,
                ivrf="OUTSIDE_ONE",
            ),
            ExpectedTunnel(
                name="Tunnel1",
                address=IPv4Address("172.16.1.4"),
                ipsec_profile="VRF_OUTSIDE_TWO_PROFILE",
                pfs=None,
                connection="CSR_OUTSIDE_2",
                source="GigabitEthernet2",
                local=IPv4Address("172.16.1.4"),
                remote=GATEWAY,
                fvrf="OUTSIDE_TWO",
                ivrf="OUTSIDE_TWO",
            ),
        ),
        sessions=(
            ExpectedSession(
                connection="CSR_OUTSIDE_1",
                tunnel="Tunnel0",
                vrf="OUTSIDE_ONE",
                neighbor=SPEAKER,
                remote_as=65515,
                advertised=(SITE,),
                is_filtered=False,
            ),
            ExpectedSession(
                connection="CSR_OUTSIDE_2",
                tunnel="Tunnel1",
                vrf="OUTSIDE_TWO",
                neighbor=SPEAKER,
                remote_as=65515,
                advertised=(SITE,),
                is_filtered=False,
            ),
        ),
        outside=(
            ExpectedRoute(vrf="OUTSIDE_ONE", prefix=AZURE, paths=(ONE,)),
            ExpectedRoute(vrf="OUTSIDE_TWO", prefix=AZURE, paths=(TWO,)),
        ),
        inside=(ExpectedRoute(vrf="INSIDE_VRF", prefix=AZURE, paths=(ONE, TWO)),),
        site=(
            ExpectedSiteRoute(vrf="INSIDE_VRF", prefix=SITE, next_hop=IPv4Address("172.16.2.1")),
        ),
    )


def test_a_connection_of_two_tunnels_has_a_path_by_each_speaker(plan: RouterPlan) -> None:
    """The second tunnel is that of the gateway's second instance."""
    first, second = plan.tunnels
    speakers = (IPv4Address("10.0.255.4"), IPv4Address("10.0.255.5"))
    connection = replace(plan.connections[0], tunnels=("Tunnel0", "Tunnel100"), speakers=speakers)
    tunnels = (first, replace(second, name="Tunnel100", vrf="OUTSIDE_ONE"))
    paths = (
        ExpectedPath(next_hop=speakers[0], vrf="OUTSIDE_ONE", tunnel="Tunnel0"),
        ExpectedPath(next_hop=speakers[1], vrf="OUTSIDE_ONE", tunnel="Tunnel100"),
    )

    expected = expected_router(replace(plan, tunnels=tunnels, connections=(connection,)))

    assert expected.outside == (ExpectedRoute(vrf="OUTSIDE_ONE", prefix=AZURE, paths=paths),)
    assert expected.inside == (ExpectedRoute(vrf="INSIDE_VRF", prefix=AZURE, paths=paths),)


def test_the_articles_gateway(gateway_plan: GatewayPlan) -> None:
    expected = expected_gateway(gateway_plan)

    assert expected == ExpectedGateway(
        host="azure-vng",
        connections=(
            ExpectedConnection(
                name="CSR_OUTSIDE_1",
                router="scus-onprem-csr",
                bgp_address=IPv4Address("192.168.255.254"),
                asn=64900,
                speakers=(SPEAKER,),
                prefixes=(SITE,),
                prepend=0,
                pfs_group="None",
            ),
            ExpectedConnection(
                name="CSR_OUTSIDE_2",
                router="scus-onprem-csr",
                bgp_address=IPv4Address("172.16.1.4"),
                asn=64900,
                speakers=(SPEAKER,),
                prefixes=(SITE,),
                prepend=0,
                pfs_group="None",
            ),
        ),
        nics=("azure-vm961",),
        addresses=(IPv4Address("23.98.148.37"), SPEAKER),
    )
    assert expected.prefixes == (SITE,)


def test_of_a_gateway_only_what_concerns_the_chosen_routers(gateway_plan: GatewayPlan) -> None:
    other = replace(gateway_plan.connections[0], router="eus-csr", name="EUS_1")
    shared = replace(gateway_plan, connections=(*gateway_plan.connections, other))

    expected = expected_gateway(shared, only={"eus-csr"})

    assert [connection.name for connection in expected.connections] == ["EUS_1"]


def test_only_the_connections_that_go_before_are_in_the_tables(plan: RouterPlan) -> None:
    first, second = plan.connections
    waiting = replace(second, rank=2)

    expected = expected_router(replace(plan, connections=(first, waiting)))

    assert [(r.vrf, {p.tunnel for p in r.paths}) for r in expected.inside] == [
        ("INSIDE_VRF", {"Tunnel0"})
    ]
    assert [(r.vrf, {p.tunnel for p in r.paths}) for r in expected.outside] == [
        ("OUTSIDE_ONE", {"Tunnel0"}),
        ("OUTSIDE_TWO", {"Tunnel1"}),
    ]
