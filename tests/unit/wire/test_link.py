"""The upload's state machine, cell by cell, and then against a hub that does anything the protocol allows."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanview.wire.link import (
    Appended,
    Connected,
    Drop,
    End,
    Ended,
    Held,
    Keep,
    Lost,
    Offer,
    Phase,
    Postponed,
    Received,
    Refused,
    Resumed,
    SendEnd,
    Sent,
    Stalled,
    Upload,
    Wait,
    advance,
    next_to_send,
)

END = End(content_sha256="a" * 64, complete=True)
EVENTS = {
    "connected": Connected(),
    "lost": Lost(),
    "stalled": Stalled(),
    "resumed": Resumed(1),
    "sent": Sent(),
    "held": Held(1),
    "ended": Ended(END),
    "received": Received(END.content_sha256),
    "refused": Refused("bad", "why"),
    "postponed": Postponed("disk-full", "why", 5.0),
}
TABLE = {
    Phase.IDLE: {"connected": Phase.OFFERED},
    Phase.OFFERED: {
        "lost": Phase.IDLE,
        "stalled": Phase.OFFERED,
        "resumed": Phase.SENDING,
        "received": Phase.REFUSED,
        "refused": Phase.REFUSED,
        "postponed": Phase.IDLE,
    },
    Phase.SENDING: {
        "lost": Phase.IDLE,
        "stalled": Phase.OFFERED,
        "received": Phase.REFUSED,
        "refused": Phase.REFUSED,
        "postponed": Phase.IDLE,
    },
    Phase.ENDING: {
        "lost": Phase.IDLE,
        "stalled": Phase.OFFERED,
        "resumed": Phase.ENDING,
        "received": Phase.RECEIVED,
        "refused": Phase.REFUSED,
        "postponed": Phase.IDLE,
    },
    Phase.RECEIVED: {},
    Phase.REFUSED: {},
}
STARTS = {
    Phase.IDLE: Upload(scan="s", lengths=(10, 20), phase=Phase.IDLE),
    Phase.OFFERED: Upload(scan="s", lengths=(10, 20), phase=Phase.OFFERED),
    Phase.SENDING: Upload(scan="s", lengths=(10, 20), phase=Phase.SENDING),
    Phase.ENDING: Upload(scan="s", lengths=(10,), end=END, phase=Phase.ENDING, sent=1),
    Phase.RECEIVED: Upload(scan="s", lengths=(10,), end=END, phase=Phase.RECEIVED),
    Phase.REFUSED: Upload(scan="s", lengths=(10,), phase=Phase.REFUSED),
}


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("phase", Phase)
def test_every_cell_of_the_table(phase: Phase, event: str) -> None:
    after, _ = advance(STARTS[phase], EVENTS[event])
    assert after.phase is TABLE[phase].get(event, phase)


def test_the_end_is_sent_once_all_strips_are() -> None:
    upload = Upload(scan="s", lengths=(10, 20))
    upload, action = advance(upload, Connected())
    assert action == Offer()
    upload, action = advance(upload, Resumed(1))
    assert (upload.sent, action) == (1, None)
    upload, action = advance(upload, Ended(END))
    assert action is None
    upload, action = advance(upload, Sent())
    assert (upload.phase, action) == (Phase.ENDING, SendEnd(2, END))
    upload, action = advance(upload, Resumed(0))
    assert (upload.phase, upload.sent, action) == (Phase.SENDING, 0, None)


def test_a_hub_that_holds_all_is_told_the_end_at_once() -> None:
    upload = Upload(scan="s", lengths=(10, 20), end=END, phase=Phase.OFFERED)
    assert advance(upload, Resumed(2))[1] == SendEnd(2, END)
    assert advance(upload, Resumed(9))[1] == SendEnd(2, END)


def test_only_a_receipt_for_our_content_drops_the_copy() -> None:
    for phase in (Phase.OFFERED, Phase.SENDING, Phase.ENDING):
        whole = Upload(scan="s", lengths=(1,), end=END, phase=phase)
        assert advance(whole, Received(END.content_sha256))[1] == Drop()
        for upload in (whole, Upload(scan="s", lengths=(1,), phase=phase)):
            content = "b" * 64
            assert isinstance(advance(upload, Received(content))[1], Keep)
    growing = Upload(scan="s", lengths=(1,), phase=Phase.SENDING)
    assert isinstance(advance(growing, Received(END.content_sha256))[1], Keep)


def test_a_postponed_scan_is_offered_from_its_start_when_its_time_has_come() -> None:
    sending = Upload(scan="s", lengths=(10, 20), phase=Phase.SENDING, sent=2, held=1)
    waiting, action = advance(sending, Postponed("disk-full", "why", 5.0))
    assert action == Wait("disk-full", "why", 5.0)
    assert next_to_send([waiting], 1_000) is None
    offered, action = advance(waiting, Connected())
    assert (offered.phase, offered.sent, action) == (Phase.OFFERED, 0, Offer())


def test_the_window_is_shared_and_the_oldest_goes_first() -> None:
    old = Upload(scan="old", lengths=(60, 60), phase=Phase.SENDING)
    new = Upload(scan="new", lengths=(10,), phase=Phase.SENDING)
    assert next_to_send([old, new], 100) == old
    old, _ = advance(old, Sent())
    assert next_to_send([old, new], 100) is None, "a later scan does not overtake when the window is full"
    assert next_to_send([old, new], 130) == old
    old, _ = advance(old, Held(1))
    assert next_to_send([old, new], 100) == old
    old, _ = advance(old, Sent())
    assert next_to_send([old, new], 100) == new
    huge = Upload(scan="huge", lengths=(500,), phase=Phase.SENDING)
    assert next_to_send([huge], 100) == huge, "a strip longer than the window goes alone"
    assert next_to_send([], 100) is None


class ModelPort:
    """An upload, and a hub at the other end whose file only ever takes the next strip."""

    def __init__(self, lengths: list[int], window: int) -> None:
        self.upload = Upload(scan="s")
        self.hub_strips = 0
        self._lengths = lengths
        self._window = window

    def feed(self, event) -> None:
        self.upload, action = advance(self.upload, event)
        assert self.upload.held <= self.upload.sent <= len(self.upload.lengths)
        if isinstance(action, SendEnd):
            is_whole = action.strips == self.hub_strips == len(self._lengths)
            self.feed(Received(END.content_sha256) if is_whole else Resumed(self.hub_strips))

    def append(self) -> None:
        known = len(self.upload.lengths)
        self.feed(Appended(self._lengths[known]) if known < len(self._lengths) else Ended(END))

    def go_on(self) -> None:
        """One step of a connection without faults."""
        if self.upload.phase is Phase.IDLE:
            self.feed(Connected())
        elif self.upload.phase is Phase.OFFERED:
            self.feed(Resumed(self.hub_strips))
        elif next_to_send([self.upload], self._window) is not None:
            assert self.upload.in_flight_bytes <= max(self._window, max(self._lengths))
            self.hub_strips += self.upload.sent == self.hub_strips
            self.feed(Sent())
        else:
            self.feed(Held(self.hub_strips))

    def forget(self, strips: int) -> None:
        """The hub was restored from an older state."""
        self.hub_strips = min(self.hub_strips, strips)
        self.feed(Lost())


STEPS = {
    "go on": lambda port, number: port.go_on(),
    "append": lambda port, number: port.append(),
    "lost": lambda port, number: port.feed(Lost()),
    "stalled": lambda port, number: port.feed(Stalled()),
    "resumed again": lambda port, number: port.feed(Resumed(port.hub_strips)),
    "held of another time": lambda port, number: port.feed(Held(number)),
    "hub forgets": lambda port, number: port.forget(number),
}


@settings(max_examples=200, deadline=None)
@given(
    lengths=st.lists(st.integers(1, 50), min_size=1, max_size=10),
    window=st.integers(1, 120),
    steps=st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 12)), max_size=60),
)
def test_whatever_happened_the_hub_gets_every_strip_once_faults_end(lengths: list[int], window: int, steps) -> None:
    port = ModelPort(lengths, window)
    for step, number in steps:
        STEPS[step](port, number)
    while port.upload.end is None:
        port.append()
    for _ in range(4 * len(lengths) + 10):
        port.go_on()
    assert port.upload.phase is Phase.RECEIVED
    assert port.hub_strips == len(lengths)
