"""The desk: signing in, taking, deciding, and what is said when something does not work."""

import pytest

from scanview.core.errors import NotAllowed, Unavailable
from scanview.core.review import HoldReason, Person, Role, Verdict
from scanview.core.scan import Box
from scanview.core.work import WorkState
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.imaging.pyramid import strip_levels
from scanview.session import events
from scanview.ui.actions import Mode
from scanview.ui.desk import Taking
from scanview.ui.marking.outline import Outline
from tests.ui.ui_fakes import ZHANG, FakeRoom, lease, status
from tests.unit.session.session_fakes import counts, header, hold, row, scan_id

LATER = NotAllowed("later", code="release-before-recognition")


@pytest.fixture
def room():
    return FakeRoom().sit_down()


def settle(room, seq=1):
    """The hub makes the last decision durable."""
    decision = room.session.asked("decide")[-1][0]
    room.desk.heard(events.DecisionSettled(decision=decision, seq=seq))
    return decision


def refuse(room, error):
    decision = room.session.asked("decide")[-1][0]
    room.desk.heard(events.DecisionRefused(decision=decision, error=error))


def problem(room):
    return room.desk.reviewing.problem.what.id


def test_a_wrong_password_is_said_on_the_page():
    room = FakeRoom()
    room.desk.sign_in("zhang", "wrong")
    assert room.desk.door.is_busy
    room.session.last("sign_in").set_exception(NotAllowed("no", code="wrong-password"))

    assert not room.desk.door.is_busy
    assert room.desk.door.problem.what.id == "error.wrong-password"
    assert room.desk.mode is Mode.SIGN_IN


def test_one_sign_in_at_a_time_and_none_without_a_name():
    room = FakeRoom()
    room.desk.sign_in("  ", "x")
    room.desk.sign_in("zhang", "x")
    room.desk.sign_in("zhang", "x")

    assert room.session.asked("sign_in") == [["zhang", "x"]]


def test_the_next_scan_is_taken_and_opened(room):
    room.desk.take_next()
    room.session.last("take_next").set_result((scan_id(2), lease()))

    assert room.session.asked("open_scan") == [[scan_id(2)]]
    assert room.desk.reviewing.review.lease == lease()
    assert room.desk.reviewing.review.row == row(2)


def test_where_nothing_waits_the_next_scan_opens_when_it_comes():
    room = FakeRoom().sit_down(row(1, state=WorkState.IN_REVIEW, analyst="li"))
    room.desk.take_next()
    room.session.last("take_next").set_result(None)
    assert room.desk.taking is Taking.FOR_NEXT

    room.desk.heard(events.RowsChanged(rows=(row(3, state=WorkState.ARRIVING, stored=False),)))
    assert len(room.session.asked("take_next")) == 1, "an arriving scan cannot be next"
    room.desk.heard(events.RowsChanged(rows=(row(3),)))

    assert len(room.session.asked("take_next")) == 2
    assert room.desk.taking is Taking.ASKING


def test_waiting_for_the_next_can_be_given_up():
    room = FakeRoom().sit_down(row(1, state=WorkState.IN_REVIEW, analyst="li"))
    room.desk.take_next()
    room.session.last("take_next").set_result(None)
    room.desk.cancel()
    room.desk.heard(events.RowsChanged(rows=(row(3),)))

    assert len(room.session.asked("take_next")) == 1


def test_another_scan_is_not_taken_before_this_one_is_decided(room):
    room.open(1)
    room.desk.take_next()
    room.desk.take(scan_id(2))

    assert problem(room) == "error.decide-first"
    assert room.session.asked("take_next") == room.session.asked("take") == []


def test_a_decided_scan_is_only_looked_at(room):
    room.desk.heard(events.RowsChanged(rows=(row(2, state=WorkState.CLOSED, verdict=Verdict.HOLD),)))
    room.desk.take(scan_id(2))

    assert room.session.asked("take") == []
    assert room.desk.reviewing.review.lease is None
    room.desk.reviewing.release()
    assert problem(room) == "error.not-leased"


def test_a_scan_that_was_lost_is_taken_again_whatever_row_is_chosen(room):
    room.open(1)
    room.desk.heard(events.LeaseLost(scan=scan_id(1), error=NotAllowed("gone", code="stale-lease")))
    room.desk.heard(events.RowsChanged(rows=(row(1),)))
    room.desk.take_chosen(scan_id(2))

    assert room.session.asked("take") == [[scan_id(1)]]


def test_a_supervisor_looks_and_takes_nothing():
    room = FakeRoom().sit_down()
    room.desk.heard(events.PersonChanged(person=Person(name="wang", role=Role.SUPERVISOR)))
    room.desk.take(scan_id(1))

    assert room.session.asked("take") == []
    assert room.session.asked("open_scan") == [[scan_id(1)]]


