"""Show commands about what is configured: IKEv2, IPsec, prefix lists, route maps."""

from collections.abc import Iterator, Mapping

from lab.network.views import GLOBAL, Ikev2ProfileView, IpsecProfileView, ProposalView
from lab.router.device import Router
from lab.router.shows.types import Args, Show

_GROUPS = {
    "1": "DH_GROUP_768_MODP",
    "2": "DH_GROUP_1024_MODP",
    "5": "DH_GROUP_1536_MODP",
    "14": "DH_GROUP_2048_MODP",
    "15": "DH_GROUP_3072_MODP",
    "16": "DH_GROUP_4096_MODP",
    "19": "DH_GROUP_256_ECP",
    "20": "DH_GROUP_384_ECP",
    "21": "DH_GROUP_521_ECP",
    "24": "DH_GROUP_2048_256_MODP",
}
_INTEGRITY = {"sha1": "SHA96", "md5": "MD596"}
_DEFAULT_PROPOSAL = ProposalView(
    name="default",
    encryption=("aes-cbc-256", "aes-cbc-192", "aes-cbc-128"),
    integrity=("sha512", "sha384", "sha256", "sha1", "md5"),
    prf=("sha512", "sha384", "sha256", "sha1", "md5"),
    groups=("5", "2"),
)


def transform_name(keywords: str) -> str:
    """Return a transform as show commands name it: `esp-256-aes` for `esp-aes 256`."""
    for size in ("192", "256"):
        keywords = keywords.replace(f"esp-aes {size}", f"esp-{size}-aes")
    return keywords


def _wanted(args: Args, name: str) -> bool:
    return args.get("name", name) == name


def _proposals(router: Router, args: Args) -> str:
    views = [*sorted(router.view().proposals.values(), key=lambda v: v.name), _DEFAULT_PROPOSAL]
    return "".join(_proposal(view) for view in views if _wanted(args, view.name))


def _proposal(view: ProposalView) -> str:
    integrity = " ".join(_INTEGRITY.get(word, word.upper()) for word in view.integrity) or "none"
    prf = " ".join(word.upper() for word in view.prf or view.integrity)
    groups = " ".join(f"{_GROUPS[number]}/Group {number}" for number in view.groups)
    return (
        f" IKEv2 proposal: {view.name} \n"
        f"     Encryption : {' '.join(word.upper() for word in view.encryption)}\n"
        f"     Integrity  : {integrity}\n"
        f"     PRF        : {prf}\n"
        f"     DH Group   : {groups}\n"
    )


def _policies(router: Router, args: Args) -> str:
    shown = ""
    for view in router.view().policies.values():
        if not _wanted(args, view.name):
            continue
        addresses = view.local_addresses or ("any",)
        shown += (
            f" IKEv2 policy : {view.name}\n"
            f"      Match fvrf  : {view.front_door or 'global'}\n"
            + "".join(f"      Match address local : {address}\n" for address in addresses)
            + "".join(f"      Proposal    : {name}\n" for name in view.proposals)
            + "\n"
        )
    default = (
        " IKEv2 policy : default\n      Match fvrf : any\n"
        "      Match address local : any\n      Proposal    : default\n\n"
    )
    return (default if _wanted(args, "default") else "") + shown


def _profiles(router: Router, args: Args) -> str:
    return "".join(
        "\n".join(_profile(router, view)) + "\n\n"
        for view in router.view().ikev2_profiles.values()
        if _wanted(args, view.name)
    )


def _profile(router: Router, view: Ikev2ProfileView) -> Iterator[str]:
    block = router.config.find("crypto ikev2 profile", view.name)
    dpd = block.lines.get("dpd") if block is not None else None
    ivrf = block.arg("ivrf", "vrf") if block is not None else None
    yield f"IKEv2 profile: {view.name}"
    yield " Ref Count: 4"
    yield " Match criteria: "
    yield f"  Fvrf: {'global' if view.front_door == GLOBAL else view.front_door}"
    yield "  Local address/interface: "
    yield from (f"   {one}" for one in (*view.local_interfaces, *view.local_addresses) or ("none",))
    yield "  Identities: "
    for identity in view.remote_identities:
        yield f"   address {identity.network_address} {identity.netmask}"
    yield "  Certificate maps: none"
    yield f" Local identity: {view.local_identity or 'none'}"
    yield " Remote identity: none"
    yield f" Local authentication method: {view.authentication_local or 'none'}"
    yield f" Remote authentication method(s): {view.authentication_remote or 'none'}"
    yield " EAP options: none"
    yield f" Keyring: {view.keyring or 'none'}"
    yield " Trustpoint(s): none"
    yield f" Lifetime: {view.lifetime_s} seconds"
    yield f" DPD: {_dpd(dpd.args) if dpd is not None else 'disabled'}"
    yield " NAT-keepalive: disabled"
    yield f" Ivrf: {ivrf or 'none'}"
    yield " Virtual-template: none"
    yield " mode auto: none"


