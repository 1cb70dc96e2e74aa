"""Genie's parsers on given outputs; runs in Genie's own environment, which has nothing of ours.

Reads `{host: {command: output}}` from stdin and writes `{host: {command: answer}}` to stdout. An
answer is `{"read": ...}`, `{"refused": why}`, or null where Genie has no parser of the command.
"""

import json
import sys
from contextlib import redirect_stdout
from typing import Any

from genie.conf.base import Device
from genie.libs.parser.utils import get_parser
from genie.libs.parser.utils.common import ParserNotFound
from genie.metaparser.util.exceptions import SchemaEmptyParserError, SchemaError

# A parser says no with the first two; with the others it stumbles.
REFUSALS = (
    SchemaEmptyParserError,
    SchemaError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    NameError,
)


class Silent(Device):
    """A router that prints nothing else than what is given."""

    def execute(self, _command: str) -> str:
        """Answer what a parser asks besides: nothing."""
        return ""


def answer(device: Device, command: str, output: str) -> dict[str, Any] | None:
    """Return what Genie makes of an output."""
    try:
        get_parser(command, device)
    except ParserNotFound:
        return None
    try:
        return {"read": device.parse(command, output=output)}
    except REFUSALS as error:
        return {"refused": f"{type(error).__name__}: {error}"}


def main() -> None:
    """Read, parse, write."""
    device = Silent(name="router", os="iosxe", platform="csr1000v")
    device.custom.abstraction = {"os": "iosxe", "order": ["os", "platform"]}
    with redirect_stdout(sys.stderr):
        answers = {
            host: {command: answer(device, command, text) for command, text in outputs.items()}
            for host, outputs in json.load(sys.stdin).items()
        }
    json.dump(answers, sys.stdout)


main()
