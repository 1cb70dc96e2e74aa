"""What IOS refuses although the line is well formed.

That an object in use is not removed is documented for transform sets alone. The lab takes the
strict reading for the others, in words of its own: who removes from the top down never sees it.
"""

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Network

from lab.router.change import Change, Check
from lab.router.tree import Config

POINT_TO_POINT = 31
NOT_REMOVABLE = "% {} cannot be deleted"
# Cisco's driver knows the end of the first text; unicon's settings have the second.
BEING_DELETED = "% VRF {} is being deleted, please try later"
RD_BEING_DELETED = "% Deletion of RD in progress; wait for it to complete"
BGP_LASTS = "% Topology global::IPv4 Unicast::base is currently being deconfigured."
IN_USE = "% RD {} already in use by VRF {}"
UNTAGGED = (
    "% Configuring IP routing on a LAN subinterface is only allowed if that\n"
    "subinterface is already configured as part of an IEEE 802.10, IEEE 802.1Q,\n"
    "or ISL vLAN."
)
SAME_VLAN = (
    "%Configuration of multiple subinterfaces of the same main\n"
    "interface with the same VID ({}) is not permitted.\n"
    "This VID is already configured on {}."
)
NO_VRF = "% VRF {} not configured, invalid vrf name"
# That a `vrf definition` needs its address family first is documented, the text is not.
NO_IPV4 = "% VRF {} does not have an IPv4 address family"


def _interface(change: Change) -> str | None:
    """Refuse to make or remove a physical interface.

    IOS answers the removal of one with "Removal of physical interfaces is not permitted".
    """
    name = change.arg("name")
    if not name.startswith("GigabitEthernet"):
        return None
    port, dot, _ = name.partition(".")
    if dot:
        return None if port in change.config.software.ports else "% Invalid interface"
    if change.removal:
        return "% Removal of physical interfaces is not permitted"
    if name not in change.config.software.ports:
        return "% Invalid interface"
    return None


def _other_style(change: Change, title: str) -> str | None:
    """Refuse the other style's command for a VRF; the text is not documented."""
    name = change.arg("vrf")
    if change.removal:
        return None
    if change.old is None and change.config.deletions.vrf_lasts(name):
        return BEING_DELETED.format(name)
    if change.config.find(title, name) is None:
        return None
    return f"% VRF {name} is already configured with '{title}'"


def _vrf_exists(change: Change) -> str | None:
    name = change.arg("vrf")
    missing = not change.removal and change.config.vrf(name) is None
    return NO_VRF.format(name) if missing else None


def _front_exists(change: Change) -> str | None:
    name = change.arg("front")
    missing = not change.removal and name not in ("any", "global")
    return NO_VRF.format(name) if missing and change.config.vrf(name) is None else None


def _styled_forwarding(change: Change, title: str) -> str | None:
    name = change.arg("vrf")
    if refused := _vrf_exists(change):
        return refused
    if change.removal or change.config.find(title, name) is not None:
        return None
    command = "vrf forwarding" if title == "ip vrf" else "ip vrf forwarding"
    return f"% Use '{command}' command for VRF '{name}'"


def _rd(change: Change) -> str | None:
    """Two VRFs never share a route distinguisher."""
    if change.removal:
        return None
    wanted, name = change.arg("rd"), ""
    for title in ("ip vrf", "vrf definition"):
        for line, block in change.config.blocks(title):
            if block is change.block:
                name = line.args["vrf"]
            elif block.arg("rd", "rd") == wanted:
                return IN_USE.format(wanted, line.args["vrf"])
    return _rd_on_its_way(change, wanted, name)


def _rd_on_its_way(change: Change, wanted: str, vrf: str) -> str | None:
    deletions = change.config.deletions
    holder = deletions.holder(wanted)
    if holder not in (None, vrf):
        return IN_USE.format(wanted, holder)
    is_new = change.old is None or change.old.args["rd"] != wanted
    return RD_BEING_DELETED if is_new and deletions.rd_lasts(vrf) else None


def _without_ipv4(config: Config, vrf: str) -> bool:
    """Tell whether a VRF is a `vrf definition` that takes no IPv4 yet."""
    block = config.find("vrf definition", vrf)
    return block is not None and "address-family ipv4" not in block.lines


def _vrf_with_rd(change: Change) -> str | None:
    name = change.arg("vrf")
    block = change.config.vrf(name)
    if change.removal or (block is not None and block.arg("rd", "rd")):
        return None
    return f"% VRF {name} does not exist or does not have a RD."


