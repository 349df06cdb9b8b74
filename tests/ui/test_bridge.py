"""The one crossing between threads: in order, nothing lost, and never a frozen screen."""

import threading
import time

import pytest
from PySide6.QtCore import QThread, QTimer

from scanview.session import events
from scanview.ui.bridge import Bridge
from tests.unit.session.session_fakes import scan_id


@pytest.fixture
def crossing(qapp):
    heard = []
    bridge = Bridge(heard.append)
    yield bridge, heard
    bridge.close()


def loaded(number):
    return events.ScanLoaded(scan=scan_id(number))


def measured(delay_ms):
    return events.LinkMeasured(delay_ms=delay_ms, clock_offset_s=0.0)


def test_everything_from_many_threads_arrives_once_and_each_threads_in_order(crossing, qtbot):
    bridge, heard = crossing
    threads = [
        threading.Thread(target=lambda base=base: [bridge.tell(loaded(base + n)) for n in range(500)])
        for base in (0, 1_000, 2_000)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    qtbot.waitUntil(lambda: len(heard) == 1_500, timeout=10_000)

    numbers = [int(event.scan, 16) for event in heard]
    for base in (0, 1_000, 2_000):
        assert [n for n in numbers if base <= n < base + 500] == list(range(base, base + 500))


def test_of_what_only_the_latest_counts_one_is_kept(crossing, qtbot):
    bridge, heard = crossing
    for n in range(100):
        bridge.tell(measured(float(n)))
    bridge.tell(loaded(1))
    qtbot.waitUntil(lambda: len(heard) == 2, timeout=5_000)

    assert heard == [loaded(1), measured(99.0)]


def test_listeners_run_on_qts_thread(crossing, qtbot):
    bridge, _ = crossing
    seen = []
    thread = threading.Thread(target=lambda: bridge.post(lambda: seen.append(QThread.currentThread())))
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(seen), timeout=5_000)

    assert seen == [bridge.thread()]


def test_a_flood_leaves_turns_for_others(crossing, qtbot):
    bridge, _ = crossing
    done, ticks = [], []
    timer = QTimer()
    timer.setInterval(0)
    timer.timeout.connect(lambda: ticks.append(len(done)))
    timer.start()
    for _ in range(60):
        bridge.post(lambda: (time.sleep(0.002), done.append(1)))
    qtbot.waitUntil(lambda: len(done) == 60, timeout=10_000)
    timer.stop()

    assert len({count for count in ticks if 0 < count < 60}) >= 5, "others had turns in between"


def test_what_fails_does_not_stop_what_follows(crossing, qtbot):
    bridge, heard = crossing

    def fail():
        raise RuntimeError("broken listener")

    with qtbot.captureExceptions() as raised:
        bridge.post(fail)
        bridge.tell(loaded(1))
        qtbot.waitUntil(lambda: bool(heard), timeout=5_000)

    assert len(raised) == 1


def test_a_closed_bridge_carries_nothing(crossing, qtbot):
    bridge, heard = crossing
    bridge.tell(loaded(1))
    bridge.close()
    bridge.tell(loaded(2))
    qtbot.wait(20)

    assert heard == []
