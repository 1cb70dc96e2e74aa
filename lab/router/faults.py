"""The faults of a router, as data; what counts them and lets them act is `fault_set`.

`on` is a regular expression, searched in a line as it was typed. Times are lab seconds.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Network

MOTD = "\n*** Router# of the lab: show running-config> is read (config)# by csr> ***\n"
WRONG_BANNER = "HTTP/1.0 400 Bad Request\r\n\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class SshRefused:
    """New connections are refused; where only some are, they are reset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SshSilent:
    """A new connection is taken, and nothing is ever said on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongBanner:
    """Something else than SSH answers a new connection."""

    text: str = WRONG_BANNER


@dataclass(frozen=True, slots=True, kw_only=True)
class Motd:
    """A session is greeted with a text in which prompts stand."""

    text: str = MOTD


@dataclass(frozen=True, slots=True, kw_only=True)
class SshLost:
    """A session ends without a word after so many configuration lines of its own."""

    after_lines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SshDropped:
    """A session ends without a word at a matching line, before or `after` it was carried out.

    Without `on` all sessions end when the fault begins.
    """

    on: re.Pattern[str] | None = None
    after: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hang:
    """A session answers a matching line with silence for good; `after` it was carried out."""

    on: re.Pattern[str]
    after: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerCycle:
    """The power goes at a matching line, before it is carried out, and is back after `seconds`.

    Without `on` it goes when the fault begins.
    """

    on: re.Pattern[str] | None = None
    seconds: float = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteDropped:
    """A static route is accepted and has no effect; the global table is the empty VRF."""

    vrf: str
    prefix: IPv4Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Deaf:
    """What comes over a tunnel cannot be decrypted; BGP has not missed it yet."""

    interface: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Busy:
    """Hosts send so many kilobytes a second through a tunnel, and get as many back."""

    interface: str
    kilobytes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class InputBuffer:
    """A session holds so much input that it has not worked off, and drops the rest."""

    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowLines:
    """A matching line is answered after so many lab seconds."""

    on: re.Pattern[str]
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowEcho:
    """What a client writes is taken and echoed after so many lab seconds."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A matching line asks, and is run after `y` or Return."""

    on: re.Pattern[str]
    text: str = "Are you sure? [confirm]"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedLine:
    """A matching line, of configuration or EXEC, is understood and not taken."""

    on: re.Pattern[str]
    text: str = "% Cannot be configured at this time"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLines:
    """Every session is printed a log line at every so many-th chance.

    The chances are after a prompt, within the echo of a line and within a longer output.
    """

    every: int = 3
    text: str = "%LINEPROTO-5-UPDOWN: Line protocol on Interface Loopback99, changed state to up"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigLocked:
    """Another user holds the configuration lock."""

    user: str = "colleague"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlashFull:
    """Nothing can be written to bootflash:."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveMissing:
    """The archive is off, whatever the configuration shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowDeletion:
    """A VRF and a route distinguisher take so many lab seconds to go."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignTimer:
    """Another user's change waits for its confirmation, from the start of the fault on."""

    user: str = "colleague"
    minutes: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class RevertAborts:
    """A rollback of the configuration ends half-way: this `share` of its lines is typed."""

    share: float = 0.5


ConnectFault = SshRefused | SshSilent | WrongBanner
Fault = (
    ConnectFault
    | Motd
    | SshLost
    | SshDropped
    | Hang
    | PowerCycle
    | RouteDropped
    | Deaf
    | Busy
    | InputBuffer
    | SlowLines
    | SlowEcho
    | Question
    | RefusedLine
    | LogLines
    | ConfigLocked
    | FlashFull
    | ArchiveMissing
    | SlowDeletion
    | ForeignTimer
    | RevertAborts
)
