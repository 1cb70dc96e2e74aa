"""Whether a tunnel interface and a gateway come to terms: pure functions of the two views.

Each step raises `RefusedError` (or the kind of it that says who notices) with the reason.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from lab.network.algorithms import (
    AZURE_IKE_LIFETIME_S,
    DEFAULT_POLICY,
    DEFAULT_PROPOSAL,
    ChildSuite,
    IkeSuite,
    azure_child_suites,
    azure_ike_suites,
    router_suites,
    router_transforms,
)
from lab.network.lifetimes import Lifetimes, child_lifetimes
from lab.network.refusal import CutError, LostError, RefusedError
from lab.network.rib import Rib, address_of
from lab.network.views import (
    GLOBAL,
    ConnectionView,
    GatewayView,
    Ikev2ProfileView,
    InterfaceView,
    IpsecProfileView,
    KeyringPeerView,
    PolicyView,
    RouterView,
    TunnelView,
    UplinkFact,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TunnelEnd:
    """A tunnel interface whose lines are complete; `local` is its source's address."""

    interface: str
    inside: str
    front_door: str
    source: str
    local: IPv4Address
    destination: IPv4Address
    ipsec_profile: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AzureEnd:
    """The connection that a gateway instance takes a peer for."""

    gateway: GatewayView
    connection: ConnectionView
    instance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What a negotiation came to. Times in seconds; `ike_rekey_s` is the shorter of both ends'."""

    end: TunnelEnd
    gateway: str
    connection: str
    instance: int
    profile: str
    ike: IkeSuite
    ike_lifetime_s: int
    ike_rekey_s: int
    transform: str
    pfs: str | None
    child: Lifetimes


def tunnel_end(view: RouterView, name: str) -> TunnelEnd:
    """Return the tunnel interface, if its lines are complete and its source is up.

    IOS brings a tunnel up only where the source lies in the VRF that `tunnel vrf` names.
    """
    interface, tunnel = _tunnel_lines(view, name)
    source = _source(view, tunnel)
    if source is None or source.shutdown:
        raise CutError(f"tunnel source {tunnel.source} is down or not there")
    local = address_of(view, source.name)
    if local is None:
        raise CutError(f"tunnel source {source.name} has no address")
    if source.vrf != tunnel.front_door:
        raise CutError(
            f"tunnel source {source.name} is in VRF {source.vrf or 'global'}, "
            f"tunnel vrf is {tunnel.front_door or 'global'}"
        )
    if tunnel.destination is None or tunnel.ipsec_profile is None:
        raise RefusedError("tunnel destination or tunnel protection is missing")
    return TunnelEnd(
        interface=name,
        inside=interface.vrf,
        front_door=tunnel.front_door,
        source=source.name,
        local=local,
        destination=tunnel.destination,
        ipsec_profile=tunnel.ipsec_profile,
    )


def _tunnel_lines(view: RouterView, name: str) -> tuple[InterfaceView, TunnelView]:
    if not view.powered:
        raise CutError("the router is powered off")
    interface = view.interfaces.get(name)
    if interface is None or interface.tunnel is None:
        raise RefusedError("the tunnel interface is not there")
    if interface.shutdown:
        raise RefusedError("the tunnel interface is shut down")
    if interface.tunnel.mode != "ipsec ipv4":
        raise RefusedError(f"tunnel mode is {interface.tunnel.mode}")
    # IOS opens no crypto socket on an interface that does not do IP [unconfirmed].
    if address_of(view, name) is None:
        raise RefusedError("the tunnel interface has no address")
    return interface, interface.tunnel


def _source(view: RouterView, tunnel: TunnelView) -> InterfaceView | None:
    """Return the source interface, which may be given by its address."""
    named = view.interfaces.get(tunnel.source or "")
    return named or next(
        (
            interface
            for interface in view.interfaces.values()
            if interface.address is not None
            and str(interface.address.ip) == tunnel.source
            and interface.vrf == tunnel.front_door
        ),
        None,
    )


def way_out(
    end: TunnelEnd, rib: Rib, uplinks: Mapping[str, UplinkFact], view: RouterView
) -> UplinkFact:
    """Return the uplink that carries the tunnel's packets to its destination.

    A route without a next hop relies on proxy ARP, which is trusted in the global table only.
    """
    where = f"VRF {end.front_door}" if end.front_door else "the global table"
    hops = rib.resolve(end.front_door, end.destination)
    if not hops:
        raise CutError(f"no route to {end.destination} in {where}")
    hop = hops[0]
    if hop.interface == end.interface:
        raise CutError(f"{end.destination} is routed into the tunnel itself")
    fact = uplinks.get(hop.interface)
    if fact is None:
        raise LostError(f"{end.destination} leaves by {hop.interface}, which is no uplink")
    vlan = view.interfaces[hop.interface].vlan
    if vlan != fact.vlan:
        raise LostError(f"{hop.interface} is in VLAN {vlan}, the provider in VLAN {fact.vlan}")
    if hop.next_hop != fact.next_hop and (hop.next_hop is not None or end.front_door != GLOBAL):
        raise LostError(f"nobody answers at next hop {hop.next_hop} on {hop.interface}")
    if end.local != fact.address:
        raise LostError(
            f"the provider on {hop.interface} drops packets from {end.local}: not its address"
        )
    return fact


