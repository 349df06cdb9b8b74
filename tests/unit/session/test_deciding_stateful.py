"""No decision is lost, doubled or sent for somebody else, whatever link, hub, people and power do in whatever order."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from scanview.core.errors import NotAllowed, Unavailable
from scanview.session import events
from scanview.session.deciding import Deciding
from scanview.session.undelivered import Undelivered
from scanview.wire import messages as wire
from tests.unit.session.session_fakes import FakeClock, FakeHub, hold

PEOPLE = ("zhang", "li")


class Decisions(RuleBasedStateMachine):
    """A workstation that two people share, and a hub of which only `ledger` and `refused` are durable."""

    @initialize()
    def begin(self):
        self.folder = Path(tempfile.mkdtemp())
        self.ledger, self.refused, self.made, self.told = {}, set(), {}, []
        self.person = ""
        self.start()

    def start(self):
        """The program starts, with nothing but its folder."""
        self.hub, self.clock = FakeHub(), FakeClock()
        self.deciding = Deciding(self.hub, self.clock, self.told.append, Undelivered(self.folder))
        self.person = ""

    @rule(person=st.sampled_from(PEOPLE))
    def sit_down(self, person):
        self.hub.lose_link()
        self.person = person
        self.deciding.signed_in(person)

    @rule()
    def leave(self):
        self.person = ""
        self.deciding.signed_out()

    @rule()
    def decide(self):
        number = len(self.made) + 1
        self.made[f"{number:032x}"] = self.person
        self.deciding.decide(hold(number, number))

    @precondition(lambda self: self.made)
    @rule(data=st.data())
    def decide_again(self, data):
        """A key that bounces: the same decision once more."""
        number = data.draw(st.integers(1, len(self.made)))
        if self.made[f"{number:032x}"] == self.person and f"{number:032x}" not in self.refused:
            self.deciding.decide(hold(number, number))

    @precondition(lambda self: self.hub.asked(wire.Decide))
    @rule(answered=st.booleans())
    def hub_writes(self, answered):
        """The hub makes the oldest decision durable; its answer may get lost."""
        decision = self.hub.asked(wire.Decide)[0].decision.decision
        if decision in self.refused:
            self.hub.refuse(wire.Decide, NotAllowed("gone", code="stale-lease"))
            return
        seq = self.ledger.setdefault(decision, len(self.ledger) + 1)
        if answered:
            self.hub.answer(wire.Decide, wire.Done(request=1, seq=seq))
        else:
            self.lose_link()

    @precondition(lambda self: self.hub.asked(wire.Decide))
    @rule(code=st.sampled_from(["stale-lease", "not-signed-in", "busy"]))
    def hub_refuses(self, code):
        decision = self.hub.asked(wire.Decide)[0].decision.decision
        if code == "busy":
            self.hub.refuse(wire.Decide, Unavailable("busy", code=code))
        elif code == "not-signed-in":
            self.hub.refuse(wire.Decide, NotAllowed("nobody", code=code))
        elif decision not in self.ledger:
            self.refused.add(decision)
            self.hub.refuse(wire.Decide, NotAllowed("gone", code=code))

    @rule()
    def lose_link(self):
        self.hub.lose_link()

    @rule(seconds=st.sampled_from([0.5, 5.0, 60.0]))
    def wait(self, seconds):
        self.clock.pass_s(seconds)

    @rule()
    def power_cut(self):
        self.start()

    @invariant()
    def nothing_is_lost(self):
        if not hasattr(self, "made"):
            return
        kept = {d.decision: person for person in (*PEOPLE, "") for d in Undelivered(self.folder).of(person)}
        said_refused = {event.decision.decision for event in self.told if isinstance(event, events.DecisionRefused)}
        settled = {event.decision.decision for event in self.told if isinstance(event, events.DecisionSettled)}
        for decision, person in self.made.items():
            assert decision in kept or decision in self.ledger or decision in said_refused, "lost"
            assert kept.get(decision, person) == person, "it is somebody else's now"
        assert "" not in kept.values(), "kept for nobody, so never sent"
        assert settled <= set(self.ledger), "said to be durable, and is not"
        assert not said_refused & set(self.ledger), "said to be refused, and stands"

    @invariant()
    def it_is_asked_once_and_by_who_decided(self):
        if not hasattr(self, "made"):
            return
        asked = [question.decision.decision for question in self.hub.asked(wire.Decide)]
        assert len(asked) == len(set(asked))

    def teardown(self):
        """With everybody back and a hub that answers, every decision finds its end."""
        if not hasattr(self, "made"):
            return
        for person in PEOPLE:
            self.sit_down(person)
            while self.hub.asked(wire.Decide):
                assert self.made[self.hub.asked(wire.Decide)[0].decision.decision] == person
                self.hub_writes(answered=True)
            self.clock.pass_s(60)
            assert not self.hub.asked(wire.Decide)
        assert [d for person in (*PEOPLE, "") for d in Undelivered(self.folder).of(person)] == []
        self.nothing_is_lost()
        shutil.rmtree(self.folder)


Decisions.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
test_decisions_survive_everything = Decisions.TestCase
