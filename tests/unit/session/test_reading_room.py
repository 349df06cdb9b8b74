"""The scan on the screen comes first; the next ones are loaded ahead, within bounds, and never in its way."""

import numpy as np
import pytest

from scanview.core.errors import NotAllowed, Unavailable
from scanview.session import events
from scanview.session.reading_room import ReadingRoom
from scanview.wire import messages as wire
from tests.unit.session.session_fakes import ROWS, FakeClock, FakeHub, counts, opened, records, scan_id

PIXELS = {number: counts(300, seed=number) for number in range(1, 6)}
RECORDS = {number: records(pixels) for number, pixels in PIXELS.items()}
SCAN_BYTES = 2 * 2 * ROWS * 3 * 128 * 4 // 3
"""Three strips of two channels of uint16 and a third more for the smaller levels."""


class Room:
    """A reading room with its hub, its clock, and everything that it told."""

    def __init__(self, **bounds):
        self.hub, self.clock, self.told = FakeHub(), FakeClock(), []
        self.room = ReadingRoom(self.hub, self.clock, self.told.append, **bounds)
        self.room.came_online()

    def of(self, kind):
        return [event for event in self.told if isinstance(event, kind)]

    def answer_open(self, number, *, stored=True, strips=None):
        strips = len(RECORDS[number]) if strips is None else strips
        self.hub.answer(wire.OpenScan, *opened(number, strips, stored=stored))

    def answer_fetch(self):
        """Answer the oldest open fetch with the strips it asks for."""
        question = self.hub.asked(wire.FetchStrips)[0]
        strips = RECORDS[int(question.scan, 16)][question.first : question.first + question.count]
        self.hub.answer(wire.FetchStrips, wire.Strips(request=1, scan=question.scan, first=question.first), *strips)
        self.clock.turn()
        return int(question.scan, 16)

    def serve(self):
        """Answer everything until nothing is asked; the order in which scans were fetched."""
        fetched = []
        while True:
            if waiting := self.hub.asked(wire.OpenScan):
                self.answer_open(int(waiting[0].scan, 16))
            elif self.hub.asked(wire.FetchStrips):
                fetched.append(self.answer_fetch())
            else:
                return fetched


@pytest.fixture
def desk():
    return Room()


def shown(desk, number=None):
    """The pixels that the listener can put together of the scan, or of the one that was opened last."""
    event = [event for event in desk.of(events.ScanOpened) if number is None or event.scan == scan_id(number)][-1]
    (pyramid,) = event.pyramids
    for strip in desk.of(events.StripArrived):
        if strip.scan == event.scan:
            pyramid.append(strip.levels)
    return np.stack([pyramid.plane(channel, 0) for channel in range(2)])


def test_an_opened_scan_arrives_pixel_by_pixel_as_it_was_sent(desk):
    desk.room.open(scan_id(1))
    desk.serve()

    assert np.array_equal(shown(desk), PIXELS[1])
    assert desk.told.index(desk.of(events.ScanOpened)[0]) < desk.told.index(desk.of(events.StripArrived)[0])
    assert [event.scan for event in desk.of(events.ScanLoaded)] == [scan_id(1)]


def test_the_queue_is_loaded_ahead_in_its_order_and_told(desk):
    desk.room.plan_ahead([scan_id(n) for n in (3, 1, 2, 4)])
    fetched = desk.serve()

    assert list(dict.fromkeys(fetched)) == [3, 1, 2], "three scans ahead, the next one first"
    assert desk.of(events.AheadChanged)[-1].scans == {scan_id(3), scan_id(1), scan_id(2)}
    assert desk.of(events.StripArrived) == []


def test_a_scan_that_was_loaded_ahead_opens_without_a_question(desk):
    desk.room.plan_ahead([scan_id(1)])
    desk.serve()
    asked = len(desk.hub.questions)

    desk.room.open(scan_id(1))

    assert np.array_equal(shown(desk), PIXELS[1])
    assert desk.of(events.ScanOpened)[0].pyramids[0].complete
    assert desk.of(events.ScanLoaded)
    assert len(desk.hub.questions) == asked


def test_the_opened_scan_goes_before_what_is_loaded_ahead(desk):
    desk.room.plan_ahead([scan_id(1), scan_id(2)])
    for number in (1, 2):
        desk.answer_open(number)
    desk.room.open(scan_id(3))
    desk.answer_open(3)
    fetched = [desk.answer_fetch() for _ in range(2)]

    assert fetched == [1, 3], "after the one answer that was under way"
    assert np.array_equal(shown(desk), PIXELS[3])


