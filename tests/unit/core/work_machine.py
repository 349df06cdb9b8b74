"""Every order of facts about one scan, on the pure state machine alone, held against a model of plain sets and lists.

The model knows what a release takes, who has spoken and who may not know of it; it is told only of what was accepted.
"""

from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from scanview.core import veil, work
from scanview.core.errors import NotAllowed
from scanview.core.opinions import Stage
from scanview.core.review import Decision, HoldReason, Person, Risk, Role, Verdict
from scanview.core.triage import rules_actor
from scanview.core.work_facts import (
    Decided,
    Delivered,
    Escalated,
    GivenElsewhere,
    Leased,
    LeaseEnded,
    LeaseRenewed,
    NotRecognised,
    Opined,
    OrderFound,
    Recognised,
    ReleasedDirectly,
    ReleaseReversed,
    Selected,
    Stored,
    Withdrawn,
)
from scanview.core.work_item import Lease, RecognitionState, WorkItem, WorkState
from scanview.core.worklist import DeliveryState

SCAN = "5" * 32
CONTENT, OTHER_CONTENT = "a" * 64, "b" * 64
LEASE_S, GRACE_S, DUE_S = 15.0, 3.0, 30.0
PEOPLE = (
    Person(name="an", role=Role.ANALYST),
    Person(name="bo", role=Role.ANALYST),
    Person(name="chen", role=Role.ANALYST),
    Person(name="ding", role=Role.EXPERT),
    Person(name="er", role=Role.CHIEF),
)
BLIND = (Stage.FIRST, Stage.SECOND)
SENIOR = (Stage.EXPERT, Stage.CHIEF)

people = st.sampled_from(PEOPLE)
somebody = st.one_of(st.none(), st.none(), people)
"""None for whoever has the scan, else whoever spoke last, where there is one: so that stories go on."""

verdicts = st.sampled_from(Verdict)


@dataclass(frozen=True, slots=True)
class Said:
    """An opinion that stands, as the model knows it."""

    person: Person
    verdict: Verdict
    stage: Stage
    decision: str


