"""How far a scan has been read, whatever the hub answers."""

from hypothesis import given
from hypothesis import strategies as st

from scanview.imaging.pyramid import strip_levels
from scanview.session.events import ScanStatus
from scanview.session.scan_reading import ScanReading
from tests.unit.session.session_fakes import counts, header, scan_id

LEVELS = strip_levels(counts(128))


def reading(strips=3, *, stored=True):
    made = ScanReading(scan_id(1))
    made.opened(header(), ScanStatus(strips=strips, stored=stored))
    return made


@given(st.integers(0, 12), st.lists(st.integers(0, 5), min_size=1, max_size=60))
def test_every_strip_is_asked_for_once_and_in_order_however_short_the_answers(strips, answers):
    scan, asked = reading(strips), []
    for most in answers:
        wanted = scan.next_fetch(4)
        if wanted is None:
            break
        first, count = wanted
        scan.asking(first, count)
        assert scan.next_fetch(4) is None, "a second question while the first is open"
        received = min(most, count)
        scan.answered(received)
        asked.extend(range(first, first + received))
        for _ in range(received):
            scan.take_in(0, LEVELS)

    assert asked == list(range(len(asked)))
    assert scan.received == len(asked) <= strips


def test_a_lost_answer_is_asked_for_again_from_the_first_missing_strip():
    scan = reading()
    scan.asking(0, 3)
    scan.take_in(0, LEVELS)
    scan.forget_question()

    assert scan.next_fetch(16) == (1, 2)


def test_a_growing_scan_is_caught_up_but_not_whole():
    scan = reading(strips=1, stored=False)
    scan.asking(0, 1)
    scan.take_in(0, LEVELS)
    assert scan.caught_up
    assert not scan.whole

    scan.grew(ScanStatus(strips=1, stored=True))
    assert scan.whole


def test_strips_never_become_fewer():
    scan = reading(strips=5)
    scan.grew(ScanStatus(strips=2, stored=True))

    assert scan.status.strips == 5


def test_what_is_handed_over_belongs_to_the_receiver():
    scan = reading(strips=2)
    scan.asking(0, 2)
    scan.take_in(0, LEVELS)
    (pyramid,) = scan.hand_over()
    scan.take_in(0, LEVELS)

    assert pyramid.columns == 128, "the reading went on writing into what it gave away"
    assert not pyramid.complete


def test_memory_is_counted_for_what_will_be_there_before_a_strip_is():
    scan = reading(strips=3)
    held = 2 * 2 * 48 * 3 * 128

    assert scan.needs_bytes == held * 4 // 3, "two channels of uint16, and a third more for the smaller levels"
    scan.grew(ScanStatus(strips=6, stored=True))
    assert scan.needs_bytes == 2 * (held * 4 // 3)


def test_a_whole_scan_is_handed_over_as_complete():
    scan = reading(strips=1)
    scan.asking(0, 1)
    scan.take_in(0, LEVELS)

    assert scan.hand_over()[0].complete


def test_opening_again_after_a_break_keeps_what_is_there():
    scan = reading(strips=2)
    scan.asking(0, 2)
    scan.take_in(0, LEVELS)
    scan.forget_question()
    scan.opened(header(), ScanStatus(strips=4, stored=True))

    assert scan.pyramids[0].columns == 128
    assert scan.next_fetch(16) == (1, 3)
