"""A scan that grows while it is looked at, from the wire's decoder to the painted picture, at two rates.

The first rate is that of 200 small strips of 16 columns a second: 3,200 columns, several times what the fastest
drive-through scanner makes, here in strips of 128. The second floods the client with 200 of our strips, eight times
that.

A thread does what the session's thread does with strips that have come from the hub: it unpacks each record and tells
the bridge. What is counted is from the moment a strip is due to the end of the painting that shows it. When a scan of
20,000 columns is whole the next one begins.
"""

import threading
import time
from collections import deque

from PySide6.QtCore import QEvent, QPointF, Qt, QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication

from bench.rows import Row, lower_is_better, percentile
from bench.viewer.scene import (
    BENCH,
    BOXES,
    LONG_COLUMNS,
    SCREEN,
    VIEW,
    application,
    overlays,
    send,
    show,
    strips_of,
    synthetic_counts,
)
from scanview.core.scan import STRIP_COLUMNS
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.session.events import Event, StripArrived
from scanview.ui.bridge import Bridge
from scanview.ui.viewer.canvas import Canvas
from scanview.ui.viewer.viewport import Viewport
from scanview.wire.records import parse
from scanview.wire.tiles import decode_strip, encode_strip

COLUMNS_PER_S = 200 * 16
FLOOD_STRIPS_PER_S = 200
_FRAME_MS = 16
_LAST_PAINTING_MS = 200
_SCAN_STRIPS = LONG_COLUMNS // STRIP_COLUMNS


def run(quick: bool) -> list[Row]:
    """Ten minutes, or half a minute: half of it only looked at, half of it while the picture is panned."""
    application()
    seconds = 15.0 if quick else 300.0
    strips = strips_of(synthetic_counts(16 * STRIP_COLUMNS))
    records = [encode_strip(levels, sequence=number, view=0) for number, levels in enumerate(strips)]
    return [
        *_rows("live", records, COLUMNS_PER_S / STRIP_COLUMNS, seconds),
        *_rows("live_flood", records, FLOOD_STRIPS_PER_S, seconds / 5),
    ]


def _rows(name: str, records: list[bytes], strips_per_s: float, seconds: float) -> list[Row]:
    idle, panning = Watched(records, strips_per_s), Watched(records, strips_per_s)
    idle.go(seconds, pans=False)
    panning.go(seconds, pans=True)
    dropped = float(idle.dropped + panning.dropped)
    return [
        lower_is_better(BENCH, f"{name}_paint_p95", percentile(idle.latencies_ms, 0.95), "ms", goal=4.0),
        lower_is_better(BENCH, f"{name}_paint_panning_p95", percentile(panning.latencies_ms, 0.95), "ms", goal=8.0),
        lower_is_better(BENCH, f"{name}_dropped", dropped, "strips", goal=0.0),
        lower_is_better(BENCH, f"{name}_cpu", idle.cpu_share, "cores", goal=0.3),
        lower_is_better(BENCH, f"{name}_cpu_painting", idle.painting_share, "cores"),
    ]


class Watched(Canvas):
    """A canvas that notes when what it was sent was painted.

    `cpu_share` is of both threads, `painting_share` of Qt's alone, in cores.
    """

    def __init__(self, records: list[bytes], strips_per_s: float) -> None:
        super().__init__()
        self.latencies_ms: list[float] = []
        self.dropped = 0
        self.cpu_share = self.painting_share = 0.0
        self._records = records
        self._strips_per_s = strips_per_s
        self._due: deque[float] = deque()
        self._unpainted: list[float] = []
        self._wanted = self._arrived = self._steps = 0
        self._bridge = Bridge(self._heard)

    def go(self, seconds: float, *, pans: bool) -> None:
        """Take strips for so long, with the picture at rest or panned sixty times a second."""
        self._wanted = round(seconds * self._strips_per_s)
        show(self)
        self._begin_scan(pans=pans)
        hand = QTimer()
        hand.setTimerType(Qt.TimerType.PreciseTimer)
        hand.timeout.connect(self._pan)
        if pans:
            send(self, QEvent.Type.MouseButtonPress, Qt.MouseButton.LeftButton, _PRESSED_AT)
            hand.start(_FRAME_MS)
        sender = threading.Thread(target=self._send)
        cpu, painting, begun = time.process_time(), time.thread_time(), time.perf_counter()
        sender.start()
        QApplication.exec()
        wall = time.perf_counter() - begun
        self.cpu_share = (time.process_time() - cpu) / wall
        self.painting_share = (time.thread_time() - painting) / wall
        sender.join()
        hand.stop()
        self.dropped = self._wanted - self._arrived
        self._bridge.close()
        self.close()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Paint, and note what was waited for."""
        super().paintEvent(event)
        now = time.perf_counter()
        self.latencies_ms += [1e3 * (now - due) for due in self._unpainted]
        self._unpainted.clear()

    def _send(self) -> None:
        """As the session's thread: unpack each record when it is due, and tell."""
        begun = time.perf_counter()
        for number in range(self._wanted):
            due = begun + number / self._strips_per_s
            time.sleep(max(due - time.perf_counter(), 0.0))
            self._due.append(due)
            levels = decode_strip(parse(memoryview(self._records[number % len(self._records)])), rows=VIEW.rows)
            self._bridge.tell(StripArrived(scan="", view=0, levels=tuple(levels)))

    def _heard(self, event: Event) -> None:
        if self._arrived and self._arrived % _SCAN_STRIPS == 0:
            self._begin_scan(pans=not self.is_following)
        before = self.pyramid.columns
        self.pyramid.append(event.levels)
        self._arrived += 1
        due = self._due.popleft()
        self.strips_appended()
        if self.viewport.shows_columns(before, self.pyramid.columns):  # what nobody can see is not painted
            self._unpainted.append(due)
        if self._arrived == self._wanted:
            QTimer.singleShot(_LAST_PAINTING_MS, QApplication.quit)

    def _begin_scan(self, *, pans: bool) -> None:
        looked = self.viewport
        self.set_scan(GrowingPyramid(VIEW))
        self.set_overlays(overlays(BOXES, LONG_COLUMNS))
        if pans:
            self.set_following(False)
            whole = Viewport.of(VIEW, LONG_COLUMNS, SCREEN)
            self.viewport = whole.grown(0) if looked is None or self._arrived == 0 else looked.grown(0)

    def _pan(self) -> None:
        """The hand goes to and fro, and the newest columns stay in sight."""
        self._steps += 1
        to = _PRESSED_AT + QPointF(12 * (abs(self._steps % 20 - 10) - 5), self._steps % 3)
        send(self, QEvent.Type.MouseMove, Qt.MouseButton.LeftButton, to)


_PRESSED_AT = QPointF(SCREEN[0] / 2, SCREEN[1] / 2)
