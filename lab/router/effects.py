"""What follows from a line: lines that vanish with it, and the notices that IOS prints.

The texts are those that Cisco's own driver for IOS and published transcripts know; where the
wording of a case is not documented, its comment says so.
"""

from collections.abc import Mapping

from lab.router.change import Change, Effect
from lab.router.match import Match, match
from lab.router.tree import Block, Config, Line
from lab.router.type6 import encrypt_keys

PROPOSAL_MUST = (
    "IKEv2 proposal MUST either have a set of an encryption algorithm other than aes-gcm,"
    " an integrity algorithm and a DH group configured or \n"
    " encryption algorithm aes-gcm, a prf algorithm and a DH group configured"
)
POLICY_MUST = "IKEv2 policy MUST have atleast one complete proposal attached "
TUNNEL_MTU = 1438
TOO_LARGE = (
    "%Warning: IP MTU value set {} is greater than the current transport value {},"
    " fragmentation may occur"
)
MAY_REAPPEAR = (
    "% Not all config may be removed and may reappear after reactivating the sub-interface"
)
PROFILE_MUST = (
    "IKEv2 profile MUST have:\n"
    "   1. A local and a remote authentication method.\n"
    "   2. A match identity or a match certificate or match any statement."
)


def _vrf(change: Change) -> list[str]:
    """Remove a VRF's addresses, static routes and BGP address family with it."""
    if not change.removal:
        return []
    name = change.arg("vrf")
    config = change.config
    config.deletions.vrf_begins(name)
    rd = change.old.block.arg("rd", "rd") if change.old is not None and change.old.block else None
    if rd is not None:
        config.deletions.rd_begins(rd, name)
    for _, block in config.interfaces():
        if block.arg("forwarding", "vrf") == name:
            block.drop("forwarding", "ip address")
        if block.arg("tunnel vrf", "vrf") == name:
            block.drop("tunnel vrf")
    for title in ("crypto ikev2 policy", "crypto ikev2 profile"):
        for _, block in config.blocks(title):
            if block.arg("match fvrf", "front") == name:
                block.drop("match fvrf")
    config.root.drop_where("ip route", vrf=name)
    _drop_family(config, name)
    family = "IPv4" if change.old is not None and change.old.words[0] == "ip" else "ipv4"
    return [f"% {family} addresses from all interfaces in VRF {name} have been removed"]


def _vrf_family(change: Change) -> list[str]:
    """Take IPv4 away from a VRF: the addresses of its interfaces, its routes, its BGP family."""
    if not change.removal:
        return []
    config = change.config
    name = _name_of(config, change.block)
    for _, block in config.interfaces():
        if block.arg("forwarding", "vrf") == name:
            block.drop("ip address")
    config.root.drop_where("ip route", vrf=name)
    _drop_family(config, name)
    return [f"% ipv4 addresses from all interfaces in VRF {name} have been removed"]


def _drop_family(config: Config, vrf: str) -> None:
    bgp = config.bgp()
    if bgp is not None:
        bgp.drop(f"address-family ipv4 vrf {vrf}")


def _rd(change: Change) -> list[str]:
    """Without its route distinguisher, or with another one, a VRF loses its route targets."""
    if change.old is None:
        return []
    targets = [key for key in change.block.lines if key.startswith("route-target ")]
    change.block.drop(*targets)
    for line in change.block.of("address-family ipv4"):
        if line.block is not None:
            line.block.lines.clear()
    name = _name_of(change.config, change.block)
    change.config.deletions.rd_begins(change.old.args["rd"], name)
    if not change.removal:
        return []
    _drop_family(change.config, name)
    return [f'% "rd {change.old.args["rd"]}" for VRF {name} scheduled for deletion']


def _name_of(config: Config, vrf: Block) -> str:
    titles = ("ip vrf", "vrf definition")
    pairs = (pair for title in titles for pair in config.blocks(title))
    return next(line.args["vrf"] for line, block in pairs if block is vrf)


def _forwarding(change: Change) -> list[str]:
    """Remove the address and the routes of an interface that moves between VRFs."""
    name = next(name for name, block in change.config.interfaces() if block is change.block)
    had_address = "ip address" in change.block.lines
    change.block.drop("ip address")
    old = change.old.args["vrf"] if change.old is not None else ""
    notices = []
    if had_address:
        cause = f"disabling VRF {old}" if change.removal else f"enabling VRF {change.arg('vrf')}"
        notices.append(f"% Interface {name} IPv4 disabled and address(es) removed due to {cause}")
    if _drop_routes(change.config, old, name):
        notices.append(
            f"% The static routes in VRF {old} with outgoing interface {name} will be removed"
        )
    return notices


def _drop_routes(config: Config, vrf: str, interface: str) -> bool:
    doomed = [
        key
        for key, line in config.root.lines.items()
        if line.rule.title == "ip route"
        and line.args.get("vrf", "") == vrf
        and line.args.get("interface") == interface
    ]
    config.root.drop(*doomed)
    return bool(doomed)


