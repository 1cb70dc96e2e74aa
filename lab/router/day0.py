"""The day-0 configuration: a template filled with the facts of one router."""

from ipaddress import IPv4Address
from string import Template

from lab.router.rewrites import hash_secret


def day0(  # noqa: PLR0913 -- the facts of a box on the day it is racked
    template: str,
    *,
    hostname: str,
    serial: str,
    username: str,
    privilege: int,
    password: str,
    enable: str,
    gi1_address: IPv4Address,
    gi1_next_hop: IPv4Address,
) -> str:
    """Return the configuration text; the two passwords appear in it as hashes only."""
    return Template(template).substitute(
        hostname=hostname,
        serial=serial,
        username=username,
        privilege=privilege,
        login_hash=hash_secret(password),
        enable_hash=hash_secret(enable),
        gi1_address=gi1_address,
        gi1_next_hop=gi1_next_hop,
    )