class WorkMachine(RuleBasedStateMachine):
    """One scan, six people, one port."""

    @initialize(is_there=st.booleans())
    def begin(self, is_there):
        self.item, self.now, self.number = WorkItem(scan=SCAN), 100.0, 0
        self.fences, self.said, self.selected = {}, [], set()
        self.second = self.four_eyes = self.touched = self.is_closed = False
        self.undoable, self.owed = "", (False, False)
        self.released_by_rules = False
        if is_there:
            self.is_stored(True)

    # -- what happens ------------------------------------------------------------------------------------------------

    @precondition(lambda self: not self.item.stored)
    @rule(complete=st.sampled_from([True, True, True, False]))
    def is_stored(self, complete):
        self.happens(Stored(content_sha256=CONTENT, complete=complete, recognition_due_at=self.now + DUE_S))

    @precondition(lambda self: self.item.recognition is RecognitionState.PENDING or self.number % 5 == 0)
    @rule(
        risk=st.sampled_from([Risk.LOW, Risk.LOW, Risk.HIGH]),
        second=st.booleans(),
        four_eyes=st.booleans(),
        seen=st.booleans(),
    )
    def is_recognised(self, risk, second, four_eyes, seen):
        demands = {"second": second, "four_eyes": four_eyes}
        if self.happens(Recognised(risk=risk, **demands) if seen else NotRecognised(why="x", **demands)):
            self.second, self.four_eyes = self.second or second, self.four_eyes or four_eyes

    @rule(seconds=st.sampled_from([1.0, 4.0, 20.0, 40.0]))
    def time_passes(self, seconds):
        self.now += seconds

    @precondition(lambda self: self.item.verdict is None)
    @rule(person=people)
    def takes(self, person):
        before, fence = self.item, self.next()
        lease = Lease(fence=fence, analyst=person.name, workstation="d", expires_at=self.now + LEASE_S)
        if not self.happens(Leased(lease=lease, now=self.now)):
            return
        assert before.lease is None or before.lease.expires_at <= self.now, "two people have one scan"
        assert person.name not in {one.person.name for one in self.said} | self.selected, "somebody judges twice"
        self.fences[person.name], self.touched, self.undoable = fence, True, ""

    @precondition(lambda self: self.item.lease is not None)
    @rule(person=people)
    def renews(self, person):
        fence = self.fences.get(person.name, 0)
        if self.happens(LeaseRenewed(fence=fence, expires_at=self.now + LEASE_S)):
            assert self.item.lease.analyst == person.name

    @precondition(lambda self: self.item.lease is not None)
    @rule(person=somebody)
    def gives_back(self, person):
        person = self.meant(person)
        self.happens(LeaseEnded(fence=self.fences.get(person.name, 0)))

    @precondition(lambda self: self.item.lease is not None or self.said)
    @rule(
        person=somebody,
        verdict=verdicts,
        content=st.sampled_from([CONTENT, CONTENT, OTHER_CONTENT]),
        blindly=st.sampled_from([True, True, False]),
        drawn=st.booleans(),
    )
    def says(self, person, verdict, content, blindly, drawn):
        before, person = self.item, self.meant(person)
        decision = Decision(
            decision=f"{self.next():032x}",
            scan=SCAN,
            fence=self.fences.get(person.name, 0),
            verdict=verdict,
            content_sha256=content,
            without_recognition=blindly,
            reason=HoldReason.OTHER if verdict is Verdict.HOLD else None,
        )
        told = {"decision": decision, "by": person.name, "now": self.now, "role": person.role, "entry": self.number}
        wants_more = drawn and before.stage is Stage.FIRST and not self.second
        decides = not wants_more and self.happens(Decided(**told))
        if not decides and not self.happens(Opined(waits_until=self.now + GRACE_S, drawn=drawn, **told)):
            return
        self.second = self.second or (not decides and drawn and before.stage is Stage.FIRST)
        assert before.lease is not None, "somebody speaks without having the scan"
        assert (before.lease.analyst, before.lease.fence) == (person.name, decision.fence)
        assert before.lease.expires_at > self.now
        if before.stage is Stage.SECOND:
            assert person.role is Role.ANALYST, "who sees opinions is no blind second"
        if verdict is Verdict.RELEASE:
            self.check_pixels(before, decision)
        self.owed = (self.second, self.four_eyes)
        self.said.append(Said(person, verdict, before.stage, decision.decision))
        self.undoable = decision.decision

    @precondition(lambda self: self.item.verdict is None and self.item.stored)
    @rule(person=people, verdict=verdicts, drawn=st.booleans())
    def looks_and_says(self, person, verdict, drawn):
        """What most people do; so that stories get far."""
        self.now += LEASE_S + 1.0
        self.takes(person)
        if self.item.lease is not None and self.item.lease.analyst == person.name:
            self.says(person, verdict, CONTENT, True, drawn)

    @precondition(lambda self: self.item.lease is not None)
    @rule(person=somebody)
    def asks_the_chief(self, person):
        person = self.meant(person)
        if self.happens(Escalated(fence=self.fences.get(person.name, 0), by=person.name, now=self.now)):
            self.undoable = ""
            assert self.item.stage is Stage.CHIEF

    @precondition(lambda self: self.said)
    @rule(person=somebody)
    def takes_back(self, person):
        person = self.meant(person)
        own = [one for one in self.said if one.person == person]
        fence = self.next()
        lease = Lease(fence=fence, analyst=person.name, workstation="d", expires_at=self.now + LEASE_S)
        if not own or not self.happens(Withdrawn(decision=own[-1].decision, lease=lease)):
            return
        assert self.undoable == own[-1].decision, "taken back although somebody else had it since, or it has left"
        assert self.item.stage is own[-1].stage
        self.said.remove(own[-1])
        self.fences[person.name], self.undoable = fence, ""

    @precondition(lambda self: not self.selected and self.number > 4)
    @rule(person=people)
    def is_picked_out_by(self, person):
        if self.happens(Selected(by=person.name)):
            self.selected.add(person.name)

    @precondition(lambda self: self.number % 4 == 0)
    @rule(at=st.sampled_from(["tcp://other", ""]))
    def is_elsewhere(self, at):
        has_spoken = bool(self.said) or bool(self.item.escalated_by) or self.item.verdict is not None
        if self.happens(GivenElsewhere(at=at)):
            assert not has_spoken, "a scan that somebody judged is said to be elsewhere"

    @precondition(lambda self: self.item.risk is Risk.LOW and self.item.verdict is None)
    @rule(content=st.sampled_from([CONTENT, OTHER_CONTENT]))
    def is_released_by_rules(self, content):
        before = self.item
        decision = Decision(
            decision=f"{self.next():032x}", scan=SCAN, fence=0, verdict=Verdict.RELEASE, content_sha256=content
        )
        if self.happens(ReleasedDirectly(decision=decision, by=rules_actor(7))):
            assert not self.touched, "rules release what a person had in front of them"
            assert not self.second
            assert not self.four_eyes
            assert not self.said
            assert (before.recognition, before.risk) == (RecognitionState.DONE, Risk.LOW)
            self.check_pixels(before, decision)
            self.released_by_rules = True

    @precondition(lambda self: self.released_by_rules)
    @rule()
    def is_reversed(self):
        if self.happens(ReleaseReversed(decision=self.item.decision, fence=self.next())):
            assert self.released_by_rules
            assert not self.is_closed
            self.released_by_rules, self.touched = False, True

    @precondition(lambda self: self.item.verdict is not None and not self.is_closed)
    @rule()
    def is_delivered(self):
        if self.happens(Delivered(decision=self.item.decision)):
            self.is_closed, self.undoable = True, ""

    @precondition(lambda self: self.number > 12)
    @rule(verdict=verdicts, content=st.sampled_from([CONTENT, OTHER_CONTENT]))
    def is_found_carried_out(self, verdict, content):
        before = self.item
        found = OrderFound(decision=f"{self.next():032x}", verdict=verdict, by="gone", content_sha256=content)
        if self.happens(found):
            same = content == before.content_sha256 and before.complete
            assert verdict is Verdict.HOLD or not before.stored or same
            self.is_closed, self.undoable, self.released_by_rules = True, "", False
            self.said = []

    # -- what must be so ---------------------------------------------------------------------------------------------

    @invariant()
    def nothing_is_released_without_what_it_takes(self):
        item = self.item
        if item.verdict is not Verdict.RELEASE or self.released_by_rules or not self.said:
            return
        assert item.decided_by == self.said[-1].person.name
        releasing = [one for one in self.said if one.verdict is Verdict.RELEASE]
        second, four_eyes = self.owed
        if second:
            assert len(self.said) >= 2, "a scan that two must look at"
        if four_eyes:
            assert len(releasing) >= 2, "a release that takes two names"
            assert self.said[-1].stage not in BLIND, "the last of them knows what was said"
        for place, one in enumerate(self.said):
            if one.verdict is Verdict.HOLD:
                assert any(later.stage in SENIOR for later in self.said[place + 1 :]), "a hold that nobody settled"

    @invariant()
    def nobody_speaks_twice_and_nothing_that_stands_is_lost(self):
        names = [one.person.name for one in self.said]
        assert len(names) == len(set(names))
        if not self.is_closed or self.said:
            assert [opinion.decision for opinion in self.item.opinions] == [one.decision for one in self.said]

    @invariant()
    def who_may_be_asked_blindly_is_told_nothing(self):
        spoken = {one.person.name for one in self.said} | set(self.item.escalated_by)
        for person in PEOPLE:
            if person.role is not Role.ANALYST:
                continue
            lease = self.item.lease
            confirms = lease is not None and lease.analyst == person.name and self.item.stage is Stage.CONFIRM
            sees = veil.may_see_opinions(person, self.item, DeliveryState.WAITING)
            if person.name not in spoken and not confirms:
                assert not sees, "a blind second knows"
            if self.undoable and self.said and person == self.said[-1].person:
                assert not sees, "who can still change their word knows what others said"

    @invariant()
    def the_state_says_what_is_so(self):
        item = self.item
        if item.lease is not None:
            assert (item.state, item.verdict) == (WorkState.IN_REVIEW, None)
        assert (item.state in (WorkState.DECIDED, WorkState.CLOSED)) == (item.verdict is not None)
        assert (item.state is WorkState.CLOSED) == self.is_closed
        if item.state is WorkState.ELSEWHERE:
            assert item.elsewhere
            assert not self.said

    # -- how it is put -----------------------------------------------------------------------------------------------

    def meant(self, person):
        """`person`, or whoever has the scan, else whoever spoke last."""
        lease = self.item.lease
        name = lease.analyst if lease is not None else self.said[-1].person.name if self.said else PEOPLE[0].name
        return person or next(one for one in PEOPLE if one.name == name)

    def next(self):
        self.number += 1
        return self.number

    def happens(self, fact):
        """Whether the fact was accepted; a refusal changes nothing."""
        before = self.item
        try:
            self.item = work.advance(before, fact)
        except NotAllowed:
            return False
        assert self.item.version == before.version + 1
        assert self.item.last_fence >= before.last_fence
        if self.is_closed:
            assert (self.item.verdict, self.item.decision) == (before.verdict, before.decision), (
                "what was done, is done"
            )
        return True

    def check_pixels(self, before, decision):
        """What every release takes of the scan itself."""
        assert before.stored
        assert before.complete
        assert decision.content_sha256 == CONTENT
        if before.recognition is not RecognitionState.DONE:
            assert decision.without_recognition
            assert before.recognition is RecognitionState.NOT_RECOGNISED or self.now >= before.recognition_due_at
