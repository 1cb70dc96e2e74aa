"""The typed view of a configuration: what the network looks at."""

from collections.abc import Callable, Iterator
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from math import inf
from typing import Literal, cast

from lab.network.views import (
    GLOBAL,
    BgpView,
    FamilyView,
    Ikev2ProfileView,
    InterfaceView,
    IpsecProfileView,
    KeyringPeerView,
    NeighborView,
    OspfView,
    PolicyView,
    PrefixRuleView,
    ProposalView,
    RouteMapRuleView,
    RouterView,
    StaticRouteView,
    TransformSetView,
    TunnelView,
    VrfView,
)
from lab.router.tree import Block, Config, Line
from lab.router.type6 import key_of

Drops = Callable[[str, IPv4Network], bool]

_LIFETIME = "security-association lifetime"
HOST = "255.255.255.255"


def make_view(config: Config, name: str, *, powered: bool, drops: Drops) -> RouterView:
    """Return what is configured; `drops` names static routes that have no effect."""
    if not powered:
        return RouterView(name=name, powered=False)
    return RouterView(
        name=name,
        interfaces={name: _interface(name, block, config) for name, block in config.interfaces()},
        vrfs={vrf.name: vrf for vrf in _vrfs(config)},
        proposals={v.name: v for v in map(_proposal, *_pairs(config, "crypto ikev2 proposal"))},
        policies={v.name: v for v in map(_policy, *_pairs(config, "crypto ikev2 policy"))},
        keyrings={
            line.args["name"]: tuple(_peers(block, config.master_key))
            for line, block in config.blocks("crypto ikev2 keyring")
        },
        ikev2_profiles={v.name: v for v in map(_profile, *_pairs(config, "crypto ikev2 profile"))},
        transform_sets={
            v.name: v for v in map(_transforms, *_pairs(config, "crypto ipsec transform-set"))
        },
        ipsec_profiles={
            line.args["name"]: _ipsec(config, line, block)
            for line, block in config.blocks("crypto ipsec profile")
        },
        static_routes=tuple(r for r in _static(config) if not drops(r.vrf, r.prefix)),
        prefix_lists=_prefix_lists(config),
        route_maps=_route_maps(config),
        bgp=_bgp(config),
        ospf=tuple(_ospf(config)),
    )


def _pairs(config: Config, title: str) -> tuple[list[Line], list[Block]]:
    found = list(config.blocks(title))
    return [line for line, _ in found], [block for _, block in found]


def _address(text: str | None) -> IPv4Address | None:
    return IPv4Address(text) if text else None


def _int(text: str | None, default: int) -> int:
    return int(text) if text else default


def _maybe(text: str | None) -> int | None:
    return int(text) if text else None


def _interface(name: str, block: Block, config: Config) -> InterfaceView:
    """Return an interface; one is shut with its parent."""
    parent = config.find("interface", name.partition(".")[0]) or block
    address, mask = block.arg("ip address", "address"), block.arg("ip address", "mask")
    vlan = block.arg("encapsulation", "vlan")
    return InterfaceView(
        name=name,
        vlan=_maybe(vlan),
        vrf=block.arg("forwarding", "vrf") or GLOBAL,
        address=IPv4Interface(f"{address}/{mask}") if address else None,
        unnumbered=block.arg("ip address", "lender"),
        dhcp="ip address" in block.lines and block.lines["ip address"].words[-1] == "dhcp",
        shutdown="shutdown" in block.lines or "shutdown" in parent.lines,
        tunnel=_tunnel(block) if name.startswith("Tunnel") else None,
    )


def _tunnel(block: Block) -> TunnelView:
    mode = block.lines.get("tunnel mode")
    source = block.arg("tunnel source", "interface") or block.arg("tunnel source", "address")
    return TunnelView(
        source=source,
        mode=" ".join(mode.words[2:]) if mode is not None else "gre ip",
        destination=_address(block.arg("tunnel destination", "address")),
        front_door=block.arg("tunnel vrf", "vrf") or GLOBAL,
        ipsec_profile=block.arg("tunnel protection ipsec profile", "profile"),
    )


def _vrfs(config: Config) -> Iterator[VrfView]:
    for title in ("ip vrf", "vrf definition"):
        for line, block in config.blocks(title):
            blocks = [block, *(af.block for af in block.of("address-family ipv4") if af.block)]
            yield VrfView(
                name=line.args["vrf"],
                rd=block.arg("rd", "rd"),
                rt_export=_targets(blocks, "export"),
                rt_import=_targets(blocks, "import"),
            )


def _targets(blocks: list[Block], way: str) -> frozenset[str]:
    lines = (line for block in blocks for line in block.of("route-target"))
    return frozenset(line.args["target"] for line in lines if line.args["way"] == way)


def _words(block: Block, key: str, name: str) -> tuple[str, ...]:
    return tuple((block.arg(key, name) or "").split())


def _proposal(line: Line, block: Block) -> ProposalView:
    return ProposalView(
        name=line.args["name"],
        encryption=_words(block, "encryption", "algorithms"),
        integrity=_words(block, "integrity", "algorithms"),
        prf=_words(block, "prf", "algorithms"),
        groups=_words(block, "group", "groups"),
    )