def azure_end(end: TunnelEnd, fact: UplinkFact, gateways: Iterable[GatewayView]) -> AzureEnd:
    """Return the connection of the gateway at the tunnel's destination that knows the uplink.

    A private peering of ExpressRoute leads to private addresses only, the Internet to public ones.
    """
    for gateway in gateways:
        for index, instance in enumerate(gateway.instances):
            own = instance.private_address if fact.expressroute else instance.public_address
            if own == end.destination:
                _check_way_back(gateway, fact)
                return _azure_connection(gateway, index, fact)
    way = "over ExpressRoute" if fact.expressroute else "on the Internet"
    raise LostError(f"no gateway at {end.destination} {way}")


def _check_way_back(gateway: GatewayView, fact: UplinkFact) -> None:
    """Lose what Azure has no way back for: it hears private networks over ExpressRoute only."""
    if fact.expressroute and not any(fact.public in one for one in gateway.expressroute):
        raise LostError(f"Azure hears no prefix over ExpressRoute that holds {fact.public}")


def _azure_connection(gateway: GatewayView, instance: int, fact: UplinkFact) -> AzureEnd:
    public = fact.public
    for connection in gateway.connections:
        if connection.peer_address == public:
            if connection.protocol != "IKEv2":
                raise RefusedError(f"Azure speaks {connection.protocol} with {public}")
            if connection.on_private_address != fact.expressroute:
                kind = "private" if connection.on_private_address else "public"
                raise RefusedError(f"Azure waits at the gateway's {kind} address")
            if instance in connection.silent:
                raise RefusedError("Azure does not answer")
            return AzureEnd(gateway=gateway, connection=connection, instance=instance)
    raise RefusedError(f"no connection to {public} in {gateway.id}")


def negotiate(view: RouterView, end: TunnelEnd, azure: AzureEnd) -> Agreement:
    """Return what both ends agree on for a new IKE SA with its first child.

    The first child is made in IKE_AUTH, without a key exchange of its own, so PFS is not yet
    compared (RFC 7296, 1.2). A router behind NAT may bear its private address as identity:
    Azure takes it.
    """
    ipsec = _ipsec_profile(view, end)
    profile = _ikev2_profile(view, end, ipsec)
    ike = ike_suite(view, end, azure)
    _authenticate(view, profile, end, azure.connection)
    if azure.connection.policy_based:
        # A static VTI takes one pair of selectors, any to any.
        raise RefusedError("Azure proposes the networks' own traffic selectors")
    suite = child_suite(view, end, azure, ike)
    return Agreement(
        end=end,
        gateway=azure.gateway.id,
        connection=azure.connection.id,
        instance=azure.instance,
        profile=profile.name,
        ike=ike,
        ike_lifetime_s=profile.lifetime_s,
        ike_rekey_s=min(profile.lifetime_s, AZURE_IKE_LIFETIME_S),
        transform=" ".join(sorted(suite.transforms)),
        pfs=suite.pfs,
        child=child_lifetimes(ipsec, azure.connection),
    )


def _ipsec_profile(view: RouterView, end: TunnelEnd) -> IpsecProfileView:
    ipsec = view.ipsec_profiles.get(end.ipsec_profile)
    if ipsec is None:
        raise RefusedError(f"IPsec profile {end.ipsec_profile} is not there")
    return ipsec


def _ikev2_profile(view: RouterView, end: TunnelEnd, ipsec: IpsecProfileView) -> Ikev2ProfileView:
    """Return the profile, if it is complete and fits the tunnel's front door and source."""
    profile = view.ikev2_profiles.get(ipsec.ikev2_profile or "")
    if profile is None:
        raise RefusedError(f"IKEv2 profile {ipsec.ikev2_profile} of {ipsec.name} is not there")
    if not profile.remote_identities or not (
        profile.authentication_local and profile.authentication_remote
    ):
        raise RefusedError(f"IKEv2 profile {profile.name} is incomplete")
    if profile.front_door not in ("any", end.front_door):
        raise RefusedError(
            f"IKEv2 profile {profile.name} matches fvrf {profile.front_door or 'global'}, "
            f"not {end.front_door or 'global'}"
        )
    limited = profile.local_interfaces or profile.local_addresses
    if limited and not (
        end.source in profile.local_interfaces or end.local in profile.local_addresses
    ):
        raise RefusedError(f"IKEv2 profile {profile.name} does not match {end.source} {end.local}")
    return profile


