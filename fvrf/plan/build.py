"""The plan's rules: from checked intent to every object of both ends.

`build` is the only producer; each part below makes one kind of object of one router, in the
order in which it is built. Numbers come from explicit keys of the intent, never from positions,
and so does every order: the file may list its VRFs, uplinks and connections in any.
"""

import re
from collections.abc import Iterable
from ipaddress import IPv4Interface, IPv4Network

from fvrf.intent.fields import DHCP, GLOBAL
from fvrf.intent.model import Gateway, HubGateway, InsideVrf, Intent, Placed, Router
from fvrf.intent.tuning import AZURE_MTU
from fvrf.intent.warnings import warnings
from fvrf.plan import crypto
from fvrf.plan.link import Link
from fvrf.plan.model import ConnectionPlan, GatewayPlan, HubPlan, Plan, RouterPlan
from fvrf.plan.objects import (
    MARK,
    BgpPlan,
    BoxPlan,
    InterfacePlan,
    LearnedPlan,
    LoopbackPlan,
    PrefixListPlan,
    PrefixRulePlan,
    PrependPlan,
    ProbePlan,
    StaticRoutePlan,
    TunnelPlan,
    VrfPlan,
)
from fvrf.plan.routing import NEXT_HOP_MAP, PREPEND_MAP, families, outward_list, standbys


def build(intent: Intent) -> Plan:
    """Derive both ends of every host of the intent."""
    routers = {host: _router(intent, host, data) for host, data in intent.routers.items()}
    connections: dict[str, list[ConnectionPlan]] = {host: [] for host in intent.gateways}
    for router in routers.values():
        for connection in router.connections:
            connections[connection.gateway].append(connection)
    gateways = {
        host: _gateway(host, gateway, connections[host])
        for host, gateway in intent.gateways.items()
    }
    return Plan(routers=routers, gateways=gateways, warnings=tuple(warnings(intent)))


def _router(intent: Intent, host: str, router: Router) -> RouterPlan:
    links = tuple(_links(intent, host, router))
    marked = router.naming == "fvrf"
    return RouterPlan(
        host=host,
        site=router.site,
        scheme=router.naming,
        vrfs=tuple(_vrfs(router)),
        interfaces=tuple(_interfaces(router)),
        loopbacks=tuple(_loopbacks(links)),
        proposals=crypto.proposals(links),
        policies=crypto.policies(links),
        keyrings=crypto.keyrings(links),
        ikev2_profiles=crypto.ikev2_profiles(links),
        transform_sets=crypto.transform_sets(links),
        ipsec_profiles=crypto.ipsec_profiles(links),
        tunnels=tuple(tunnel for link in links for tunnel in _tunnels(link)),
        routes=tuple(_routes(router, links)),
        prefix_lists=tuple(_prefix_lists(links)) if marked else (),
        next_hop_route_map=NEXT_HOP_MAP if marked else None,
        prepend=PrependPlan(name=PREPEND_MAP, asn=router.asn, times=router.prepend)
        if router.prepend
        else None,
        standbys=standbys(links),
        bgp=BgpPlan(asn=router.asn, families=tuple(families(router, links))),
        connections=tuple(_connection(link) for link in links),
        probes=tuple(dict.fromkeys(_probes(links))),
        throughput_gbps=router.throughput_gbps,
        vrf_style=router.vrf_style,
        box=BoxPlan(**dict(router.box)),
        learned=tuple(_learned(router)),
    )


def _links(intent: Intent, host: str, router: Router) -> Iterable[Link]:
    """Join the connections by the numbers of their outside VRFs and tunnels."""

    def order(placed: Placed) -> tuple[int, int]:
        return placed.outside.id, placed.connection.tunnel

    for placed in sorted(router.connections(), key=order):
        connection = placed.connection
        yield Link(
            host=host,
            router=router,
            outside=placed.vrf,
            inside=placed.outside.inside,
            inside_vrf=router.inside[placed.outside.inside],
            connection=connection,
            uplink=router.uplinks[connection.uplink],
            gateway=intent.gateways[connection.gateway],
        )


