"""Changes that no check of the running network can see, each with its reason.

`docs/unwatched-lines.md` shows this table to a reader; the plan names every one of them.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Row:
    """Some changes: `what` matches their words, `line` and `why` are for the reader."""

    what: str
    line: str
    why: str

    def covers(self, what: str) -> bool:
        """Whether this row is about a change."""
        return re.search(self.what, what) is not None


_NEXT_IKE = (
    "read when an IKE SA is made; a rekey does not authenticate again (RFC 7296, 2.8), so that it"
    " shows after the next `clear crypto session` or reload"
)
_SHORTER = "the two ends need not agree: each rekeys in its own time, and either end's rekey serves"

UNWATCHED: tuple[Row, ...] = (
    Row(
        what=r"/ description ",
        line="`description`",
        why="words; without the mark the plan reports a conflict",
    ),
    Row(
        what=r"crypto ikev2 policy .*(/ match (address local|fvrf) \S+: removed|-> match fvrf any)",
        line="`match` of an IKEv2 policy, removed or made wider",
        why="the policy is still the one that fits",
    ),
    Row(
        what=r"/ encryption aes-cbc-256 aes-cbc-128 3des -> encryption aes-cbc-256 ",
        line="`encryption` of a proposal, an algorithm less",
        why="Azure takes exactly one, and that one is still offered",
    ),
    Row(
        what=r"crypto ikev2 keyring \S+ / peer",
        line="`peer`, `address`, `pre-shared-key` of a keyring",
        why=_NEXT_IKE,
    ),
    Row(
        what=r"crypto ikev2 profile \S+ / (match|authentication|keyring) ",
        line="`match`, `authentication`, `keyring` of an IKEv2 profile",
        why=_NEXT_IKE,
    ),
    Row(
        what=r"crypto ipsec profile \S+ / set ikev2-profile ",
        line="`set ikev2-profile`",
        why=_NEXT_IKE,
    ),
    Row(
        what=r"/ (lifetime|set security-association lifetime) |\.sa(LifeTime|DataSize)\w+: ->",
        line=(
            "`lifetime`, `set security-association lifetime`, `saLifeTimeSeconds`,"
            " `saDataSizeKilobytes`"
        ),
        why=_SHORTER,
    ),
    Row(
        what=r"/ dpd ",
        line="`dpd`",
        why="acts when the peer no longer answers; BGP's hold time notices that too",
    ),
    Row(
        what=r"/ mode tunnel -> mode transport",
        line="`mode tunnel` of a transform set",
        why="a tunnel interface of mode `ipsec ipv4` uses tunnel mode whatever stands there",
    ),
    Row(
        what=r"/ ip (mtu|tcp adjust-mss) ",
        line="`ip mtu`, `ip tcp adjust-mss`",
        why="only large packets suffer; no table shows it, a ping of the full size does",
    ),
    Row(
        what=r"^ip route .* name fvrf -> .* name colleague",
        line="`name` of a static route",
        why="words; without the mark the plan names the route",
    ),
    Row(
        what=r"(^ip prefix-list \S+-out .*|/ neighbor \S+ prefix-list \S+-out out.*)",
        line="the outward prefix list, removed",
        why=(
            "a list that is not there permits all, but a site without other routes tells nothing"
            " more; where it does, the check of advertised routes fails"
        ),
    ),
    Row(
        what=r"(^route-map \S+ permit 10 / |/ neighbor \S+ route-map )",
        line="`route-map` and `set ip next-hop peer-address`",
        why=(
            "matters only while Azure announces another tunnel's address as next hop; then the"
            " check of egress tunnels fails"
        ),
    ),
    Row(
        what=r"/ bgp log-neighbor-changes: removed",
        line="`bgp log-neighbor-changes`",
        why="what is written to the log",
    ),
    Row(
        what=r"/ no bgp default ipv4-unicast: removed",
        line="`no bgp default ipv4-unicast`",
        why="acts on neighbours of the global table, which are not ours",
    ),
    Row(
        what=r"/ bgp router-id interface ",
        line="`bgp router-id`",
        why="any id will do that no other router of the AS has",
    ),
    Row(
        what=r"/ maximum-paths eibgp 2 -> maximum-paths 2",
        line="`maximum-paths eibgp`, made `maximum-paths`",
        why="all paths here are external ones, imported or not",
    ),
    Row(
        what=r"/ neighbor \S+ ebgp-multihop 5 -> ",
        line="`ebgp-multihop`, lower but enough",
        why="the speaker is one hop behind the tunnel",
    ),
    Row(
        what=r"/ neighbor \S+ update-source \S+: removed",
        line="`update-source`, removed",
        why="the route to the speaker leaves by the tunnel, whose address is the same",
    ),
    Row(
        what=r"/ (neighbor \S+ allowas-in|route-target import \S+): added",
        line="`allowas-in`, a further `route-target import`, added",
        why="no path comes in by it while nobody sends one",
    ),
    Row(
        what=r" / tags\.",
        line="tags of an Azure resource",
        why="words; without them the plan reports a conflict",
    ),
    Row(
        what=r" / ipsecPolicies: removed",
        line="`ipsecPolicies`, removed, with the policy `article-legacy`",
        why="Azure's default proposals hold the same algorithms",
    ),
)

# Changes that the ends refuse, or that change nothing: (words of the change, why).
REFUSED: tuple[tuple[str, str], ...] = (
    (r"^interface GigabitEthernet\d+: removed", "a physical interface cannot be removed"),
    (r"^crypto (ikev2|ipsec) [a-z-]+ \S+( esp-.*)?: removed", "in use: IOS-XE refuses"),
    (r"/ tunnel mode ipsec ipv4: removed", "not while the tunnel is protected"),
    (r"/ mode tunnel: removed", "its default"),
    (r"/ set security-association lifetime seconds 3600: removed", "its default"),
    (r" / (gatewayIpAddress|bgpSettings\.\w+): removed", "required by Azure"),
    (r" / ipsecPolicies\.\w+: removed", "required by Azure"),
    (r" / (virtualNetworkGateway1|localNetworkGateway2)\.id: removed", "required by Azure"),
    (r"^local network gateway .* / resource: removed", "in use: Azure refuses"),
    (r" / connectionType: ", "required by Azure, and no other fits a local network gateway"),
    (r" / (connectionProtocol|usePolicyBasedTrafficSelectors): removed", "its default"),
    (r" / localNetworkAddressSpace\.addressPrefixes: removed", "empty as it was"),
    (r" / fqdn: removed", "not there as it was"),
)
