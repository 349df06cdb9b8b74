"""Hashes passwords on threads of their own, a bounded number of them at a time, and brings the results back."""

import contextlib
import logging
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from scanview.core.errors import BadInput, Unavailable

CONCURRENT_HASHES = max(1, min(2, (os.cpu_count() or 1) // 4))
"""argon2id takes 64 MiB and four threads each; on a small machine a second one at a time would make neither faster."""

WAITING = 32
"""More than these are told to come back, so that a storm of sign-ins cannot fill the memory."""

NICE = 15
"""How far they step back for other threads (0 to 19): a storm of sign-ins must not slow the scans that come in."""

T = TypeVar("T")
_log = logging.getLogger(__name__)


class Hashing:
    """On the reactor's thread; `post` brings a callback there."""

    def __init__(self, post: Callable[[Callable[[], None]], None]) -> None:
        self._post = post
        self._waiting = 0
        self._threads = ThreadPoolExecutor(CONCURRENT_HASHES, thread_name_prefix="sign-in", initializer=_step_back)

    def run(self, function: Callable[[], T], then: Callable[[T], None], otherwise: Callable[[Exception], None]) -> None:
        """Call `then` with the result of `function`, or `otherwise` with why there is none.

        Raises:
            Unavailable: too many are at it already.
        """
        if self._waiting >= WAITING:
            raise Unavailable("too many people sign in at once", code="busy", remedy="Try again in a moment")
        self._waiting += 1

        def done(hashed: "Future[T]") -> None:
            self._waiting -= 1
            error = None if hashed.cancelled() else hashed.exception()
            if isinstance(error, BadInput):
                otherwise(error)
            elif hashed.cancelled() or error is not None:
                _log.error("a password could not be hashed")
                otherwise(Unavailable("the password could not be checked", code="busy", remedy="Try again"))
            else:
                then(hashed.result())

        hashed = self._threads.submit(function)
        hashed.add_done_callback(lambda completed: self._post(lambda: done(completed)))

    def close(self) -> None:
        """Let go of the threads."""
        self._threads.shutdown(wait=True, cancel_futures=True)


def _step_back() -> None:
    """Let this thread, and those that argon2 begins from it, run after others. Only Linux has such a thing."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
