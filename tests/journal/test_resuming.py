"""What a report says of a router that a resume could not change."""

import pytest

from fvrf.journal import Outcome
from fvrf.trace import AzureWrite, Trace
from tasks.resuming import still_kept
from tasks.router_change import Ended

WRITE = AzureWrite(
    gateway="g1", kind="create_connection", resource="c1", connection="c1", prior=None
)
KEPT = "; Azure keeps what an earlier run wrote: create connection c1"


@pytest.mark.parametrize(
    ("outcome", "trace", "more"),
    [
        (Outcome.SKIPPED, Trace(azure=(WRITE,)), KEPT),
        (Outcome.UNREACHABLE, Trace(azure=(WRITE,)), KEPT),
        (Outcome.SKIPPED, Trace(), ""),
        (Outcome.CONFIRMED, Trace(azure=(WRITE,)), ""),
        (Outcome.ROLLED_BACK, Trace(azure=(WRITE,)), ""),
    ],
)
def test_what_stands_in_azure_is_told_where_its_router_was_not_changed(
    outcome: Outcome, trace: Trace, more: str
) -> None:
    ended = Ended(outcome=outcome, reason="so")
    assert still_kept(ended, trace) == Ended(outcome=outcome, reason=f"so{more}")