def test_giving_back_ends_the_lease_and_clears_the_screen(room):
    room.open(1)
    room.desk.give_back()

    assert room.session.asked("give_back") == room.session.asked("close_scan") == [[scan_id(1)]]
    assert room.screen.pictures[-1] == ()


def test_the_picture_grows_as_strips_arrive(room):
    room.open(1, loaded=False, stored=False)
    before = room.desk.reviewing.pyramids[0].columns
    strip = tuple(strip_levels(counts(128)))
    room.desk.heard(events.StripArrived(scan=scan_id(1), view=0, levels=strip))
    room.desk.heard(events.StripArrived(scan=scan_id(2), view=0, levels=strip))

    assert room.desk.reviewing.pyramids[0].columns == before + 128
    assert room.desk.reviewing.review.columns == before + 128
    assert room.screen.growths == 1


def test_what_still_comes_of_a_scan_that_was_closed_and_opened_again_is_not_taken_for_the_new_telling(room):
    reviewing = room.desk.reviewing
    room.open(1, loaded=False)
    reviewing.close()
    reviewing.open(scan_id(1), row(1), lease())
    strip = tuple(strip_levels(counts(128)))

    for late in (
        events.StripArrived(scan=scan_id(1), view=0, levels=strip),
        events.ScanChanged(scan=scan_id(1), status=status()),
        events.ScanLoaded(scan=scan_id(1)),
    ):
        room.desk.heard(late)
    assert reviewing.pyramids == ()
    assert not reviewing.review.loaded, "what nobody saw could be released"

    pyramid = GrowingPyramid.of(header().views[0], counts(128))
    opened = events.ScanOpened(scan=scan_id(1), header=header(), pyramids=(pyramid,), status=status())
    for event in (opened, events.ScanLoaded(scan=scan_id(1)), opened):
        room.desk.heard(event)
    assert not reviewing.review.loaded, "it is told anew from its first strip on"


def test_a_release_is_on_the_screen_only_when_it_is_durable(room):
    room.open(1)
    room.desk.reviewing.release()
    decision = room.session.asked("decide")[0][0]
    assert decision.verdict is Verdict.RELEASE
    assert room.desk.decided_here == 0
    assert room.desk.reviewing.review.scan == scan_id(1), "still there until it is safe"

    settle(room)

    assert room.desk.decided_here == 1
    assert room.desk.last_decision.id == "status.released"
    assert len(room.session.asked("take_next")) == 1, "the next one opens by itself"


def test_the_next_scan_waits_for_a_key_where_that_is_set():
    room = FakeRoom(open_next=False).sit_down().open(1)
    room.desk.reviewing.release()
    settle(room)

    assert room.session.asked("take_next") == []


def test_a_decision_cannot_be_sent_twice(room):
    room.open(1)
    room.desk.reviewing.release()
    room.desk.reviewing.release()
    room.desk.reviewing.hold()

    assert len(room.session.asked("decide")) == 1
    assert problem(room) == "error.already-deciding"


def test_a_refused_release_can_be_tried_again_with_a_new_id(room):
    room.open(1, recognition=None)
    room.desk.reviewing.release()
    refuse(room, LATER)
    assert problem(room) == "error.release-before-recognition"

    room.desk.reviewing.release()
    first, second = (decision for (decision,) in room.session.asked("decide"))
    assert first.decision != second.decision


def test_a_release_without_recognition_is_asked_about_first(room):
    room.open(1, recognition=None, not_recognised="no model")
    room.desk.reviewing.release()
    assert room.desk.mode is Mode.CONFIRMING
    assert room.session.asked("decide") == []

    room.desk.cancel()
    assert room.desk.mode is Mode.REVIEW
    room.desk.reviewing.release()
    room.desk.reviewing.confirm()
    assert room.session.asked("decide")[0][0].without_recognition


def test_the_hub_may_ask_for_that_confirmation_too(room):
    room.open(1, recognition=None)
    room.desk.reviewing.release()
    refuse(room, NotAllowed("say so", code="release-without-recognition"))

    assert room.desk.mode is Mode.CONFIRMING


def test_a_scan_that_still_arrives_is_not_released_but_can_be_held(room):
    room.open(1, loaded=False, stored=False, content_sha256="")
    room.desk.reviewing.release()
    assert problem(room) == "error.release-before-stored"

    room.desk.reviewing.hold()
    room.desk.reviewing.pick_reason(HoldReason.TOO_DENSE)
    room.desk.reviewing.confirm(" look at the floor ")
    decision = room.session.asked("decide")[0][0]
    assert (decision.verdict, decision.reason, decision.note) == (
        Verdict.HOLD,
        HoldReason.TOO_DENSE,
        "look at the floor",
    )


