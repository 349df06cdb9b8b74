"""Owns how a program shares its work among processes of its own: they end with it, however it ended."""

import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any


def pool_of(workers: int, begin: Callable[..., object], *given: Any) -> ProcessPoolExecutor:
    """A pool of `workers` processes, each of which first calls `begin(*given)`.

    They are spawned, not forked: a forked copy of a process with threads (OpenCV, ONNX Runtime, Qt) may hang.
    """
    spawn = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=spawn, initializer=_begin, initargs=(begin, given))


def _begin(begin: Callable[..., object], given: tuple[Any, ...]) -> None:
    threading.Thread(target=_end_with_parent, name="parent-watch", daemon=True).start()
    begin(*given)


def _end_with_parent() -> None:
    """End this process when the one that started it is gone: a pool whose owner was killed would wait for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
