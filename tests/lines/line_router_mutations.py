"""Every rendered router line, removed or altered, as lines that a colleague would type."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from line_lab import Field

# Leave a mode or separate: no configuration.
_NO_LINES = re.compile(r"!.*|exit-address-family|")

# A line and what a colleague makes of it: every row that fits is a case. One that yields the line
# itself is none.
ALTERED: tuple[tuple[str, str], ...] = (
    (r"description (.*)", r"description of a colleague"),
    (r"(rd|route-target \w+) (\d+):(\d+)", r"\1 \2:1\3"),
    (r"ip vrf forwarding OUTSIDE_\w+", r"ip vrf forwarding INSIDE_VRF"),
    (r"ip vrf forwarding INSIDE_\w+", r"ip vrf forwarding OUTSIDE_ONE"),
    (r"ip address (\S+)\.\d+ (\S+)", r"ip address \1.99 \2"),
    (r"encryption aes-gcm-256", r"encryption aes-gcm-128"),
    (r"encryption aes-cbc-256 (.*)", r"encryption \1"),
    (r"encryption (.*) 3des", r"encryption \1"),
    (r"integrity sha1", r"integrity sha256"),
    (r"prf sha384", r"prf sha256"),
    (r"group 2", r"group 14"),
    (r"group 20", r"group 19"),
    (r"match fvrf \S+", r"match fvrf any"),
    (r"match fvrf \S+", r"match fvrf INSIDE_VRF"),
    (r"match address local (\S+)\.\d+", r"match address local \1.99"),
    (r"proposal \S+", r"proposal default"),
    (r"address (\S+)\.\d+", r"address \1.99"),
    (r"pre-shared-key \S+", r"pre-shared-key of-a-colleague"),
    (r"match address local interface \S+", r"match address local interface GigabitEthernet3"),
    (r"match identity remote address (\S+)\.\d+ (.*)", r"match identity remote address \1.99 \2"),
    (r"authentication (\w+) pre-share", r"authentication \1 rsa-sig"),
    (r"keyring local \S+", r"keyring local COLLEAGUE"),
    (r"lifetime 28800", r"lifetime 3600"),
    (r"dpd 10 5 on-demand", r"dpd 30 5 periodic"),
    (r"(crypto ipsec transform-set \S+) esp-gcm 256", r"\1 esp-gcm 128"),
    (r"(crypto ipsec transform-set \S+) esp-aes 256 (\S+)", r"\1 esp-aes \2"),
    (r"mode tunnel", r"mode transport"),
    (r"set transform-set \S+", r"set transform-set COLLEAGUE"),
    (r"set pfs group20", r"set pfs group19"),
    (r"set ikev2-profile \S+", r"set ikev2-profile COLLEAGUE"),
    (r"(set security-association lifetime \w+) (\d+)0", r"\1 \2"),
    (r"ip unnumbered \S+", r"ip unnumbered GigabitEthernet3"),
    (r"ip mtu 1400", r"ip mtu 1300"),
    (r"ip tcp adjust-mss 1350", r"ip tcp adjust-mss 1250"),
    (r"tunnel source \S+", r"tunnel source GigabitEthernet3"),
    (r"tunnel mode ipsec ipv4", r"tunnel mode gre ip"),
    (r"tunnel destination (\S+)\.\d+", r"tunnel destination \1.99"),
    (r"tunnel vrf \S+", r"tunnel vrf INSIDE_VRF"),
    (r"(tunnel protection ipsec profile) \S+", r"\1 COLLEAGUE"),
    (r"(ip route vrf \S+ \S+) (\S+) (\d\S+)\.\d+(.*)", r"\1 \2 \3.99\4"),
    (r"(ip route vrf \S+ \S+ \S+) Tunnel0(.*)", r"\1 Tunnel1\2"),
    (r"(ip route vrf \S+ \S+ \S+) Tunnel1(.*)", r"\1 GigabitEthernet2\2"),
    (r"(ip route .*) name fvrf", r"\1 name colleague"),
    (r"(ip prefix-list .*) permit (.*)", r"\1 deny \2"),
    (r"(ip prefix-list .*) le 31", r"\1 le 32"),
    (r"(ip prefix-list \S+ seq \d+ permit 172\.\d+\.)0(\.0)/16", r"\g<1>128\2/17"),
    (r"route-map (\S+) permit (\d+)", r"route-map \1 deny \2"),
    (r"set ip next-hop peer-address", r"set ip next-hop 10.0.255.4"),
    (r"bgp router-id interface \S+", r"bgp router-id 192.0.2.1"),
    (r"redistribute static", r"redistribute connected"),
    (r"(neighbor \S+ remote-as) \d+", r"\1 65514"),
    (r"(neighbor \S+ ebgp-multihop) \d+", r"\1 2"),
    (r"(neighbor \S+ update-source) \S+", r"\1 GigabitEthernet3"),
    (r"(neighbor \S+ prefix-list) \S+ (\w+)", r"\1 COLLEAGUE \2"),
    (r"(neighbor \S+ route-map) \S+ in", r"\1 COLLEAGUE in"),
    (r"maximum-paths eibgp 2", r"maximum-paths eibgp 1"),
    (r"maximum-paths eibgp 2", r"maximum-paths 2"),
)

# What a colleague adds to our objects: under which line, and what.
ADDED: tuple[tuple[str, str], ...] = (
    (r"interface Tunnel\d+", "shutdown"),
    (r"crypto ipsec profile \S+", "set pfs group14"),
    (r"address-family .* OUTSIDE_\w+", "neighbor 10.0.255.254 shutdown"),
    (r"address-family .* OUTSIDE_\w+", "neighbor 10.0.255.254 allowas-in"),
    (r"ip vrf OUTSIDE_\w+", "route-target import 64900:99"),
)


@dataclass(frozen=True, kw_only=True)
class RouterMutation:
    """One change of one line; `path` are the lines above it, outermost first."""

    path: tuple[str, ...]
    line: str
    becomes: str | None

    @property
    def what(self) -> str:
        """The change in words."""
        where = "".join(f"{header} / " for header in self.path)
        if self.becomes is None:
            return f"{where}{self.line}: removed"
        if not self.line:
            return f"{where}{self.becomes}: added"
        return f"{where}{self.line} -> {self.becomes}"

    def is_named(self, plan: Sequence[str]) -> bool:
        """Whether a plan shows the line in its difference, or quotes it in a conflict."""
        line = re.sub(r"^(address-family ipv4) unicast", r"\1", self.line or self.becomes or "")
        sign = "+" if self.line else "-"
        return any(
            re.fullmatch(rf"\{sign} +{re.escape(line)}", text) or f"`{line}`" in text
            for text in plan
        )

    def apply(self, field: Field, router: str) -> bool:
        """Type it; return whether the running configuration is another one afterwards.

        A new line is typed over the old one, which goes by hand where it still stands, or goes
        first where it stands in the way.
        """
        before = field.config(router)
        removal = negated(self.line)
        if self.becomes is None:
            field.type(router, [*self.path, removal])
        elif not self.line:
            field.type(router, [*self.path, self.becomes])
        else:
            field.type(router, [*self.path, *_unprotected(before, self.path, self.becomes)])
            if _still_there(before, field.config(router)):
                field.type(router, [*self.path, removal])
                field.type(router, [*self.path, self.becomes])
        return field.config(router) != before


def _unprotected(config: str, path: Sequence[str], line: str) -> list[str]:
    """Return what is typed for a line: a tunnel's mode changes only while it is not protected."""
    body = (
        re.search(rf"^{re.escape(path[-1])}\n((?: .*\n)*)", config, re.MULTILINE) if path else None
    )
    protection = re.search(r"^ (tunnel protection .*)$", body[1], re.MULTILINE) if body else None
    if protection is None or not line.startswith("tunnel mode "):
        return [line]
    return [f"no {protection[1]}", line, protection[1]]


def _still_there(before: str, after: str) -> bool:
    """Whether no line of a configuration is gone: a new one took no place, or was refused."""
    return not set(before.splitlines()) - set(after.splitlines())


def negated(line: str) -> str:
    """Return the line that takes a line away."""
    return line.removeprefix("no ") if line.startswith("no ") else f"no {line}"


def lines(text: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield each line of a rendered configuration with the lines above it."""
    path: list[str] = []
    for line in text.splitlines():
        depth = len(line) - len(line.lstrip())
        if not _NO_LINES.fullmatch(line.strip()):
            path[depth:] = [line.strip()]
            yield tuple(path[:-1]), path[-1]


def router_mutations(text: str) -> Iterator[RouterMutation]:
    """Yield all changes of all lines of a rendered configuration, in the order of the lines."""
    for path, line in lines(text):
        yield RouterMutation(path=path, line=line, becomes=None)
        for pattern, becomes in ALTERED:
            if (match := re.fullmatch(pattern, line)) and match.expand(becomes) != line:
                yield RouterMutation(path=path, line=line, becomes=match.expand(becomes))
        for pattern, added in ADDED:
            if re.fullmatch(pattern, line):
                yield RouterMutation(path=(*path, line), line="", becomes=added)