def _dpd(args: Mapping[str, str]) -> str:
    return f"interval {args['interval']}, retry-interval {args['retry']}"


def _ipsec_profiles(router: Router, args: Args) -> str:
    return "".join(
        _ipsec_profile(router, view)
        for view in router.view().ipsec_profiles.values()
        if _wanted(args, view.name)
    )


def _ipsec_profile(router: Router, view: IpsecProfileView) -> str:
    sets = router.view().transform_sets
    volume = "disable" if view.lifetime_kb is None else f"{view.lifetime_kb} kilobytes"
    pfs = f"Y\n\tDH group:  {view.pfs}" if view.pfs is not None else "N"
    rows = "".join(
        f"\t\t{name}:  {{ {transform_name(' '.join(sets[name].transforms))}  }} , \n"
        for name in view.transform_sets
        if name in sets
    )
    return (
        f"IPSEC profile {view.name}\n"
        + (f"\tIKEv2 Profile: {view.ikev2_profile}\n" if view.ikev2_profile else "")
        + f"\tSecurity association lifetime: {volume}/{view.lifetime_s} seconds\n"
        "\tResponder-Only (Y/N): N\n"
        f"\tPFS (Y/N): {pfs}\n"
        "\tMixed-mode : Disabled\n"
        "\tTransform sets={ \n" + rows + "\t}\n\n"
    )


def _transform_sets(router: Router, args: Args) -> str:
    return "".join(
        f"Transform set {view.name}: {{ {transform_name(' '.join(view.transforms))}  }} \n"
        f"   will negotiate = {{ {view.mode.capitalize()},  }}, \n\n"
        for view in router.view().transform_sets.values()
        if _wanted(args, view.name)
    )


def _prefix_lists(router: Router, args: Args) -> str:
    shown = ""
    for name, rules in sorted(router.view().prefix_lists.items()):
        if not _wanted(args, name):
            continue
        shown += f"ip prefix-list {name}: {len(rules)} entries\n"
        for rule in rules:
            ge = f" ge {rule.ge}" if rule.ge is not None else ""
            le = f" le {rule.le}" if rule.le is not None else ""
            action = "permit" if rule.permit else "deny"
            shown += f"   seq {rule.sequence} {action} {rule.prefix}{ge}{le}\n"
    if not shown and "name" in args:
        return f"% Can't find specified prefix-list {args['name']}\n"
    return shown


def _route_maps(router: Router, args: Args) -> str:
    shown = ""
    for line, block in router.config.blocks("route-map"):
        if not _wanted(args, line.args["name"]):
            continue
        texts = [entry.text for entry in block.lines.values()]
        shown += (
            f"route-map {line.args['name']}, {line.args['action']}, sequence {line.args['seq']}\n"
            "  Match clauses:\n"
            + "".join(f"    {_clause(text)}\n" for text in texts if text.startswith("match "))
            + "  Set clauses:\n"
            + "".join(f"    {_clause(text)}\n" for text in texts if text.startswith("set "))
            + "  Policy routing matches: 0 packets, 0 bytes\n"
        )
    if not shown and "name" in args:
        return f"route-map {args['name']} not found\n"
    return shown


def _clause(text: str) -> str:
    """Return a clause as this command words it."""
    bare = text.partition(" ")[2]
    return bare.replace("prefix-list ", "prefix-lists: ") + (" " if "prefix-list" in bare else "")


SHOWS: Mapping[str, Show] = {
    "show_ikev2_proposal": _proposals,
    "show_ikev2_policy": _policies,
    "show_ikev2_profile": _profiles,
    "show_ipsec_profile": _ipsec_profiles,
    "show_transform_set": _transform_sets,
    "show_prefix_list": _prefix_lists,
    "show_route_map": _route_maps,
}