def test_memory_ahead_is_bounded_to_the_byte():
    for ahead_bytes, expected in ((3 * SCAN_BYTES, {1, 2, 3}), (3 * SCAN_BYTES - 1, {1, 2}), (SCAN_BYTES - 1, set())):
        desk = Room(scans_ahead=4, ahead_bytes=ahead_bytes)
        desk.room.plan_ahead([scan_id(n) for n in (1, 2, 3, 4)])
        assert set(desk.serve()) == expected, f"with room for {ahead_bytes / SCAN_BYTES:.2f} scans"


def test_a_scan_that_becomes_more_urgent_takes_the_room_of_the_last():
    desk = Room(scans_ahead=3, ahead_bytes=2 * SCAN_BYTES)
    desk.room.plan_ahead([scan_id(n) for n in (1, 2, 3)])
    desk.serve()
    desk.room.plan_ahead([scan_id(n) for n in (4, 1, 2)])
    assert desk.serve() == [4]

    assert desk.of(events.AheadChanged)[-1].scans == {scan_id(4), scan_id(1)}
    desk.room.open(scan_id(4))
    assert set(desk.serve()) == {2}, "what is on the screen no longer takes room from what is ahead"


def test_what_is_no_longer_next_is_given_up(desk):
    desk.room.plan_ahead([scan_id(1), scan_id(2)])
    desk.serve()
    desk.room.plan_ahead([scan_id(2)])

    assert wire.CloseScan(scan=scan_id(1)) in desk.hub.told
    assert desk.of(events.AheadChanged)[-1].scans == {scan_id(2)}


def test_a_growing_scan_is_followed_until_it_is_whole(desk):
    desk.room.open(scan_id(1))
    desk.answer_open(1, stored=False, strips=1)
    desk.answer_fetch()
    assert desk.of(events.ScanLoaded) == []

    message, _ = opened(1, 3)
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
    desk.serve()

    assert np.array_equal(shown(desk), PIXELS[1])
    assert desk.of(events.ScanChanged)[-1].status.not_recognised == "no model"
    assert len(desk.of(events.ScanLoaded)) == 1


def test_after_a_break_a_scan_goes_on_where_it_was(desk):
    desk.room.open(scan_id(1))
    desk.answer_open(1)
    question = desk.hub.asked(wire.FetchStrips)[0]
    desk.hub.answer(wire.FetchStrips, wire.Strips(request=1, scan=scan_id(1), first=0), RECORDS[1][0])
    desk.clock.turn()
    assert question.first == 0

    desk.hub.lose_link()
    desk.room.went_offline()
    desk.room.came_online()
    desk.serve()

    assert np.array_equal(shown(desk), PIXELS[1])
    assert len(desk.of(events.ScanOpened)) == 1
    assert desk.of(events.ScanFailed) == [], "a lost link is no failure of the scan"


def test_a_damaged_strip_is_told_and_asked_for_again_later(desk):
    desk.room.open(scan_id(1))
    desk.answer_open(1)
    damaged = bytearray(RECORDS[1][0])
    damaged[-1] ^= 1
    desk.hub.answer(wire.FetchStrips, wire.Strips(request=1, scan=scan_id(1), first=0), bytes(damaged))
    desk.clock.turn()
    assert [event.error.code for event in desk.of(events.ScanFailed)] == ["bad-checksum"]
    assert desk.hub.asked(wire.FetchStrips) == []

    desk.clock.pass_s(1)
    desk.serve()
    assert np.array_equal(shown(desk), PIXELS[1])


def test_a_scan_that_fails_ahead_backs_off_and_holds_up_nobody(desk):
    desk.room.plan_ahead([scan_id(1), scan_id(2)])
    failures = 0
    for _ in range(40):
        desk.clock.pass_s(1)
        for question in desk.hub.asked(wire.OpenScan):
            if question.scan == scan_id(1):
                failures += 1
                desk.hub.refuse(wire.OpenScan, Unavailable("busy", code="busy"))
            else:
                desk.answer_open(2)
        while desk.hub.asked(wire.FetchStrips):
            desk.answer_fetch()

    assert 3 <= failures <= 8, "in 40 s: after 0.5, 1, 2, 4, 8, 16 s"
    assert desk.of(events.AheadChanged)[-1].scans == {scan_id(2)}
    assert desk.of(events.ScanFailed) == [], "nobody asked to see it"