def _policy(line: Line, block: Block) -> PolicyView:
    return PolicyView(
        name=line.args["name"],
        front_door=block.arg("match fvrf", "front") or GLOBAL,
        local_addresses=_locals(block),
        proposals=tuple(entry.args["name"] for entry in block.of("proposal")),
    )


def _locals(block: Block) -> tuple[IPv4Address, ...]:
    return tuple(IPv4Address(line.args["address"]) for line in block.of("match address local"))


def _peers(block: Block, master: str | None) -> Iterator[KeyringPeerView]:
    for line in block.of("peer"):
        peer = line.block
        if peer is None:
            continue
        address, mask = peer.arg("address", "address"), peer.arg("address", "mask") or HOST
        both = key_of(peer, "pre-shared-key", master)
        yield KeyringPeerView(
            name=line.args["peer"],
            address=IPv4Network(f"{address}/{mask}", strict=False) if address else None,
            local_key=both or key_of(peer, "pre-shared-key local", master),
            remote_key=both or key_of(peer, "pre-shared-key remote", master),
        )


def _profile(line: Line, block: Block) -> Ikev2ProfileView:
    interfaces = block.of("match address local interface")
    remote = next(block.of("authentication remote"), None)
    return Ikev2ProfileView(
        name=line.args["name"],
        front_door=block.arg("match fvrf", "front") or GLOBAL,
        local_interfaces=tuple(entry.args["interface"] for entry in interfaces),
        local_addresses=_locals(block),
        remote_identities=tuple(_identities(block)),
        local_identity=_address(block.arg("identity local address", "address")),
        authentication_remote=remote.args["method"] if remote is not None else None,
        authentication_local=block.arg("authentication local", "method"),
        keyring=block.arg("keyring local", "keyring"),
        lifetime_s=_int(block.arg("lifetime", "seconds"), 86400),
    )


def _identities(block: Block) -> Iterator[IPv4Network]:
    for line in block.of("match identity remote address"):
        mask = line.args.get("mask", "0.0.0.0")  # noqa: S104
        yield IPv4Network(f"{line.args['address']}/{mask}", strict=False)


def _transforms(line: Line, block: Block) -> TransformSetView:
    args = line.args
    cipher = f"{args['encryption']} {args.get('bits', '')}".strip()
    integrity = (args["integrity"],) if "integrity" in args else ()
    return TransformSetView(
        name=args["name"],
        transforms=(cipher, *integrity),
        mode=block.arg("mode", "mode") or "tunnel",
    )


def _volume(config: Config, block: Block) -> int | None:
    """Return the kilobytes that an SA may carry: the profile's, else the router's own."""
    own, common = f"set {_LIFETIME} kilobytes", f"crypto ipsec {_LIFETIME} kilobytes"
    chosen, key = (block, own) if own in block.lines else (config.root, common)
    if key not in chosen.lines:
        return 4608000
    kilobytes = chosen.arg(key, "kb")
    return int(kilobytes) if kilobytes else None


def _ipsec(config: Config, line: Line, block: Block) -> IpsecProfileView:
    common_s = _int(config.root.arg(f"crypto ipsec {_LIFETIME} seconds", "seconds"), 3600)
    return IpsecProfileView(
        name=line.args["name"],
        transform_sets=_words(block, "set transform-set", "sets"),
        ikev2_profile=block.arg("set ikev2-profile", "profile"),
        pfs=block.arg("set pfs", "group"),
        lifetime_s=_int(block.arg(f"set {_LIFETIME} seconds", "seconds"), common_s),
        lifetime_kb=_volume(config, block),
    )


def _static(config: Config) -> Iterator[StaticRouteView]:
    for line in config.root.of("ip route"):
        args = line.args
        yield StaticRouteView(
            vrf=args.get("vrf", GLOBAL),
            prefix=IPv4Network(f"{args['net']}/{args['mask']}"),
            next_hop=_address(args.get("hop")),
            interface=args.get("interface"),
            dhcp="lease" in args,
            distance=_int(args.get("distance"), 1),
            name=args.get("label"),
        )


def _prefix_lists(config: Config) -> dict[str, tuple[PrefixRuleView, ...]]:
    lists: dict[str, list[PrefixRuleView]] = {}
    for line in config.root.of("ip prefix-list"):
        args = line.args
        rule = PrefixRuleView(
            sequence=int(args["seq"]),
            permit=args["action"] == "permit",
            prefix=IPv4Network(args["prefix"]),
            ge=int(args["ge"]) if "ge" in args else None,
            le=int(args["le"]) if "le" in args else None,
        )
        lists.setdefault(args["name"], []).append(rule)
    return {name: tuple(sorted(v, key=lambda rule: rule.sequence)) for name, v in lists.items()}