def _vrfs(router: Router) -> Iterable[VrfPlan]:
    """Let an outside VRF import its inside VRF, an inside VRF its own outside VRFs only."""

    def target(number: int) -> str:
        return f"{router.asn}:{number}"

    for name, door in sorted(router.front_doors.items(), key=lambda item: item[1].id):
        yield VrfPlan(
            name=name,
            role="front_door",
            description=_mark(router, f"front door of {_uplinks_of(router, name)}"),
            rd=target(door.id),
            rt_exports=(),
            rt_imports=(),
        )
    for name, vrf in sorted(router.outside.items(), key=lambda item: item[1].id):
        yield VrfPlan(
            name=name,
            role="outside",
            description=_mark(router, f"outside of {vrf.inside}"),
            rd=target(vrf.id),
            rt_exports=(target(vrf.id),),
            rt_imports=(target(router.inside[vrf.inside].id),),
        )
    for name, inside in _inside(router):
        own = sorted((v.id for v in router.outside.values() if v.inside == name), reverse=True)
        yield VrfPlan(
            name=name,
            role="inside",
            description=_mark(router, "inside"),
            rd=target(inside.id),
            rt_exports=(target(inside.id),),
            rt_imports=tuple(target(number) for number in own),
        )


def _uplinks_of(router: Router, front_door: str) -> str:
    uplinks = (name for name, uplink in router.uplinks.items() if uplink.front_door == front_door)
    return ", ".join(sorted(uplinks, key=_by_number)) or "nothing"


def _mark(router: Router, text: str) -> str | None:
    """Return a description that begins with our mark; the scheme `article` has none."""
    return f"{MARK} {text}" if router.naming == "fvrf" else None


def _inside(router: Router) -> list[tuple[str, InsideVrf]]:
    return sorted(router.inside.items(), key=lambda item: item[1].id)


def _interfaces(router: Router) -> Iterable[InterfacePlan]:
    for name, uplink in sorted(router.uplinks.items(), key=lambda item: _by_number(item[0])):
        if uplink.managed:
            yield InterfacePlan(
                name=name,
                vrf=None if uplink.front_door == GLOBAL else uplink.front_door,
                address=uplink.own,
                description=_mark(router, "uplink") if uplink.vlan else None,
                vlan=uplink.vlan,
            )
    for vrf_name, inside in _inside(router):
        yield InterfacePlan(
            name=inside.interface,
            vrf=vrf_name,
            address=inside.address,
            description=_mark(router, f"interface of {vrf_name}") if inside.vlan else None,
            vlan=inside.vlan,
        )


def _by_number(interface: str) -> tuple[str, tuple[int, ...]]:
    """Order GigabitEthernet10 after GigabitEthernet9."""
    return interface.rstrip("0123456789/."), tuple(map(int, re.findall(r"\d+", interface)))


def _loopbacks(links: tuple[Link, ...]) -> Iterable[LoopbackPlan]:
    for link in links:
        if link.loopback is not None:
            yield LoopbackPlan(
                name=link.loopback,
                description=_mark(link.router, f"BGP address toward {link.connection.gateway}"),
                vrf=link.outside,
                address=IPv4Interface((link.bgp_address, 32)),
            )


def _tunnels(link: Link) -> Iterable[TunnelPlan]:
    own = None if link.lender else link.bgp_address
    for k, (name, peer) in enumerate(zip(link.tunnels, link.peers, strict=True)):
        yield TunnelPlan(
            name=name,
            description=_mark(link.router, f"{link.connection.gateway} instance {k}"),
            vrf=link.outside,
            address=IPv4Interface((own, 32)) if own else None,
            unnumbered=link.lender,
            mtu=link.mtu,
            mss=link.router.tunnels.mss,
            source=link.connection.uplink,
            destination=peer,
            front_door=link.front_door,
            ipsec_profile=link.name("profile"),
        )


def _routes(router: Router, links: tuple[Link, ...]) -> Iterable[StaticRoutePlan]:
    """Front doors to the gateways, inside VRFs to their networks, outside VRFs to the speakers."""
    mark = MARK if router.naming == "fvrf" else None
    for link in links:
        if link.uplink.next_hop is not None:
            for peer in link.peers:
                yield StaticRoutePlan(
                    vrf=link.front_door,
                    prefix=IPv4Network(peer),
                    via=_via(link),
                    name=mark,
                )
    for name, inside in _inside(router):
        for prefix, next_hop in sorted(inside.prefixes.items()):
            yield StaticRoutePlan(vrf=name, prefix=prefix, via=str(next_hop), name=mark)
    for link in links:
        for tunnel, speaker in zip(link.tunnels, link.speakers, strict=True):
            yield StaticRoutePlan(
                vrf=link.outside, prefix=IPv4Network(speaker), via=tunnel, name=mark
            )