def test_a_scan_whose_strips_are_always_damaged_is_asked_for_less_and_less(desk):
    desk.room.open(scan_id(1))
    asked = 0
    for _ in range(60):
        desk.clock.pass_s(1)
        if desk.hub.asked(wire.OpenScan):
            desk.answer_open(1)
        if desk.hub.asked(wire.FetchStrips):
            asked += 1
            desk.hub.answer(wire.FetchStrips, wire.Strips(request=1, scan=scan_id(1), first=0), b"no strip")
            desk.clock.turn()

    assert 4 <= asked <= 8, "in 60 s: after 0.5, 1, 2, 4, 8, 16, 30 s"


def test_a_scan_that_the_hub_does_not_have_is_told_once_and_not_asked_for_again(desk):
    desk.room.open(scan_id(1))
    desk.hub.refuse(wire.OpenScan, NotAllowed("no such scan", code="unknown-scan"))
    desk.clock.pass_s(60)

    assert [event.error.code for event in desk.of(events.ScanFailed)] == ["unknown-scan"]
    assert desk.hub.asked(wire.OpenScan) == []


def test_an_answer_for_a_scan_that_was_closed_meanwhile_is_dropped(desk):
    desk.room.open(scan_id(1))
    desk.room.close(scan_id(1))
    desk.answer_open(1)

    assert desk.of(events.ScanOpened) == []
    assert desk.hub.asked(wire.FetchStrips) == []


def test_an_answer_from_before_a_scan_was_closed_and_opened_again_is_dropped(desk):
    desk.room.open(scan_id(1))
    desk.answer_open(1)
    desk.room.close(scan_id(1))
    desk.room.open(scan_id(1))
    old = desk.hub.asked(wire.FetchStrips)[0]
    desk.hub.answer(wire.FetchStrips, wire.Strips(request=1, scan=old.scan, first=0), *RECORDS[2])
    desk.clock.turn()
    desk.told.clear()
    desk.serve()

    assert np.array_equal(shown(desk), PIXELS[1])


def test_strips_that_wait_to_be_decoded_are_dropped_with_their_reading(desk):
    desk.room.open(scan_id(1))
    desk.answer_open(1)
    strips = wire.Strips(request=1, scan=scan_id(1), first=0)
    desk.hub.answer(wire.FetchStrips, strips, *RECORDS[1])
    desk.room.close(scan_id(1))
    desk.told.clear()
    desk.clock.turn()

    assert desk.told == []


def test_a_scan_whose_loading_ahead_failed_is_asked_for_at_once_when_it_is_chosen(desk):
    desk.room.plan_ahead([scan_id(1)])
    for _ in range(6):
        desk.hub.refuse(wire.OpenScan, Unavailable("busy", code="busy"))
        desk.clock.pass_s(31)
    desk.hub.refuse(wire.OpenScan, Unavailable("busy", code="busy"))
    assert desk.hub.asked(wire.OpenScan) == [], "it waits 30 s by now"

    desk.room.open(scan_id(1))
    desk.serve()
    assert np.array_equal(shown(desk), PIXELS[1])


def test_strips_of_the_chosen_scan_are_decoded_before_those_that_came_earlier(desk):
    desk.room.plan_ahead([scan_id(1)])
    desk.answer_open(1)
    waiting = wire.Strips(request=1, scan=scan_id(1), first=0)
    desk.hub.answer(wire.FetchStrips, waiting, *RECORDS[1])
    desk.room.open(scan_id(2))
    desk.answer_open(2)
    desk.hub.answer(wire.FetchStrips, wire.Strips(request=1, scan=scan_id(2), first=0), *RECORDS[2])
    for _ in range(len(RECORDS[2])):
        desk.clock.posted.pop(0)()

    assert np.array_equal(shown(desk, 2), PIXELS[2])


def test_a_scan_the_hub_does_not_have_does_not_keep_the_next_ones_from_being_loaded(desk):
    desk.room.open(scan_id(1))
    desk.hub.refuse(wire.OpenScan, NotAllowed("no such scan", code="unknown-scan"))
    desk.room.plan_ahead([scan_id(2)])
    desk.serve()

    assert desk.of(events.AheadChanged)[-1].scans == {scan_id(2)}
