"""`show interfaces`, its headings and output counters: what left by each interface."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from fvrf.iosxe.parse.capture import blocks, once, reads

_INTERFACE = re.compile(r"^(?P<name>[A-Za-z]\S*) is .*, line protocol is ", re.MULTILINE)
_OUTPUT = re.compile(r"^\s+\d+ packets output, (?P<bytes>\d+) bytes", re.MULTILINE)


@reads("show interfaces | include line protocol|packets output")
def parse_counters(text: str) -> Mapping[str, int]:
    """Return the bytes sent by each interface since its counters were cleared last.

    Raises `CannotLook` where there is no interface at all; one without counters is left out.
    """
    found = list(blocks(text, _INTERFACE))
    if not found:
        raise ValueError("the capture has no interface")
    once("the interface", (heading["name"] for heading, _ in found))
    counted = ((heading["name"], _OUTPUT.search(block)) for heading, block in found)
    return MappingProxyType({name: int(match["bytes"]) for name, match in counted if match})