def _via(link: Link) -> str:
    """Return the uplink's next hop; a leased one is named by the interface that has the lease."""
    hop = link.uplink.next_hop
    return f"{link.connection.uplink} {DHCP}" if hop == DHCP else str(hop)


def _learned(router: Router) -> Iterable[LearnedPlan]:
    for name, inside in _inside(router):
        for prefix in sorted(inside.connected):
            yield LearnedPlan(vrf=name, prefix=prefix, source="connected")
        for prefix in sorted(inside.bgp):
            yield LearnedPlan(vrf=name, prefix=prefix, source="bgp")
        for prefix in sorted(inside.ospf.prefixes if inside.ospf else ()):
            yield LearnedPlan(vrf=name, prefix=prefix, source="ospf")


def _prefix_lists(links: tuple[Link, ...]) -> Iterable[PrefixListPlan]:
    """Inward: no default route and no host routes. Outward: the site's own prefixes only."""
    everything = IPv4Network("0.0.0.0/0")
    for gateway in sorted({link.connection.gateway for link in links}):
        rule = PrefixRulePlan(sequence=5, action="permit", prefix=everything, ge=1, le=31)
        yield PrefixListPlan(name=f"{MARK}-{gateway}-in", rules=(rule,))
    for name, inside in sorted({link.inside: link.inside_vrf for link in links}.items()):
        rules = tuple(
            PrefixRulePlan(sequence=_sequence(prefix), action="permit", prefix=prefix)
            for prefix in inside.announced
        )
        yield PrefixListPlan(name=outward_list(name), rules=rules)


def _sequence(prefix: IPv4Network) -> int:
    """Make an entry's number of its prefix alone, so that another prefix never renumbers it.

    The network's bits and a one after them: different for all lengths up to 31 (the intent has
    no host routes) and within IOS-XE's 1 to 4294967294.
    """
    return int(prefix.network_address) | 1 << (prefix.max_prefixlen - 1 - prefix.prefixlen)


def _probes(links: tuple[Link, ...]) -> Iterable[ProbePlan]:
    for link in links:
        if link.gateway.probe is not None:
            yield ProbePlan(
                vrf=link.inside,
                host=link.gateway.probe,
                source=link.inside_vrf.interface,
                size=link.mtu or AZURE_MTU,
            )


def _connection(link: Link) -> ConnectionPlan:
    return ConnectionPlan(
        router=link.host,
        site=link.router.site,
        gateway=link.connection.gateway,
        name=link.azure_names.connection,
        local_gateway_name=link.azure_names.local_network_gateway,
        uplink=link.connection.uplink,
        front_door=link.front_door,
        outside=link.outside,
        inside=link.inside,
        tunnels=link.tunnels,
        public_address=link.uplink.public_address,
        local_address=link.local_address,
        bgp_address=link.bgp_address,
        asn=link.router.asn,
        peer_asn=link.gateway.asn,
        peer_addresses=link.peers,
        private_peering=link.connection.private_peering,
        expressroute=tuple(sorted(link.router.expressroute.get(link.connection.gateway, ()))),
        speakers=link.speakers,
        custom_speakers=link.custom_speakers,
        gateway_prefixes=tuple(sorted(link.gateway.prefixes)),
        site_prefixes=link.inside_vrf.announced,
        prepend=link.prepend,
        rank=link.connection.prepend,
        crypto=link.crypto,
        key=link.connection.key,
    )


def _gateway(host: str, gateway: Gateway, own: Iterable[ConnectionPlan]) -> GatewayPlan:
    return GatewayPlan(
        host=host,
        subscription=gateway.subscription,
        resource_group=gateway.resource_group,
        name=gateway.name or host,
        asn=gateway.asn,
        public_addresses=tuple(instance.public_address for instance in gateway.ranked),
        private_addresses=tuple(
            one.private_address for one in gateway.ranked if one.private_address
        ),
        speakers=tuple(s for one in gateway.ranked for s in (one.default, *one.apipa)),
        prefixes=tuple(sorted(gateway.prefixes)),
        nics=tuple(sorted(gateway.nics)),
        connections=tuple(sorted(own, key=lambda connection: connection.name)),
        sku=gateway.sku,
        generation=gateway.generation,
        custom_speakers=tuple(instance.apipa for instance in gateway.ranked),
        hub=HubPlan(scale_units=gateway.scale_units) if isinstance(gateway, HubGateway) else None,
    )
