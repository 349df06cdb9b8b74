"""The life of a scan under every sequence of facts: no way leads to a release but a person's own decision."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, precondition, rule

from scanview.core.errors import NotAllowed
from scanview.core.review import Decision, HoldReason, Risk, Verdict
from scanview.core.work import (
    Decided,
    Delivered,
    GivenElsewhere,
    Lease,
    Leased,
    LeaseEnded,
    LeaseRenewed,
    NotRecognised,
    Recognised,
    RecognitionState,
    Stored,
    Withdrawn,
    WorkItem,
    WorkState,
    advance,
)

SCAN = "0" * 32
CONTENTS = ("a" * 64, "b" * 64)
ANALYSTS = ("Li", "Mehmet")

times = st.floats(0, 100)
fences = st.integers(0, 6)
leases = st.builds(
    Lease, fence=fences, analyst=st.sampled_from(ANALYSTS), workstation=st.just("desk"), expires_at=times
)
decisions = st.builds(
    lambda number, fence, verdict, content, without: Decision(
        decision=f"{number:032x}",
        scan=SCAN,
        fence=fence,
        verdict=verdict,
        content_sha256=content,
        reason=HoldReason.OTHER if verdict is Verdict.HOLD else None,
        without_recognition=without,
    ),
    st.integers(0, 3),
    fences,
    st.sampled_from(Verdict),
    st.sampled_from(CONTENTS),
    st.booleans(),
)
quiet_facts = st.one_of(
    st.builds(Stored, content_sha256=st.sampled_from(CONTENTS), complete=st.booleans(), recognition_due_at=times),
    st.builds(Recognised, risk=st.sampled_from(Risk)),
    st.builds(NotRecognised, why=st.just("crash")),
    st.builds(Leased, lease=leases, now=times),
    st.builds(LeaseRenewed, fence=fences, expires_at=times),
    st.builds(LeaseEnded, fence=fences),
    st.builds(Delivered, decision=st.integers(0, 3).map(lambda number: f"{number:032x}")),
    st.builds(Withdrawn, decision=st.integers(0, 3).map(lambda number: f"{number:032x}"), lease=leases),
    st.builds(GivenElsewhere, at=st.sampled_from(("", "tcp://second:7300"))),
)
facts = st.one_of(quiet_facts, st.builds(Decided, decision=decisions, by=st.sampled_from(ANALYSTS), now=times))


def live(sequence):
    """Every item on the way, with the fact that led to it; refused facts change nothing."""
    item = WorkItem(scan=SCAN)
    for fact in sequence:
        try:
            following = advance(item, fact)
        except NotAllowed:
            continue
        yield item, fact, following
        item = following


@settings(max_examples=300)
@given(st.lists(quiet_facts, max_size=30))
def test_nothing_but_a_decision_gives_a_verdict(sequence):
    for _, _, item in live(sequence):
        assert item.verdict is None
        assert item.state not in (WorkState.DECIDED, WorkState.CLOSED)


@settings(max_examples=500)
@given(st.lists(facts, max_size=40))
def test_a_release_needs_the_whole_scan_its_content_a_lease_in_time_and_a_machine_or_consent(sequence):
    for before, fact, after in live(sequence):
        if after.verdict is Verdict.RELEASE and before.verdict is None:
            decision = fact.decision
            assert decision.verdict is Verdict.RELEASE
            assert before.stored
            assert before.complete
            assert decision.content_sha256 == before.content_sha256
            assert before.lease.analyst == fact.by == after.decided_by
            assert before.lease.fence == decision.fence
            assert before.lease.expires_at > fact.now
            assert before.recognition is RecognitionState.DONE or decision.without_recognition
            if before.recognition is RecognitionState.PENDING:
                assert fact.now >= before.recognition_due_at


@settings(max_examples=500)
@given(st.lists(facts, max_size=40))
def test_what_was_decided_or_stored_never_changes_and_versions_and_fences_only_grow(sequence):
    for before, fact, after in live(sequence):
        assert after.version == before.version + 1
        assert after.last_fence >= before.last_fence
        if before.verdict is not None and isinstance(fact, Withdrawn):
            assert (before.state, before.decision, before.decided_by) == (
                WorkState.DECIDED,
                fact.decision,
                fact.lease.analyst,
            )
            assert (after.state, after.verdict, after.decision) == (WorkState.IN_REVIEW, None, "")
            assert after.lease == fact.lease
        elif before.verdict is not None:
            assert (after.verdict, after.decision, after.decided_by) == (
                before.verdict,
                before.decision,
                before.decided_by,
            )
            assert after.lease is None
        if before.stored:
            assert (after.stored, after.content_sha256, after.complete) == (
                True,
                before.content_sha256,
                before.complete,
            )
        if isinstance(fact, Leased | Withdrawn):
            assert after.lease.fence > before.last_fence
        assert (after.lease is not None) == (after.state is WorkState.IN_REVIEW)
        assert (after.verdict is not None) == (after.state in (WorkState.DECIDED, WorkState.CLOSED))
        if after.state is WorkState.WAITING:
            assert after.stored
        if after.state in (WorkState.ARRIVING, WorkState.WAITING, WorkState.ELSEWHERE):
            assert (after.state is WorkState.ELSEWHERE) == bool(after.elsewhere)
        if isinstance(fact, Stored):
            assert after.state is not WorkState.ELSEWHERE, "what is stored here again is waited for here again"


class ReviewRoom(RuleBasedStateMachine):
    """Two analysts, a clock and fences as the hub gives them out: who holds a scan is the only one who decides."""

    leases = Bundle("leases")

    @initialize(due_in=st.floats(0, 20))
    def begin(self, due_in):
        self.item = WorkItem(scan=SCAN)
        self.now = 0.0
        self.fence = 0
        self.due_in = due_in
        self.holder = None
        self.decided_by = ""
        self.delivered = False

    @rule(seconds=st.floats(0, 10))
    def time_passes(self, seconds):
        self.now += seconds

    @rule(complete=st.booleans())
    def stores(self, complete):
        fact = Stored(content_sha256=CONTENTS[0], complete=complete, recognition_due_at=self.now + self.due_in)
        if self.item.stored:
            with pytest.raises(NotAllowed):
                advance(self.item, fact)
        else:
            self.item = advance(self.item, fact)

    @rule(risk=st.sampled_from(Risk))
    def recognises(self, risk):
        if self.item.stored:
            self.item = advance(self.item, Recognised(risk=risk))
        else:
            with pytest.raises(NotAllowed):
                advance(self.item, Recognised(risk=risk))

    @rule(target=leases, analyst=st.sampled_from(ANALYSTS))
    def takes(self, analyst):
        self.fence += 1
        lease = Lease(fence=self.fence, analyst=analyst, workstation="desk", expires_at=self.now + 15)
        fact = Leased(lease=lease, now=self.now)
        is_free = self.holder is None or self.holder.expires_at <= self.now
        if is_free and self.item.verdict is None:
            self.item = advance(self.item, fact)
            self.holder = lease
        else:
            with pytest.raises(NotAllowed):
                advance(self.item, fact)
        return lease

    @rule(lease=leases)
    def renews(self, lease):
        fact = LeaseRenewed(fence=lease.fence, expires_at=self.now + 15)
        if self.holder is not None and lease.fence == self.holder.fence:
            self.item = advance(self.item, fact)
            self.holder = replace(lease, expires_at=self.now + 15)
        else:
            with pytest.raises(NotAllowed):
                advance(self.item, fact)

    @rule(lease=consumes(leases))
    def gives_back(self, lease):
        if self.holder is not None and lease.fence == self.holder.fence:
            self.item = advance(self.item, LeaseEnded(fence=lease.fence))
            self.holder = None
        else:
            with pytest.raises(NotAllowed):
                advance(self.item, LeaseEnded(fence=lease.fence))

    @precondition(lambda self: self.holder is not None)
    @rule(verdict=st.sampled_from(Verdict), content=st.sampled_from(CONTENTS), consent=st.booleans())
    def holder_decides(self, verdict, content, consent):
        self._decide(self.holder, self.holder.analyst, verdict, content, consent)

    @rule(
        lease=leases,
        by=st.sampled_from(ANALYSTS),
        verdict=st.sampled_from(Verdict),
        content=st.sampled_from(CONTENTS),
        consent=st.booleans(),
    )
    def somebody_decides(self, lease, by, verdict, content, consent):
        self._decide(lease, by, verdict, content, consent)

    @rule(target=leases, analyst=st.sampled_from(ANALYSTS))
    def takes_back(self, analyst):
        self.fence += 1
        lease = Lease(fence=self.fence, analyst=analyst, workstation="desk", expires_at=self.now + 15)
        fact = Withdrawn(decision=self.item.decision, lease=lease)
        if self.item.verdict is not None and analyst == self.decided_by and not self.delivered:
            self.item = advance(self.item, fact)
            self.holder = lease
        else:
            with pytest.raises(NotAllowed):
                advance(self.item, fact)
        return lease

    @precondition(lambda self: self.item.verdict is not None)
    @rule()
    def delivers(self):
        self.item = advance(self.item, Delivered(decision=self.item.decision))
        self.delivered = True

    def _decide(self, lease, by, verdict, content, consent):
        decision = Decision(
            decision=f"{self.fence:032x}",
            scan=SCAN,
            fence=lease.fence,
            verdict=verdict,
            content_sha256=content,
            reason=HoldReason.OTHER,
            without_recognition=consent,
        )
        fact = Decided(decision=decision, by=by, now=self.now)
        if self._may(lease, by, verdict, content, consent):
            self.item = advance(self.item, fact)
            self.holder, self.decided_by = None, by
        else:
            with pytest.raises(NotAllowed):
                advance(self.item, fact)

    def _may(self, lease, by, verdict, content, consent):
        holder, item = self.holder, self.item
        if holder is None or lease.fence != holder.fence or by != holder.analyst or self.now >= holder.expires_at:
            return False
        if item.stored and content != CONTENTS[0]:
            return False
        if verdict is Verdict.HOLD:
            return True
        if not (item.stored and item.complete):
            return False
        return item.recognition is RecognitionState.DONE or (consent and self.now >= item.recognition_due_at)

    @invariant()
    def the_lease_is_the_holders(self):
        assert (self.item.lease.fence if self.item.lease else None) == (self.holder.fence if self.holder else None)


TestReviewRoom = ReviewRoom.TestCase
TestReviewRoom.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)


def item_after(*sequence):
    item = WorkItem(scan=SCAN)
    for fact in sequence:
        item = advance(item, fact)
    return item


LEASE = Lease(fence=1, analyst="Li", workstation="desk", expires_at=100.0)
WHOLE = Stored(content_sha256=CONTENTS[0], complete=True, recognition_due_at=60.0)


def verdict_on(verdict, *, content=CONTENTS[0], consent=False, now=50.0, by="Li", fence=1):
    decision = Decision(
        decision="1" * 32,
        scan=SCAN,
        fence=fence,
        verdict=verdict,
        content_sha256=content,
        reason=HoldReason.OTHER,
        without_recognition=consent,
    )
    return Decided(decision=decision, by=by, now=now)


@pytest.mark.parametrize(
    ("before", "decided", "code"),
    [
        ((), {}, "release-before-stored"),
        ((replace(WHOLE, complete=False), Recognised(risk=Risk.LOW)), {}, "release-incomplete"),
        ((WHOLE, Recognised(risk=Risk.LOW)), {"content": CONTENTS[1]}, "other-content"),
        ((WHOLE,), {"consent": True}, "release-before-recognition"),
        ((WHOLE,), {"now": 60.0}, "release-without-recognition"),
        ((WHOLE, NotRecognised(why="crash")), {}, "release-without-recognition"),
        ((WHOLE, Recognised(risk=Risk.LOW)), {"now": 100.0}, "stale-lease"),
        ((WHOLE, Recognised(risk=Risk.LOW)), {"by": "Mehmet"}, "stale-lease"),
        ((WHOLE, Recognised(risk=Risk.LOW)), {"fence": 0}, "stale-lease"),
    ],
)
def test_a_release_is_refused_with_the_rule_that_forbids_it(before, decided, code):
    item = item_after(Leased(lease=LEASE, now=0.0), *before)
    with pytest.raises(NotAllowed, check=lambda error: error.code == code):
        advance(item, verdict_on(Verdict.RELEASE, **decided))


@pytest.mark.parametrize(
    ("before", "decided"),
    [
        ((WHOLE, Recognised(risk=Risk.HIGH)), {}),
        ((WHOLE,), {"now": 60.0, "consent": True}),
        ((WHOLE, NotRecognised(why="crash")), {"consent": True}),
    ],
)
def test_a_release_is_possible_with_a_machine_or_with_consent(before, decided):
    item = item_after(Leased(lease=LEASE, now=0.0), *before)
    assert advance(item, verdict_on(Verdict.RELEASE, **decided)).verdict is Verdict.RELEASE


def test_a_hold_of_other_content_than_the_stored_is_refused_but_one_without_content_is_not():
    item = item_after(Leased(lease=LEASE, now=0.0), WHOLE)
    with pytest.raises(NotAllowed, check=lambda error: error.code == "other-content"):
        advance(item, verdict_on(Verdict.HOLD, content=CONTENTS[1]))
    assert advance(item, verdict_on(Verdict.HOLD, content="")).verdict is Verdict.HOLD


def test_no_failure_takes_a_result_back():
    item = item_after(WHOLE, Recognised(risk=Risk.HIGH))
    with pytest.raises(NotAllowed, check=lambda error: error.code == "already-recognised"):
        advance(item, NotRecognised(why="a late crash"))
    assert item_after(WHOLE, NotRecognised(why="crash"), Recognised(risk=Risk.HIGH)).risk is Risk.HIGH


def test_a_result_about_half_a_scan_is_refused():
    with pytest.raises(NotAllowed, check=lambda error: error.code == "recognised-before-stored"):
        advance(WorkItem(scan=SCAN), Recognised(risk=Risk.LOW))


def test_a_lease_with_an_old_fence_is_refused():
    lease = Lease(fence=5, analyst="Li", workstation="desk", expires_at=10.0)
    item = item_after(Leased(lease=lease, now=0.0), LeaseEnded(fence=5))
    with pytest.raises(NotAllowed, check=lambda error: error.code == "stale-lease"):
        advance(item, Leased(lease=lease, now=0.0))


def test_a_given_back_scan_waits_or_goes_on_arriving():
    lease = Lease(fence=1, analyst="Li", workstation="desk", expires_at=10.0)
    stored = Stored(content_sha256=CONTENTS[0], complete=True, recognition_due_at=0.0)
    assert item_after(Leased(lease=lease, now=0.0), LeaseEnded(fence=1)).state is WorkState.ARRIVING
    assert item_after(Leased(lease=lease, now=0.0), stored, LeaseEnded(fence=1)).state is WorkState.WAITING


def test_a_receipt_closes_only_the_decision_it_answers():
    lease = Lease(fence=1, analyst="Li", workstation="desk", expires_at=10.0)
    decision = Decision(
        decision="1" * 32, scan=SCAN, fence=1, verdict=Verdict.HOLD, content_sha256="", reason=HoldReason.OTHER
    )
    item = item_after(Leased(lease=lease, now=0.0), Decided(decision=decision, by="Li", now=1.0))
    with pytest.raises(NotAllowed):
        advance(item, Delivered(decision="2" * 32))
    assert advance(item, Delivered(decision="1" * 32)).state is WorkState.CLOSED