def _one_bgp(change: Change) -> str | None:
    """Refuse a second process, and a new one while the last is on its way out.

    Public transcripts of a replacement show the latter's text, not the line that it answers.
    """
    if change.removal or change.line is None:
        return None
    if change.old is None:
        return BGP_LASTS if change.config.deletions.bgp_lasts() else None
    running = change.old.args["asn"]
    return None if running == change.arg("asn") else f"BGP is already running; AS is {running}"


def _neighbor_exists(change: Change) -> str | None:
    known = f"neighbor {change.arg('peer')} remote-as" in change.block.lines
    bgp = change.config.bgp()
    top = bgp is not None and f"neighbor {change.arg('peer')} remote-as" in bgp.lines
    return None if known or top else "% Specify remote-as or peer-group commands first"


def _static_route(change: Change) -> str | None:
    if change.removal:
        return None
    net, mask = change.arg("net"), change.arg("mask")
    if str(IPv4Network(f"{net}/{mask}", strict=False).network_address) != net:
        return "%Inconsistent address and mask"
    name = change.arg("vrf")
    missing = change.config.vrf(name) is None or _without_ipv4(change.config, name)
    if name and missing:
        return f"% VRF {name} does not exist or is not configured for IPv4"
    return _missing_interface(change.config, change.arg("interface"))


def _missing_interface(config: Config, name: str) -> str | None:
    missing = name and not config.has_interface(name)
    return f"%Invalid interface {name}" if missing else None


def _lender(change: Change) -> str | None:
    """Refuse to borrow the address of an interface that is not there."""
    absent = not change.config.has_interface(change.arg("lender"))
    return "% Invalid interface" if absent and not change.removal else None


def _tagged(change: Change) -> str | None:
    """Refuse an address of a subinterface without its VLAN."""
    is_sub = change.block.mode.name == "interfaceSubinterface"
    is_untagged = is_sub and "encapsulation" not in change.block.lines
    return UNTAGGED if is_untagged and not change.removal else None


def _address_free(change: Change) -> str | None:
    """Two interfaces of one VRF never overlap; a subinterface has its VLAN first."""
    if change.removal:
        return None
    if refused := _tagged(change):
        return refused
    wanted = IPv4Network(f"{change.arg('address')}/{change.arg('mask')}", strict=False)
    if bad := _bad_mask(IPv4Address(change.arg("address")), wanted):
        return bad
    vrf = change.block.arg("forwarding", "vrf")
    if _without_ipv4(change.config, vrf or ""):
        return NO_IPV4.format(vrf)
    for name, block in change.config.interfaces():
        address, mask = block.arg("ip address", "address"), block.arg("ip address", "mask")
        if block is change.block or address is None or block.arg("forwarding", "vrf") != vrf:
            continue
        if IPv4Network(f"{address}/{mask}", strict=False).overlaps(wanted):
            return f"% {wanted.network_address} overlaps with {name}"
    return None


def _vlan_free(change: Change) -> str | None:
    """Refuse the VLAN of another subinterface of the port."""
    name = next(name for name, block in change.config.interfaces() if block is change.block)
    port = name.partition(".")[0]
    for other, block in change.config.interfaces():
        taken = block.arg("encapsulation", "vlan") == change.arg("vlan")
        if taken and other.startswith(f"{port}.") and other != name and not change.removal:
            return SAME_VLAN.format(change.arg("vlan"), other)
    return None


def _bad_mask(address: IPv4Address, network: IPv4Network) -> str | None:
    """Refuse the address of a network itself, or of its broadcast."""
    ends = (network.network_address, network.broadcast_address)
    if network.prefixlen >= POINT_TO_POINT or address not in ends:
        return None
    return f"Bad mask /{network.prefixlen} for address {address}"


def _tunnel_mode(change: Change) -> str | None:
    """Refuse a change of mode under a protection."""
    protected = "tunnel protection ipsec profile" in change.block.lines
    if not protected:
        return None
    return "% Remove tunnel protection before changing the tunnel mode"


def _protection(change: Change) -> str | None:
    profile = change.arg("profile")
    if change.removal or change.config.find("crypto ipsec profile", profile) is not None:
        return None
    return f"Profile {profile} is not defined."


