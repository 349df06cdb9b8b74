"""The rate of sending, on a clock of the test's own."""

from hypothesis import given
from hypothesis import strategies as st

from scanview.ingest.pace import Pace

STRIPS = st.lists(st.tuples(st.integers(1, 4 << 20), st.floats(0, 3)), min_size=1, max_size=40)


@given(strips=STRIPS, limit_mbit=st.floats(0.5, 1_000))
def test_whatever_comes_when_the_rate_is_kept_to_within_one_strip(
    strips: list[tuple[int, float]], limit_mbit: float
) -> None:
    pace = Pace(limit_mbit)
    now = start = 1_000.0
    sent_bits, last_bits = 0, 0
    for length, idle_s in strips:
        now += idle_s
        now += pace.wait_s(now)
        assert pace.wait_s(now) < 1e-6, "what was waited for is enough"
        assert sent_bits <= limit_mbit * 1e6 * (now - start) + last_bits + 1
        pace.sent(length)
        last_bits = 8 * length
        sent_bits += last_bits


def test_without_a_limit_nothing_waits_and_nothing_is_owed_later() -> None:
    pace = Pace()
    pace.sent(1 << 30)
    assert pace.wait_s(1.0) == 0
    pace.limit_mbit = 1.0
    assert pace.wait_s(1.0) == 0


def test_a_new_limit_holds_at_once() -> None:
    pace = Pace(1.0)
    pace.wait_s(0.0)
    pace.sent(1_000_000)
    assert pace.wait_s(0.0) == 8.0
    pace.limit_mbit = 8.0
    assert pace.wait_s(0.0) == 1.0
    pace.limit_mbit = 0.0
    assert pace.wait_s(0.0) == 0.0
