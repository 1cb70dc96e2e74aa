"""The mode a prompt shows after each configuration line, so that a refused header is seen.

Modes are as in the prompt, without its parentheses; "" is privileged EXEC. Read from real
transcripts; a global command typed in a submode leaves it by itself.
"""

import re

EXEC = ""
GLOBAL = "config"

# Where a line is typed (a pattern of modes), the line, and the mode it leads to. The first row
# that fits holds; a line that fits none leaves the mode as it is.
MODES: tuple[tuple[str, str, str], ...] = (
    (r"", r"configure terminal( .*)?", GLOBAL),
    (r"config.*|cfg-.*|ipsec-profile", r"end", EXEC),
    (r"config", r"exit", EXEC),
    (r"config-ikev2-keyring-peer", r"exit", "config-ikev2-keyring"),
    (r"config-router-af", r"exit|(no )?exit-address-family", "config-router"),
    (r"config-router-af", r"(no )?bgp log-neighbor-changes", "config-router"),
    (r"config-vrf-af", r"exit(-address-family)?", "config-vrf"),
    (r"config-archive-log-cfg", r"exit", "config-archive"),
    (r"config-.*|cfg-.*|ipsec-profile", r"exit", GLOBAL),
    (r"config-if", r"(no )?ip vrf forwarding .*", "config-if"),
    (r"config-subif", r"(no )?ip vrf forwarding .*", "config-subif"),
    (r"config-ikev2-keyring(-peer)?", r"peer \S+", "config-ikev2-keyring-peer"),
    (r"config-ikev2-keyring(-peer)?", r"no peer \S+", "config-ikev2-keyring"),
    (r"config-router(-af)?", r"address-family .*", "config-router-af"),
    (r"config-router(-af)?", r"no address-family .*", "config-router"),
    (r"config-vrf(-af)?", r"address-family .*", "config-vrf-af"),
    (r"config-archive", r"log config", "config-archive-log-cfg"),
    (r".+", r"ip vrf \S+", "config-vrf"),
    (r".+", r"vrf definition \S+", "config-vrf"),
    (r".+", r"interface \S+", "config-if"),
    (r".+", r"crypto ikev2 proposal \S+", "config-ikev2-proposal"),
    (r".+", r"crypto ikev2 policy \S+", "config-ikev2-policy"),
    (r".+", r"crypto ikev2 keyring \S+", "config-ikev2-keyring"),
    (r".+", r"crypto ikev2 profile \S+", "config-ikev2-profile"),
    (r".+", r"crypto ipsec transform-set .*", "cfg-crypto-trans"),
    (r".+", r"crypto ipsec profile \S+", "ipsec-profile"),
    (r".+", r"router bgp \S+", "config-router"),
    (r".+", r"route-map \S+ (permit|deny) \d+", "config-route-map"),
    (r".+", r"archive", "config-archive"),
    (r".+", r"(no )?ip (route|prefix-list|cef) .*", GLOBAL),
    (r".+", r"no (ip vrf|vrf definition|interface|crypto|router|route-map|archive)\b.*", GLOBAL),
    (r".+", r"(no )?crypto ikev2 (dpd|nat|fragmentation|cookie-challenge)\b.*", GLOBAL),
)


def mode_after(mode: str, line: str) -> str:
    """Return the mode of the prompt that follows a line, if the line is taken.

    A subinterface has a mode of its own name (`config-subif`).
    """
    text = line.strip()
    for where, pattern, result in MODES:
        if re.fullmatch(where, mode) and re.fullmatch(pattern, text):
            is_sub = result == "config-if" and re.fullmatch(r"interface \S+\.\d+", text)
            return "config-subif" if is_sub else result
    return mode
