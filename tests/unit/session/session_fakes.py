"""A hub that answers when a test says so, and a clock that the test winds; values the session's tests share."""

from concurrent.futures import Future

import numpy as np

from scanview.core.errors import Unavailable
from scanview.core.review import Decision, HoldReason, Risk, Verdict
from scanview.core.scan import Calibration, Channel, ScanHeader, Source, View, ViewHeader
from scanview.core.work import RecognitionState, WorkState
from scanview.core.worklist import WorklistRow
from scanview.formats.header_json import encode_header
from scanview.imaging.pyramid import strip_levels
from scanview.wire import messages as wire
from scanview.wire.hub_link import Answer
from scanview.wire.tiles import encode_strip

ROWS = 48


class FakeHub:
    """Keeps every question with the future of its answer."""

    def __init__(self):
        self.questions = []
        self.told = []

    def request(self, message):
        future = Future()
        self.questions.append((message, future))
        return future

    def send(self, message):
        self.told.append(message)
        return True

    def asked(self, kind):
        """Questions of `kind` that wait for an answer, oldest first."""
        return [message for message, future in self.questions if isinstance(message, kind) and not future.done()]

    def answer(self, kind, message, *raw):
        self._next(kind).set_result(Answer(message=message, raw=tuple(memoryview(frame) for frame in raw)))

    def refuse(self, kind, error):
        self._next(kind).set_exception(error)

    def lose_link(self):
        for _, future in self.questions:
            if not future.done():
                future.set_exception(Unavailable("not connected", code="not-connected"))

    def _next(self, kind):
        return next(f for m, f in self.questions if isinstance(m, kind) and not f.done())


class FakeTimer:
    def __init__(self, due, callback):
        self.due = due
        self.callback = callback
        self.cancelled = False

    def cancel(self):
        self.cancelled = True


class FakeClock:
    """Time stands still until `pass_s`; what is posted waits until `turn`."""

    def __init__(self):
        self.now = 0.0
        self.timers = []
        self.posted = []

    def call_later(self, delay_s, callback):
        timer = FakeTimer(self.now + delay_s, callback)
        self.timers.append(timer)
        return timer

    def post(self, callback):
        self.posted.append(callback)

    def turn(self):
        """Run what is posted, and what that posts."""
        while self.posted:
            self.posted.pop(0)()

    def pass_s(self, seconds):
        end = self.now + seconds
        while due := [t for t in self.timers if not t.cancelled and t.due <= end]:
            timer = min(due, key=lambda t: t.due)
            self.timers.remove(timer)
            self.now = timer.due
            timer.callback()
            self.turn()
        self.now = end


def scan_id(number):
    return f"{number:032x}"


def header(number=1):
    side = ViewHeader(
        view=View.SIDE,
        rows=ROWS,
        channels=(Channel.HIGH, Channel.LOW),
        pitch_x_mm=4.0,
        pitch_y_mm=4.0,
        pitch_source=Source.MEASURED,
        calibrations=(Calibration(air=60_000, dark=100, source=Source.MEASURED),) * 2,
    )
    return ScanHeader(scan=scan_id(number), lane="CNSHA-03", views=(side,), started_at=1_760_000_000.0)


def counts(columns, seed=1):
    return np.random.default_rng(seed).integers(100, 60_000, (2, ROWS, columns), dtype=np.uint16)


def records(pixels):
    """The strips of one view as the hub holds them."""
    return [
        encode_strip(strip_levels(pixels[:, :, left : left + 128]), sequence=number, view=0)
        for number, left in enumerate(range(0, pixels.shape[2], 128))
    ]


def opened(number, strips, *, stored=True):
    """The hub's answer to OpenScan: the message and its raw frame."""
    message = wire.ScanOpened(
        request=1,
        scan=scan_id(number),
        strips=strips,
        stored=stored,
        complete=True,
        content_sha256="ab" * 32 if stored else "",
        recognition=None,
        not_recognised="",
    )
    return message, encode_header(header(number))


def row(number, **changes):
    values = {
        "seq": number,
        "scan": scan_id(number),
        "lane": "CNSHA-03",
        "container": "CSQU3054383",
        "container_valid": True,
        "plate": "",
        "arrived_at": 1_000.0 + number,
        "state": WorkState.WAITING,
        "risk": Risk.LOW,
        "recognition": RecognitionState.DONE,
        "stored": True,
        "complete": True,
        "strips": 3,
        "findings": 0,
        "analyst": "",
    }
    return WorklistRow(**{**values, **changes})


def hold(number=1, decision=7):
    return Decision(
        decision=scan_id(decision),
        scan=scan_id(number),
        fence=5,
        verdict=Verdict.HOLD,
        content_sha256="",
        reason=HoldReason.TOO_DENSE,
    )
