"""The hub's time at a port whose own clock is wrong and jumps."""

from scanview.wire.hub_time import HubTime, steady_s

DAY_S = 86_400.0


class Clocks:
    """The steady clock of a machine and the date it believes in."""

    def __init__(self) -> None:
        self.steady_s = 100.0
        self.own = 5e9

    def pass_time(self, seconds: float) -> None:
        self.steady_s += seconds
        self.own += seconds


def test_days_off_and_jumping_changes_nothing_once_the_hub_has_spoken() -> None:
    clocks = Clocks()
    time = HubTime(steady=lambda: clocks.steady_s, own=lambda: clocks.own)
    assert time.now() == 5e9
    time.offset_s = -3 * DAY_S
    assert time.now() == 5e9 - 3 * DAY_S
    sent_s = time.steady_s()
    clocks.pass_time(0.2)
    time.heard(hub_time=1e9, sent_s=sent_s)
    assert abs(time.now() - (1e9 + 0.1)) < 1e-6
    clocks.own += 3 * DAY_S
    clocks.pass_time(50.0)
    assert abs(time.now() - (1e9 + 50.1)) < 1e-6
    clocks.own -= 9 * DAY_S
    assert abs(time.now() - (1e9 + 50.1)) < 1e-6
    assert abs(time.reading.error_s - 0.1) < 1e-9


def test_the_steady_clock_goes_on() -> None:
    first = steady_s()
    assert steady_s() >= first
