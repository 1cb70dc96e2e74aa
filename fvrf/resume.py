"""Resume: from what was seen of a router that a change may have written to, to what is done there.

A push is never repeated while an earlier one stands: `redo` follows only where the router's own
configuration shows that the first went back, or after this run took it back itself.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

from fvrf.journal import Outcome
from fvrf.preflight import Preflight
from fvrf.trace import Push, Trace

# Between the journal's line and the router's taking of the command there is one network turn; the
# rest is for clocks that a boot or NTP sets meanwhile.
_SAME_TIMER = timedelta(seconds=120)
# A minute before it strikes IOS prints into the session: then nothing is typed any more.
ENDING_S = 90.0


class Timer(StrEnum):
    """The revert timer that pends; `ending` is ours and about to strike."""

    NONE = "none"
    OURS = "ours"
    ENDING = "ending"
    FOREIGN = "foreign"


class Running(StrEnum):
    """What of ours is configured: as in the backup, as intended, or neither."""

    BACKUP = "backup"
    INTENDED = "intended"
    OTHER = "other"


class Action(StrEnum):
    """What is done with a router of a change whose run broke off."""

    REDO = "redo"  # begin anew: nothing of the push is left
    PROVE = "prove"  # verify both ends, then confirm and save, or take back
    SAVE = "save"  # confirmed already: verify both ends and save
    REVERT = "revert"  # take back at once, then begin anew
    WAIT = "wait"  # let the timer strike, then look again
    LEAVE = "leave"  # neither ours to judge nor to touch: for a human


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A router as it was examined.

    `provable`: the journal has the push as finished, and the timer leaves time to verify it.
    """

    timer: Timer
    running: Running
    provable: bool


_UNDER_OUR_TIMER = MappingProxyType(
    {
        (Running.BACKUP, False): Action.REVERT,
        (Running.BACKUP, True): Action.REVERT,
        # What a push ends with (`clear crypto session`, Azure's window) shows in no configuration.
        (Running.INTENDED, False): Action.REVERT,
        (Running.INTENDED, True): Action.PROVE,
        (Running.OTHER, False): Action.REVERT,
        (Running.OTHER, True): Action.REVERT,
    }
)
_WITHOUT_OURS = MappingProxyType(
    {
        (Timer.NONE, Running.BACKUP): Action.REDO,
        (Timer.NONE, Running.INTENDED): Action.SAVE,
        (Timer.NONE, Running.OTHER): Action.LEAVE,
        # What begins a change anew refuses a router on which somebody's timer pends.
        (Timer.FOREIGN, Running.BACKUP): Action.REDO,
        (Timer.FOREIGN, Running.INTENDED): Action.LEAVE,
        (Timer.FOREIGN, Running.OTHER): Action.LEAVE,
    }
)


def pending(found: Preflight, push: Push, user: str | None) -> tuple[Timer, float]:
    """Tell whose timer pends, and for how many seconds yet by the router's own clock.

    Only the same user's, of the same length, that began when ours did by the router's own clock is
    ours: another run of that user, from elsewhere, may have begun one since.
    """
    timer, own = found.timer, push.timer
    if timer is None:
        return Timer.NONE, 0.0
    if found.clock is None or timer.since is None:
        return Timer.FOREIGN, 0.0
    left_s = (timedelta(minutes=timer.minutes) - (found.clock - timer.since)).total_seconds()
    ours = (
        own is not None
        and own.router_time is not None
        and (timer.user, timer.minutes, timer.type) == (user, own.minutes, "absolute")
        and abs(timer.since - own.router_time) <= _SAME_TIMER
    )
    if not ours:
        return Timer.FOREIGN, left_s
    return (Timer.OURS if left_s >= ENDING_S else Timer.ENDING), left_s


def decide(facts: Facts) -> Action:
    """Return what is done with a router that was examined."""
    if facts.timer is Timer.ENDING:
        return Action.WAIT
    if facts.timer is Timer.OURS:
        return _UNDER_OUR_TIMER[facts.running, facts.provable]
    return _WITHOUT_OURS[facts.timer, facts.running]


class Standing(StrEnum):
    """What a journal says of a host of a change whose run ended or broke off."""

    FINISHED = "finished"  # left alone
    UNKNOWN = "unknown"  # written to, and maybe standing: examined first
    OPEN = "open"  # nothing stands on the router: begun, or begun anew


def standing(trace: Trace) -> Standing:
    """Tell finished hosts from those to examine and those to begin.

    What was tried and taken back is finished; what was taken back without a push (its turn had not
    come, or Azure refused) was not tried on the router, and is open.
    """
    if trace.outcome in {Outcome.UNCHANGED, Outcome.CONFIRMED, Outcome.FAILED}:
        return Standing.FINISHED
    if trace.outcome is Outcome.ROLLED_BACK:
        return Standing.FINISHED if trace.pushes else Standing.OPEN
    if trace.outcome in {Outcome.SKIPPED, Outcome.UNREACHABLE} or trace.push is None:
        return Standing.OPEN
    return Standing.UNKNOWN