def _interface(change: Change) -> list[str]:
    """Remove the static routes out of a removed interface, and what borrowed its address."""
    name = change.arg("name")
    if change.removal:
        change.config.root.drop_where("ip route", interface=name)
        for _, block in change.config.interfaces():
            if block.arg("ip address", "lender") == name:
                block.drop("ip address")
        return [MAY_REAPPEAR] if "." in name else []
    return []


def default_interface(config: Config, name: str) -> str:
    """Take all lines from an interface, and its routes; return what is printed.

    The text is that of the Interface Command Reference. That a port is not shut afterwards, and
    that nothing else is said, are not documented for routers.
    """
    block = config.find("interface", name)
    if block is None:
        return "% Invalid interface"
    _drop_routes(config, block.arg("forwarding", "vrf") or "", name)
    block.lines.clear()
    for _, other in config.interfaces():
        if other.arg("ip address", "lender") == name:
            other.drop("ip address")
    return f"Interface {name} set to default configuration"


def _tunnel_mtu(change: Change) -> list[str]:
    """Warn of packets that the tunnel's transport cannot take whole.

    The end of the text is known to Cisco's driver; 1438 is what `show interfaces` prints of a
    tunnel before its SAs stand.
    """
    if change.removal or int(change.arg("mtu")) <= TUNNEL_MTU:
        return []
    return [TOO_LARGE.format(change.arg("mtu"), TUNNEL_MTU)]


def _shield(change: Change) -> list[str]:
    """Say that the shield goes, or comes back, with the next boot; the wording is a report's."""
    verb = "disabled" if not change.removal else "enabled"
    return [f"%Compliance shield will be {verb}, this will take effect after reboot"]


def _proposal_entered(change: Change) -> list[str]:
    block = change.line.block if change.line is not None else None
    return [] if block is None or proposal_complete(block) else [PROPOSAL_MUST]


def proposal_complete(block: Block) -> bool:
    """Tell whether an IKEv2 proposal can be used: GCM needs a PRF, the others an integrity."""
    encryption = block.arg("encryption", "algorithms") or ""
    needed = "prf" if "gcm" in encryption else "integrity"
    return bool(encryption) and {needed, "group"} <= block.lines.keys()


def _policy_entered(change: Change) -> list[str]:
    block = change.line.block if change.line is not None else None
    return [] if block is None or any(block.of("proposal")) else [POLICY_MUST]


def _profile_entered(change: Change) -> list[str]:
    block = change.line.block if change.line is not None else None
    return [] if block is None or profile_complete(block) else [PROFILE_MUST]


def profile_complete(block: Block) -> bool:
    """Tell whether an IKEv2 profile can be used."""
    titles = {line.rule.title for line in block.lines.values()}
    return {"authentication remote", "authentication local"} <= titles and any(
        title.startswith("match identity remote") for title in titles
    )


def _peer_address(change: Change) -> list[str]:
    """Reset the keys of a peer that has a new address."""
    if change.old is not None:
        change.block.drop("pre-shared-key", "pre-shared-key local", "pre-shared-key remote")
    return []


def _one_key(change: Change) -> list[str]:
    change.block.drop("pre-shared-key local", "pre-shared-key remote")
    encrypt_keys(change.config)
    return []


def _two_keys(change: Change) -> list[str]:
    change.block.drop("pre-shared-key")
    encrypt_keys(change.config)
    return []


def _master_key(change: Change) -> list[str]:
    """Take the master key, which no configuration shows; without it type 6 keys are no use."""
    if change.line is not None:
        change.block.drop("key config-key password-encrypt")
        change.config.master_key = change.arg("key")
        encrypt_keys(change.config)
    return []


def _encryption(change: Change) -> list[str]:
    if not change.removal:
        encrypt_keys(change.config)
    return []


def _bgp(change: Change) -> list[str]:
    if change.removal:
        change.config.deletions.bgp_begins()
    return []


def _neighbor(change: Change) -> list[str]:
    """Drop a neighbour without its AS; activate a new one unless the default is off."""
    peer = change.arg("peer")
    bgp = change.config.bgp()
    if change.removal:
        change.block.drop(
            *[key for key in change.block.lines if key.startswith(f"neighbor {peer} ")]
        )
    elif bgp is not None and "bgp default ipv4-unicast" not in bgp.lines:
        active = match(change.block.mode, f"neighbor {peer} activate")
        if isinstance(active, Match):
            line = Line(rule=active.rule, words=active.words, args=active.args)
            change.block.lines[active.key] = line
    return []


EFFECTS: Mapping[str, Effect] = {
    "shield": _shield,
    "tunnel_mtu": _tunnel_mtu,
    "vrf": _vrf,
    "vrf_family": _vrf_family,
    "rd": _rd,
    "forwarding": _forwarding,
    "interface": _interface,
    "proposal_entered": _proposal_entered,
    "policy_entered": _policy_entered,
    "profile_entered": _profile_entered,
    "peer_address": _peer_address,
    "one_key": _one_key,
    "two_keys": _two_keys,
    "bgp": _bgp,
    "master_key": _master_key,
    "encryption": _encryption,
    "neighbor": _neighbor,
}


def effect(change: Change) -> list[str]:
    """Do what follows from a change and return the notices."""
    line = change.line or change.old
    name = line.rule.effect if line is not None else None
    return [] if name is None else EFFECTS[name](change)
