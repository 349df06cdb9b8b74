"""A scan that another hub has: nobody waits for it here, but whoever takes it may decide."""

import pytest

from scanview.core.errors import NotAllowed
from scanview.core.review import Decision, HoldReason, Verdict
from scanview.core.work import (
    Decided,
    GivenElsewhere,
    Lease,
    Leased,
    LeaseEnded,
    Stored,
    WorkItem,
    WorkState,
    advance,
)

SCAN = "0" * 32
CONTENT = "a" * 64


def test_a_scan_that_is_elsewhere_may_be_taken_and_decided_here_all_the_same():
    item = advance(WorkItem(scan=SCAN), Stored(content_sha256=CONTENT, complete=True, recognition_due_at=0.0))
    item = advance(item, GivenElsewhere(at="tcp://second:7300"))
    assert item.state is WorkState.ELSEWHERE
    lease = Lease(fence=1, analyst="Li", workstation="desk", expires_at=50.0)
    looked_at = advance(item, Leased(lease=lease, now=1.0))
    assert advance(looked_at, LeaseEnded(fence=1)).state is WorkState.ELSEWHERE
    hold = Decision(
        decision="0" * 32, scan=SCAN, fence=1, verdict=Verdict.HOLD, content_sha256="", reason=HoldReason.OTHER
    )
    decided = advance(looked_at, Decided(decision=hold, by="Li", now=2.0))
    assert decided.state is WorkState.DECIDED
    with pytest.raises(NotAllowed):
        advance(decided, GivenElsewhere(at="tcp://third:7300"))


def test_who_has_a_scan_in_review_keeps_it_when_it_turns_out_to_be_elsewhere():
    lease = Lease(fence=1, analyst="Li", workstation="desk", expires_at=50.0)
    item = advance(advance(WorkItem(scan=SCAN), Leased(lease=lease, now=1.0)), GivenElsewhere(at="tcp://second:7300"))
    assert (item.state, item.lease) == (WorkState.IN_REVIEW, lease)
    assert advance(item, LeaseEnded(fence=1)).state is WorkState.ELSEWHERE
    here_again = advance(advance(item, LeaseEnded(fence=1)), GivenElsewhere(at=""))
    assert here_again.state is WorkState.ARRIVING