def _used_by(change: Change, title: str, key: str, argument: str) -> str | None:
    """Return the first global object of `title` that has the removed name under `key`."""
    name = change.arg("name")
    for line, block in change.config.blocks(title):
        if name in (block.arg(key, argument) or "").split():
            return line.text
    return None


def _transform_set_used(change: Change) -> str | None:
    """Refuse to remove a set in use; of the text only the end is known."""
    user = _used_by(change, "crypto ipsec profile", "set transform-set", "sets")
    if not change.removal or user is None:
        return None
    return f"% Transform-set is in use by:\n    {user}\n% first remove the set from the above"


def _ipsec_profile_used(change: Change) -> str | None:
    user = _used_by(change, "interface", "tunnel protection ipsec profile", "profile")
    if not change.removal or user is None:
        return None
    return f"% Profile {change.arg('name')} is in use by {user}; remove the tunnel protection first"


def _profile_used(change: Change) -> str | None:
    user = _used_by(change, "crypto ipsec profile", "set ikev2-profile", "profile")
    if not change.removal or user is None:
        return None
    return f"% IKEv2 profile {change.arg('name')} is in use by {user}"


def _keyring_used(change: Change) -> str | None:
    user = _used_by(change, "crypto ikev2 profile", "keyring local", "keyring")
    if not change.removal or user is None:
        return None
    return f"% Keyring {change.arg('name')} is in use by {user}"


def _proposal_used(change: Change) -> str | None:
    name = change.arg("name")
    if not change.removal:
        return None
    for line, block in change.config.blocks("crypto ikev2 policy"):
        if f"proposal {name}" in block.lines:
            return f"% Proposal {name} is in use by {line.text}"
    return None


def _refers_to(title: str, argument: str, refusal: str) -> Check:
    def check(change: Change) -> str | None:
        names = change.arg(argument).split()
        missing = [name for name in names if change.config.find(title, name) is None]
        absent = missing and not change.removal
        return refusal.format(missing[0]) if absent else None

    return check


def _transform_sets_exist(change: Change) -> str | None:
    if change.removal:
        return None
    known = {line.args["name"] for line in change.config.root.of("crypto ipsec transform-set")}
    missing = [name for name in change.arg("sets").split() if name not in known]
    return f"ERROR: transform set with tag {missing[0]} does not exist." if missing else None


def _udi(change: Change) -> str | None:
    """Refuse another identity than the box has; the text is not documented."""
    old = change.old.text if change.old is not None else None
    same = old is None or (change.line is not None and change.line.text == old)
    return None if same else "% License UDI cannot be changed"


def _line_removed(change: Change) -> str | None:
    """Refuse to remove lines that are always there."""
    return NOT_REMOVABLE.format(change.old.text) if change.removal and change.old else None


CHECKS: Mapping[str, Check] = {
    "interface": _interface,
    "ip_vrf": lambda change: _other_style(change, "vrf definition"),
    "vrf_definition": lambda change: _other_style(change, "ip vrf"),
    "ip_forwarding": lambda change: _styled_forwarding(change, "ip vrf"),
    "forwarding": lambda change: _styled_forwarding(change, "vrf definition"),
    "vrf_exists": _vrf_exists,
    "front_exists": _front_exists,
    "vrf_with_rd": _vrf_with_rd,
    "rd": _rd,
    "one_bgp": _one_bgp,
    "neighbor_exists": _neighbor_exists,
    "static_route": _static_route,
    "lender": _lender,
    "address_free": _address_free,
    "tagged": _tagged,
    "vlan_free": _vlan_free,
    "tunnel_mode": _tunnel_mode,
    "protection": _protection,
    "transform_set_used": _transform_set_used,
    "ipsec_profile_used": _ipsec_profile_used,
    "profile_used": _profile_used,
    "keyring_used": _keyring_used,
    "proposal_used": _proposal_used,
    "proposal_exists": _refers_to("crypto ikev2 proposal", "name", "% Proposal {} does not exist"),
    "ikev2_profile_exists": _refers_to(
        "crypto ikev2 profile", "profile", "% IKEv2 profile {} does not exist"
    ),
    "transform_sets_exist": _transform_sets_exist,
    "line_removed": _line_removed,
    "udi": _udi,
}


def check(change: Change) -> str | None:
    """Return the refusal of a change, None if it may be applied."""
    line = change.line or change.old
    name = line.rule.check if line is not None else None
    return None if name is None else CHECKS[name](change)
