"""What holds for every test: no screen, a runtime folder of its own, and nothing left running behind it."""

import logging
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["OMP_NUM_THREADS"] = "1"


@pytest.fixture(autouse=True)
def runtime_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Hubs started by a test announce themselves where only this test looks."""
    folder = tmp_path_factory.mktemp("runtime")
    monkeypatch.setenv("SCANVIEW_RUNTIME_DIR", str(folder))
    return folder


@pytest.fixture(autouse=True)
def no_log_left() -> Iterator[None]:
    """A command that a test ran logs no more after it: what it wrote to is closed by then."""
    logger = logging.getLogger("scanview")
    before = logger.handlers
    yield
    logger.handlers = before


@pytest.fixture(autouse=True)
def no_window_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Windows that a test closed are gone after it: Qt would keep them until an event loop runs, and none does here."""
    yield
    if "qtbot" in request.fixturenames:
        from PySide6.QtCore import QCoreApplication, QEvent

        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    """A test that leaves a thread of ours running fails and names it."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + 5
    while (left := _left_over(before)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not left, f"threads left running: {[thread.name for thread in left]}"


def _left_over(before: set[threading.Thread]) -> list[threading.Thread]:
    return [t for t in threading.enumerate() if t not in before and t.is_alive() and not _belongs_to_a_library(t)]


def _belongs_to_a_library(thread: threading.Thread) -> bool:
    """Threads of other languages, the one pyzmq keeps for frames that it sends without copying, and Dask's two."""
    is_named = thread.name.startswith(("Dummy", "IO loop", "Dask-Offload"))
    return is_named or type(thread).__name__ == "GarbageCollectorThread"
