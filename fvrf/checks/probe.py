"""The check of full packets: they reach a host behind the gateway, and its answers come back."""

from fvrf.checks.finding import Finding
from fvrf.checks.look import Subject
from fvrf.checks.observation import Unreadable
from fvrf.iosxe.parse.ping import Ping
from fvrf.plan.objects import ProbePlan

# The first may be lost while an address is resolved at the far end.
_MAY_BE_LOST = 1
_MEANINGS = {
    "M": "too big for a link on the way",
    "U": "unreachable",
    ".": "no answer",
}


def check_probe(host: str, probe: ProbePlan, seen: Ping | Unreadable) -> Finding:
    """Judge whether a host answered, but for one packet."""
    subject = Subject(
        end=host,
        check="probe",
        name=f"{probe.vrf} probe of {probe.host} from {probe.source}",
        expected=f"packets of {probe.size} bytes answered, DF set",
    )
    if isinstance(seen, Unreadable):
        return subject.unseen(seen)
    meanings = [meaning for mark, meaning in _MEANINGS.items() if mark in seen.marks]
    told = f" {seen.marks}: {', '.join(meanings)}" if meanings else ""
    passed = bool(seen.answered) and seen.sent - seen.answered <= _MAY_BE_LOST
    return subject.judge(f"{seen.answered} of {seen.sent} answered{told}", passed=passed)
