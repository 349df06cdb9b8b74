"""What is compared with is read after the scan on the screen, before what is next, within the same memory."""

import numpy as np
import pytest

from scanview.session import events
from scanview.wire import messages as wire
from tests.unit.session.session_fakes import opened, scan_id
from tests.unit.session.test_reading_room import PIXELS, RECORDS, SCAN_BYTES, Room, shown


@pytest.fixture
def desk():
    return Room()


def test_a_companion_is_told_like_an_opened_scan_beside_it(desk):
    desk.room.open(scan_id(1))
    desk.room.open_companion(scan_id(2))
    desk.serve()

    assert np.array_equal(shown(desk, 1), PIXELS[1])
    assert np.array_equal(shown(desk, 2), PIXELS[2])
    assert [event.scan for event in desk.of(events.ScanLoaded)] == [scan_id(1), scan_id(2)]


def test_the_open_scan_goes_first_then_companions_then_the_queue(desk):
    desk.room.plan_ahead([scan_id(4)])
    desk.room.open_companion(scan_id(2))
    desk.room.open_companion(scan_id(3))
    desk.room.open(scan_id(1))

    assert list(dict.fromkeys(desk.serve())) == [1, 2, 3, 4]


def test_a_companion_that_was_loaded_ahead_is_there_without_a_question(desk):
    desk.room.plan_ahead([scan_id(2)])
    desk.serve()
    asked = len(desk.hub.questions)
    desk.room.open_companion(scan_id(2))

    assert np.array_equal(shown(desk, 2), PIXELS[2])
    assert len(desk.hub.questions) == asked


def test_a_closed_companion_is_told_of_no_more(desk):
    desk.room.open(scan_id(1))
    desk.room.open_companion(scan_id(2))
    desk.answer_open(1)
    desk.room.close_companion(scan_id(2))
    desk.told.clear()
    desk.answer_open(2)
    desk.serve()

    assert wire.CloseScan(scan=scan_id(2)) in desk.hub.told
    assert not [event for event in desk.told if getattr(event, "scan", "") == scan_id(2)]
    assert np.array_equal(PIXELS[1][:, :, :128], desk.of(events.StripArrived)[0].levels[0])


def test_closing_the_open_scan_leaves_companions_and_the_other_way_round(desk):
    desk.room.open(scan_id(1))
    desk.room.open_companion(scan_id(2))
    desk.room.close(scan_id(2))
    desk.room.close_companion(scan_id(1))
    desk.serve()

    assert {event.scan for event in desk.of(events.ScanLoaded)} == {scan_id(1), scan_id(2)}


def test_a_companion_that_is_opened_is_read_anew_for_the_screen(desk):
    desk.room.open_companion(scan_id(2))
    desk.serve()
    desk.told.clear()
    desk.room.open(scan_id(2))
    desk.serve()

    assert np.array_equal(shown(desk, 2), PIXELS[2])


def test_a_companion_follows_what_happens_to_its_scan(desk):
    desk.room.open_companion(scan_id(2))
    desk.serve()
    message, _ = opened(2, 3)
    desk.room.grew(
        wire.ScanGrew(
            scan=message.scan,
            strips=3,
            stored=True,
            complete=True,
            content_sha256=message.content_sha256,
            recognition=None,
            not_recognised="no model",
        )
    )

    assert desk.of(events.ScanChanged)[-1].status.not_recognised == "no model"


def test_companions_take_the_room_of_what_is_loaded_ahead():
    desk = Room(ahead_bytes=2 * SCAN_BYTES)
    desk.room.plan_ahead([scan_id(1), scan_id(2)])
    desk.serve()
    desk.room.open_companion(scan_id(3))
    desk.serve()

    assert np.array_equal(shown(desk, 3), PIXELS[3])
    assert desk.of(events.AheadChanged)[-1].scans == {scan_id(1)}
    desk.room.close_companion(scan_id(3))
    desk.serve()
    assert desk.of(events.AheadChanged)[-1].scans == {scan_id(1), scan_id(2)}


def test_a_companion_without_room_is_refused_and_what_is_there_stays():
    desk = Room(ahead_bytes=2 * SCAN_BYTES - 1)
    desk.room.open_companion(scan_id(2))
    desk.serve()
    desk.room.open_companion(scan_id(3))
    fetched = desk.serve()

    assert fetched == []
    assert [(event.scan, event.error.code) for event in desk.of(events.ScanFailed)] == [
        (scan_id(3), "no-room-to-compare")
    ]
    desk.room.close_companion(scan_id(2))
    desk.room.open_companion(scan_id(3))
    desk.serve()
    assert np.array_equal(shown(desk, 3), PIXELS[3])


def test_after_a_break_a_companion_goes_on_where_it_was(desk):
    desk.room.open_companion(scan_id(2))
    desk.answer_open(2)
    desk.hub.answer(wire.FetchStrips, wire.Strips(request=1, scan=scan_id(2), first=0), RECORDS[2][0])
    desk.clock.turn()
    desk.hub.lose_link()
    desk.room.went_offline()
    desk.room.came_online()
    desk.serve()

    assert np.array_equal(shown(desk, 2), PIXELS[2])
    assert len(desk.of(events.ScanOpened)) == 1


def test_leaving_ends_every_comparison(desk):
    desk.room.open_companion(scan_id(2))
    desk.room.leave()
    desk.told.clear()
    desk.room.came_online()
    desk.serve()

    assert desk.told == []