def test_a_hold_without_reason_or_mark_is_not_sent(room):
    room.open(1)
    room.desk.reviewing.hold()
    room.desk.reviewing.confirm()
    assert problem(room) == "error.hold-without-reason"

    room.desk.reviewing.add_mark(Outline.around(Box(x0=1, y0=1, x1=9, y1=9)))
    room.desk.reviewing.confirm()
    assert len(room.session.asked("decide")[0][0].marks) == 1


def test_a_reason_means_nothing_unless_a_hold_is_asked(room):
    room.open(1)
    room.desk.reviewing.pick_reason(HoldReason.OTHER)
    room.desk.reviewing.confirm()

    assert room.session.asked("decide") == []


def test_a_lost_lease_is_said_and_ends_what_was_asked(room):
    room.open(1)
    room.desk.reviewing.hold()
    room.desk.heard(events.LeaseLost(scan=scan_id(1), error=NotAllowed("gone", code="stale-lease")))

    assert room.desk.mode is Mode.REVIEW
    assert room.desk.reviewing.review.lease is None
    assert problem(room) == "error.stale-lease"


def test_a_scan_whose_lease_ended_can_be_taken_again_without_loading_it_again(room):
    room.open(1)
    room.desk.heard(events.LeaseLost(scan=scan_id(1), error=NotAllowed("gone", code="stale-lease")))
    room.desk.heard(events.RowsChanged(rows=(row(1),)))
    opened = len(room.session.asked("open_scan"))
    room.desk.take(scan_id(1))
    room.session.last("take").set_result(lease())

    assert room.desk.reviewing.review.undecided
    assert len(room.session.asked("open_scan")) == opened
    assert room.desk.reviewing.problem is None


def test_a_decision_kept_from_the_last_run_settles_without_touching_the_screen(room):
    room.open(1)
    room.desk.heard(events.DecisionSettled(decision=hold(number=2), seq=3))

    assert room.desk.reviewing.review.undecided
    assert room.desk.last_decision.id == "status.held"
    assert room.session.asked("take_next") == []


def test_a_refusal_of_a_decision_that_is_off_the_screen_is_still_told(room):
    error = NotAllowed("gone", code="stale-lease")
    room.desk.heard(events.DecisionRefused(decision=hold(number=2), error=error))

    assert room.desk.last_decision.id == "status.not-accepted"


def test_a_full_disk_leaves_the_scan_undecided(room):
    room.open(1)
    room.desk.reviewing.release()
    room.session.last("decide").set_exception(Unavailable("full", code="no-disk"))

    assert room.desk.reviewing.review.undecided
    assert problem(room) == "error.no-disk"


def test_a_link_that_breaks_while_asking_asks_again_when_it_is_back():
    room = FakeRoom().sit_down()
    room.desk.take_next()
    room.session.last("take_next").set_exception(Unavailable("lost", code="not-connected"))
    room.desk.heard(events.LinkChanged(link=events.LinkState.OFFLINE))
    assert len(room.session.asked("take_next")) == 1

    room.desk.heard(events.LinkChanged(link=events.LinkState.ONLINE))
    room.desk.heard(events.PersonChanged(person=ZHANG))
    assert len(room.session.asked("take_next")) == 2


def test_signing_out_closes_what_is_open(room):
    room.open(1)
    room.desk.sign_out()
    room.desk.heard(events.PersonChanged(person=None))

    assert ["sign_out"] in [list(call) for call in room.session.calls]
    assert room.desk.reviewing.review is None
    assert room.desk.mode is Mode.SIGN_IN


def test_findings_that_come_later_are_taken_in(room):
    room.open(1, recognition=None)
    assert room.desk.reviewing.review.findings == ()
    room.desk.heard(events.ScanChanged(scan=scan_id(1), status=status()))

    assert len(room.desk.reviewing.review.findings) == 2


def test_choosing_a_finding_looks_at_it(room):
    room.open(1)
    room.desk.reviewing.step(1)

    assert room.screen.looked_at == [room.desk.reviewing.review.findings[0].box]
    room.desk.reviewing.choose("f-low", look=False)
    assert len(room.screen.looked_at) == 1


def test_the_header_of_the_scan_is_known(room):
    assert room.open(1).desk.reviewing.review.header == header(1)


def test_while_waiting_for_the_next_scan_it_is_asked_for_again(room):
    """What others had and left is not told to analysts: their client asks."""
    room.sit_down(row(1))
    room.desk.take_next()
    room.session.last("take_next").set_result(None)
    asked = len(room.session.asked("take_next"))
    room.desk.look_again()
    assert len(room.session.asked("take_next")) == asked + 1