def ike_suite(view: RouterView, end: TunnelEnd, azure: AzureEnd) -> IkeSuite:
    """Return the first suite of the router's policy that Azure takes."""
    accepted = azure_ike_suites(azure.connection.policy)
    policy = _policy(view, end)
    for name in policy.proposals:
        default = DEFAULT_PROPOSAL if name == DEFAULT_PROPOSAL.name else None
        proposal = view.proposals.get(name, default)
        for suite in router_suites(proposal) if proposal else ():
            if suite in accepted:
                return suite
    raise RefusedError(f"no IKEv2 proposal in common (router policy {policy.name})")


def _policy(view: RouterView, end: TunnelEnd) -> PolicyView:
    """Return the IKEv2 policy that fits best; IOS falls back to its own, named `default`."""
    fitting = [
        policy
        for policy in view.policies.values()
        if policy.front_door in ("any", end.front_door)
        and (not policy.local_addresses or end.local in policy.local_addresses)
        and _is_usable(view, policy)
    ]
    own_default = view.policies.get(DEFAULT_POLICY.name, DEFAULT_POLICY)
    # The policy with the most matching statements wins.
    return min(
        fitting,
        key=lambda policy: (policy.front_door == "any", not policy.local_addresses, policy.name),
        default=own_default,
    )


def _is_usable(view: RouterView, policy: PolicyView) -> bool:
    """Tell whether a complete proposal is attached; IOS ignores a policy without one."""
    known = {DEFAULT_PROPOSAL.name: DEFAULT_PROPOSAL, **view.proposals}
    return any(name in known and router_suites(known[name]) for name in policy.proposals)


def _authenticate(
    view: RouterView, profile: Ikev2ProfileView, end: TunnelEnd, connection: ConnectionView
) -> None:
    """Compare identities and keys; Azure's identity is the address it is reached at."""
    if not any(end.destination in identity for identity in profile.remote_identities):
        raise RefusedError(
            f"IKEv2 profile {profile.name} does not name remote identity {end.destination}"
        )
    if {profile.authentication_local, profile.authentication_remote} != {"pre-share"}:
        raise RefusedError(f"IKEv2 profile {profile.name} does not authenticate by pre-share")
    peer = _keyring_peer(view, profile, end.destination)
    if peer is None or None in (peer.local_key, peer.remote_key):
        raise RefusedError(f"keyring {profile.keyring} has no key for {end.destination}")
    if peer.local_key != connection.key or peer.remote_key != connection.key:
        raise RefusedError("authentication failed: the pre-shared keys differ")


def _keyring_peer(
    view: RouterView, profile: Ikev2ProfileView, address: IPv4Address
) -> KeyringPeerView | None:
    """Return the peer block with the longest match."""
    found: tuple[IPv4Network, KeyringPeerView] | None = None
    for peer in view.keyrings.get(profile.keyring or "", ()):
        if peer.address is None or address not in peer.address:
            continue
        if found is None or peer.address.prefixlen > found[0].prefixlen:
            found = (peer.address, peer)
    return found[1] if found else None


def child_suite(view: RouterView, end: TunnelEnd, azure: AzureEnd, ike: IkeSuite) -> ChildSuite:
    """Return the child that both ends take, with the router's PFS group.

    A static VTI always runs in tunnel mode, whatever its transform set says.
    """
    ipsec = _ipsec_profile(view, end)
    accepted = {
        suite.transforms for suite in azure_child_suites(azure.connection.policy, ike.group)
    }
    for name in ipsec.transform_sets:
        transform_set = view.transform_sets.get(name)
        transforms = router_transforms(transform_set.transforms if transform_set else ())
        if transforms in accepted:
            return ChildSuite(transforms=transforms, pfs=ipsec.pfs)
    raise RefusedError(f"no transform in common (IPsec profile {ipsec.name})")


def lifetimes(view: RouterView, end: TunnelEnd, azure: AzureEnd) -> Lifetimes:
    """Return the lifetimes of a child SA that is negotiated now."""
    return child_lifetimes(_ipsec_profile(view, end), azure.connection)


def rekeyed_child(view: RouterView, end: TunnelEnd, azure: AzureEnd, ike: IkeSuite) -> ChildSuite:
    """Return the child of a rekey, which has a key exchange of its own: here PFS must agree."""
    suite = child_suite(view, end, azure, ike)
    if suite not in azure_child_suites(azure.connection.policy, ike.group):
        raise RefusedError(f"PFS differs: the router's {suite.pfs or 'none'} is not Azure's")
    return suite
