"""`show running-config | section crypto ipsec profile`: the PFS group of each IPsec profile.

Configuration, not state: an SA that was made with its IKE SA has no PFS whatever is configured,
so that a group which the other end refuses shows only at the first rekey.
"""

import re
from collections.abc import Mapping

from fvrf.iosxe.parse.capture import blocks, reads

_PROFILE = re.compile(r"^crypto ipsec profile (?P<name>\S+)", re.MULTILINE)
_PFS = re.compile(r"^ set pfs (?P<group>\S+)", re.MULTILINE)


@reads("show running-config | section crypto ipsec profile", silent=True)
def parse_ipsec_profiles(text: str) -> Mapping[str, str | None]:
    """Return the group of each profile by its name: `group20`, None where none is set."""
    if text.strip() and not _PROFILE.search(text):
        raise ValueError("the capture has no IPsec profile")
    return {
        profile["name"]: match["group"] if (match := _PFS.search(block)) else None
        for profile, block in blocks(text, _PROFILE)
    }
