"""What a port knows of its hub's clock, on clocks of the test's own."""

from hypothesis import given
from hypothesis import strategies as st

from scanview.core.clock import KEPT_S, ClockReading, better_reading, read_clock

S = st.floats(0, 1e6)


@given(
    hub_minus_own=st.floats(-1e6, 1e6),
    sent_s=S,
    there_s=st.floats(0, 10),
    back_s=st.floats(0, 10),
    later_s=st.floats(0, 1e5),
)
def test_a_reading_is_right_to_within_what_it_says(
    hub_minus_own: float, sent_s: float, there_s: float, back_s: float, later_s: float
) -> None:
    own_at_zero = 1.7e9
    heard_s = sent_s + there_s + back_s
    hub_time = own_at_zero + hub_minus_own + sent_s + there_s
    reading = read_clock(hub_time=hub_time, sent_s=sent_s, heard_s=heard_s, own_time=own_at_zero + heard_s)
    assert abs(reading.offset_s - hub_minus_own) <= reading.error_s + 1e-5
    truth = own_at_zero + hub_minus_own + heard_s + later_s
    assert abs(reading.hub_time_at(heard_s + later_s) - truth) <= reading.error_s + 1e-5


def reading(offset_s: float, error_s: float, at_s: float, hub_time: float | None = None) -> ClockReading:
    return ClockReading(
        hub_time=1e9 + at_s if hub_time is None else hub_time, at_s=at_s, offset_s=offset_s, error_s=error_s
    )


def test_the_finer_one_counts_until_it_is_old_or_a_clock_was_set() -> None:
    fine = reading(2.0, 0.01, 0.0)
    assert better_reading(None, fine) is fine
    coarse = reading(2.3, 0.5, 10.0)
    assert better_reading(fine, coarse) is fine
    assert better_reading(coarse, fine) is fine
    late = reading(2.3, 0.5, KEPT_S)
    assert better_reading(fine, late) is late
    own_clock_set = reading(-259_200.0, 0.5, 10.0)
    assert better_reading(fine, own_clock_set) is own_clock_set
    hub_clock_set = reading(2.0, 0.5, 10.0, hub_time=2e9)
    assert better_reading(fine, hub_clock_set) is hub_clock_set
