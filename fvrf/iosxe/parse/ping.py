"""`ping`: a mark for each packet, and how many were answered."""

import re
from dataclasses import dataclass

from fvrf.iosxe.parse.capture import reads

_SENDING = re.compile(r"^Sending (?P<count>\d+), (?P<size>\d+)-byte ICMP Echos to ", re.MULTILINE)
# Answered, timed out, could not fragment, unreachable, and the rarer ones of the command reference.
_MARKS = re.compile(r"^[!.MUQCI?&]+$", re.MULTILINE)
_RATE = re.compile(
    r"^Success rate is \d+ percent \((?P<answered>\d+)/(?P<sent>\d+)\)", re.MULTILINE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping:
    """What became of the packets; `marks` has a character for each, `!` for an answer."""

    sent: int
    answered: int
    marks: str


@reads("ping", heading=_SENDING)
def parse_ping(text: str) -> Ping:
    """Read a ping; raises `CannotLook` where it was not sent or its end is missing.

    A VRF that does not exist answers nothing: no packet was sent.
    """
    if not text:
        return Ping(sent=0, answered=0, marks="")
    sending, rate = _SENDING.search(text), _RATE.search(text)
    if sending is None or rate is None:
        raise ValueError("the capture has no `Sending` or no `Success rate`")
    marks = "".join(_MARKS.findall(text))
    ping = Ping(sent=int(rate["sent"]), answered=int(rate["answered"]), marks=marks)
    if not len(marks) == ping.sent == int(sending["count"]) or marks.count("!") != ping.answered:
        raise ValueError("the marks do not agree with the success rate")
    return ping