def _route_maps(config: Config) -> dict[str, tuple[RouteMapRuleView, ...]]:
    maps: dict[str, list[RouteMapRuleView]] = {}
    for line, block in config.blocks("route-map"):
        rule = RouteMapRuleView(
            sequence=int(line.args["seq"]),
            permit=line.args["action"] == "permit",
            match_prefix_lists=_words(block, "match ip address prefix-list", "lists"),
            next_hop_peer_address="set ip next-hop peer-address" in block.lines,
            prepend=tuple(map(int, _words(block, "set as-path prepend", "numbers"))),
            local_preference=_maybe(block.arg("set local-preference", "preference")),
            next_hop=_address(block.arg("set ip next-hop", "hop")),
            weight=_maybe(block.arg("set weight", "weight")),
            metric=_maybe(block.arg("set metric", "metric")),
        )
        maps.setdefault(line.args["name"], []).append(rule)
    return {name: tuple(sorted(v, key=lambda rule: rule.sequence)) for name, v in maps.items()}


def _bgp(config: Config) -> BgpView | None:
    process = config.bgp()
    asn = config.root.arg("router bgp", "asn")
    if process is None or asn is None:
        return None
    families = {GLOBAL: _family(GLOBAL, process, process)}
    for line in process.of("address-family ipv4 vrf"):
        if line.block is not None:
            families[line.args["vrf"]] = _family(line.args["vrf"], line.block, process)
    return BgpView(
        asn=int(asn),
        families=families,
        router_id=_address(process.arg("bgp router-id", "address")),
    )


def _family(vrf: str, block: Block, process: Block) -> FamilyView:
    eibgp = block.arg("maximum-paths eibgp", "paths")
    limit = block.arg("import path limit", "limit")
    selection = block.arg("import path selection", "selection") or "bestpath"
    return FamilyView(
        vrf=vrf,
        neighbors=tuple(
            _neighbor(IPv4Address(line.args["peer"]), block, process)
            for line in block.of("neighbor remote-as")
        ),
        redistribute=frozenset(source for source, _ in _sources(block)),
        redistribute_maps={source: name for source, name in _sources(block) if name},
        networks=tuple(
            IPv4Network(f"{line.args['net']}/{line.args['mask']}")
            for line in block.of("network mask")
        ),
        maximum_paths=_int(eibgp or block.arg("maximum-paths", "paths"), 1),
        eibgp=eibgp is not None,
        import_selection=cast("Literal['bestpath', 'multipaths', 'all']", selection),
        import_limit=_maybe(limit),
        router_id_interface=block.arg("bgp router-id", "interface"),
        router_id=_address(block.arg("bgp router-id", "address")),
    )


def _sources(block: Block) -> Iterator[tuple[str, str | None]]:
    """Yield what is redistributed, with the route map that it goes through."""
    for line in block.of("redistribute"):
        yield line.args["protocol"], line.args.get("map")
    for line in block.of("redistribute ospf"):
        yield f"ospf {line.args['process']}", line.args.get("map")


def _ospf(config: Config) -> Iterator[OspfView]:
    for line, block in config.blocks("router ospf"):
        yield OspfView(
            number=int(line.args["process"]),
            vrf=line.args.get("vrf", GLOBAL),
            networks=(
                *(
                    IPv4Network(f"{each.args['net']}/{each.args['wildcard']}", strict=False)
                    for each in block.of("network area")
                ),
                *_named(config, line.args["process"]),
            ),
        )


def _named(config: Config, process: str) -> Iterator[IPv4Network]:
    """Yield the networks of the interfaces that name an OSPF process themselves."""
    for name, block in config.interfaces():
        address = _interface(name, block, config).address
        for line in block.of("ip ospf area"):
            if line.args["process"] == process and address is not None:
                yield address.network


def _neighbor(address: IPv4Address, block: Block, process: Block) -> NeighborView:
    def value(attribute: str, name: str) -> str | None:
        return block.arg(f"neighbor {address} {attribute}", name)

    timers = block if "timers bgp" in block.lines else process
    allowas = f"neighbor {address} allowas-in" in block.lines
    line = block.lines.get(f"neighbor {address} maximum-prefix")
    is_warned = line is not None and "warning-only" in line.words
    most = _int(value("maximum-prefix", "limit"), 0) or None
    restart = value("maximum-prefix", "restart")
    return NeighborView(
        address=address,
        remote_as=int(value("remote-as", "asn") or 0) or None,
        multihop=_int(value("ebgp-multihop", "hops"), 1),
        update_source=value("update-source", "interface"),
        activated=f"neighbor {address} activate" in block.lines,
        shutdown=f"neighbor {address} shutdown" in block.lines,
        prefix_list_in=value("prefix-list in", "list"),
        prefix_list_out=value("prefix-list out", "list"),
        route_map_in=value("route-map in", "map"),
        route_map_out=value("route-map out", "map"),
        keepalive_s=_int(value("timers", "keepalive") or timers.arg("timers bgp", "keepalive"), 60),
        hold_s=_int(value("timers", "hold") or timers.arg("timers bgp", "hold"), 180),
        allowas_in=_int(value("allowas-in", "count"), 3) if allowas else 0,
        maximum_prefix=None if is_warned else most,
        weight=_int(value("weight", "weight"), 0),
        restart_s=int(restart) * 60 if restart else inf,
    )
