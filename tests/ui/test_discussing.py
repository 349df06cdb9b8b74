"""What the room's people see of each other's opinions, and what they can say: on the real window."""

from concurrent.futures import Future

import pytest

from scanview.core.discussion import Discussion, GivenOpinion, Remark
from scanview.core.errors import NotAllowed
from scanview.core.mark import Mark
from scanview.core.opinions import Opinion, Stage
from scanview.core.review import HoldReason, Person, Role, Verdict
from scanview.core.scan import Box, View
from scanview.session import events
from scanview.ui.language import Language
from scanview.ui.viewer.overlay import OverlayKind
from scanview.wire import messages as wire
from tests.ui.ui_fakes import texts
from tests.unit.session.session_fakes import row, scan_id

MARK = Mark(mark="a" * 32, box=Box(x0=10, y0=10, x1=60, y1=50, view=View.SIDE), text="a hollow")
OPINIONS = (
    GivenOpinion(opinion=Opinion(decision="1" * 32, by="李娜", verdict=Verdict.RELEASE, stage=Stage.FIRST), at=1_000.0),
    GivenOpinion(
        opinion=Opinion(
            decision="2" * 32,
            by="Mehmet",
            verdict=Verdict.HOLD,
            stage=Stage.SECOND,
            reason=HoldReason.SUSPECT_OBJECT,
        ),
        at=1_100.0,
        note="<b>look</b> behind the pallets",
        marks=(MARK,),
    ),
)
REMARKS = (Remark(remark="3" * 32, by="Mehmet", at=1_200.0, text="Is the <i>floor</i> double?", asks_chief=True),)


@pytest.fixture
def asked(room):
    """The questions about discussions that the session was asked, with the futures that answer them."""
    questions = []

    def ask(question, kind):
        future = Future()
        questions.append((question, future))
        return future

    room.session.ask = ask
    return questions


def answer(room, asked, **fields):
    question, future = next(one for one in reversed(asked) if isinstance(one[0], wire.AskDiscussion))
    discussion = Discussion(scan=question.scan, **fields)
    future.set_result(wire.Discussed(request=0, discussion=discussion))
    room.window.refresh()


def begin(room, role):
    room.sit_down()
    room.desk.heard(events.PersonChanged(person=Person(name="zhang", role=role)))
    room.open(1)
    room.window.refresh()


def test_who_is_told_nothing_sees_nothing_of_it(room, asked):
    begin(room, Role.ANALYST)
    answer(room, asked)
    assert not room.window.discussion.isVisible()


def test_an_expert_sees_both_opinions_with_their_marks_in_two_shapes_and_never_as_markup(room, asked):
    begin(room, Role.EXPERT)
    answer(room, asked, stage=Stage.EXPERT, opinions=OPINIONS, remarks=REMARKS)
    assert room.window.discussion.isVisible()
    said = "\n".join(texts(room))
    for part in (
        "▼ 李娜",
        "✚ Mehmet",
        "<b>look</b> behind the pallets",
        "Is the <i>floor</i> double?",
        "What was said · 1 new",
    ):
        assert part in said
    (overlay,) = room.window.discussion.overlays(room.desk, View.SIDE)
    assert overlay.kind is OverlayKind.FURTHER_OPINION
    room.window.words.switch(Language.ZH)
    room.window.refresh()
    assert "意见不一致：由专家裁定" in "\n".join(texts(room))


def test_a_remark_is_sent_with_enter_and_the_thread_asked_anew(room, asked):
    begin(room, Role.ANALYST)
    answer(room, asked)
    assert room.window.commands.give("say")
    room.window.refresh()
    line = room.window.discussion.line
    assert line.isVisible()
    line.setText("  the floor looks thick ")
    line.sent.emit(line.text())
    question, future = asked[-1]
    assert (type(question), question.scan, question.text) == (wire.Say, scan_id(1), "the floor looks thick")
    future.set_result(wire.Done(request=0, seq=9))
    room.window.refresh()
    assert isinstance(asked[-1][0], wire.AskDiscussion)
    assert not line.isVisible()


def test_asking_the_chief_takes_the_scan_off_the_desk_only_when_it_is_durable(room, asked):
    begin(room, Role.ANALYST)
    answer(room, asked)
    room.window.commands.give("escalate")
    room.desk.discussing.send("Is this a false wall?")
    question, future = asked[-1]
    assert (type(question), question.question) == (wire.Escalate, "Is this a false wall?")
    assert room.desk.reviewing.review is not None
    future.set_result(wire.Done(request=0, seq=9))
    assert room.desk.reviewing.review is None


def test_a_refused_escalation_is_said_and_the_scan_stays(room, asked):
    begin(room, Role.ANALYST)
    answer(room, asked)
    room.window.commands.give("escalate")
    room.desk.discussing.send("Is this a false wall?")
    asked[-1][1].set_exception(NotAllowed("no", code="already-escalated"))
    room.window.refresh()
    assert room.desk.reviewing.review is not None
    assert "▲  The chief was asked about this scan already" in texts(room)


def test_remarks_are_new_in_the_worklist_until_their_thread_is_on_the_screen(room, asked):
    begin(room, Role.EXPERT)
    discussing = room.desk.discussing
    here, there = row(1, remarks=1), row(2, remarks=2)
    assert (discussing.unread_of(here), discussing.unread_of(there)) == (1, 2)
    answer(room, asked, stage=Stage.EXPERT, opinions=OPINIONS, remarks=REMARKS)
    assert (discussing.unread_of(here), discussing.unread_of(there)) == (0, 2)
    assert discussing.unread_of(row(1, remarks=3)) == 2
    assert discussing.unread_of(row(2, remarks=2, verdict=Verdict.HOLD)) == 0
