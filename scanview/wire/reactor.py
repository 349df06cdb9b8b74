"""Owns a program's one poll loop: sockets that become readable, timers, and calls posted from other threads.

Everything that touches a socket runs in this loop, so nothing in the wire needs a lock. Other threads reach it by
`post` alone. A callback that raises is logged and the loop goes on.
"""

import contextlib
import heapq
import itertools
import logging
import socket as sockets
import time
from collections import deque
from collections.abc import Callable
from typing import TypeAlias

import zmq

_log = logging.getLogger("scanview.wire")

Callback: TypeAlias = Callable[[], None]

_MAX_POSTED_PER_TURN = 256
_MAX_WAIT_S = 3600.0


class Timer:
    """A call that is due later. `cancel` may be called at any time, also from within the call itself."""

    __slots__ = ("callback", "cancelled", "interval_s")

    def __init__(self, callback: Callback, interval_s: float) -> None:
        self.callback = callback
        self.interval_s = interval_s
        self.cancelled = False

    def cancel(self) -> None:
        """The callback is not called any more."""
        self.cancelled = True


class Reactor:
    """One poll loop over ZeroMQ sockets.

    `post` and `stop` may be called from any thread, everything else on the loop's own thread, or before `run`.
    Sockets that were added and not removed are closed, without lingering, when the loop ends.
    """

    def __init__(self, context: "zmq.Context[zmq.Socket[bytes]] | None" = None) -> None:
        self._owns_context = context is None
        self.context: zmq.Context[zmq.Socket[bytes]] = zmq.Context(io_threads=2) if context is None else context
        self._poller = zmq.Poller()
        self._readers: dict[zmq.Socket[bytes], Callback] = {}
        self._timers: list[tuple[float, int, Timer]] = []
        self._order = itertools.count()
        self._posted: deque[Callback] = deque()
        self._is_awake = False
        self._wake_out, self._wake_in = sockets.socketpair()
        self._wake_in.setblocking(False)
        self._wake_out.setblocking(False)
        self._poller.register(self._wake_out, zmq.POLLIN)
        self._is_stopping = False
        self._is_closed = False

    def now(self) -> float:
        """Seconds by the monotonic clock that timers use."""
        return time.monotonic()

    def add(self, socket: "zmq.Socket[bytes]", on_readable: Callback) -> None:
        """Call `on_readable` whenever `socket` has something to read."""
        self._readers[socket] = on_readable
        self._poller.register(socket, zmq.POLLIN)

    def remove(self, socket: "zmq.Socket[bytes]") -> None:
        """Forget `socket`, which stays open."""
        if self._readers.pop(socket, None) is not None:
            self._poller.unregister(socket)

    def call_later(self, delay_s: float, callback: Callback) -> Timer:
        """Call `callback` once, `delay_s` from now."""
        return self._schedule(Timer(callback, 0.0), delay_s)

    def call_every(self, interval_s: float, callback: Callback) -> Timer:
        """Call `callback` every `interval_s`, first `interval_s` from now."""
        return self._schedule(Timer(callback, interval_s), interval_s)

    def post(self, callback: Callback) -> None:
        """Call `callback` in the loop soon, in the order of posting. From any thread; nothing once it is closed."""
        self._posted.append(callback)
        if not self._is_awake:
            self._is_awake = True
            with contextlib.suppress(OSError):  # full: a wake-up is under way; closed: nobody is there to wake
                self._wake_in.send(b"\0")

    def stop(self) -> None:
        """End `run` when what was posted before is done. From any thread."""
        self.post(self._stop)

    def run(self) -> None:
        """Serve until `stop`; then everything that is left is closed."""
        try:
            while not self._is_stopping:
                self._turn()
        finally:
            self.close()

    def close(self) -> None:
        """Close every socket that is left, and the context if it is the reactor's own. Only where `run` is not used."""
        if self._is_closed:
            return
        self._is_closed = True
        self._wake_in.close()
        self._wake_out.close()
        for socket in self._readers:
            socket.close(linger=0)
        self._readers.clear()
        self._timers.clear()
        self._posted.clear()
        if self._owns_context:
            self.context.destroy(linger=0)

    def _stop(self) -> None:
        self._is_stopping = True

    def _schedule(self, timer: Timer, delay_s: float) -> Timer:
        heapq.heappush(self._timers, (self.now() + delay_s, next(self._order), timer))
        return timer

    def _turn(self) -> None:
        """Wait for the next socket, timer or posted call, and serve all that are ready."""
        wait_s = 0.0 if self._posted else self._seconds_to_next_timer()
        for ready, _ in self._poller.poll(int(wait_s * 1000 + 0.999)):
            if ready == self._wake_out.fileno():
                self._drain_wake()
            elif reader := self._readers.get(ready):
                self._call(reader)
        self._run_timers()
        self._run_posted()

    def _seconds_to_next_timer(self) -> float:
        while self._timers and self._timers[0][2].cancelled:
            heapq.heappop(self._timers)
        if not self._timers:
            return _MAX_WAIT_S
        return min(max(self._timers[0][0] - self.now(), 0.0), _MAX_WAIT_S)

    def _drain_wake(self) -> None:
        # In this order no lock is needed, and a signal handler may post: whoever still finds the loop awake has
        # appended his call already, and this very turn runs it or sees that it is left.
        with contextlib.suppress(BlockingIOError):
            self._wake_out.recv(64)
        self._is_awake = False

    def _run_timers(self) -> None:
        now = self.now()
        while self._timers and self._timers[0][0] <= now:
            due, _, timer = heapq.heappop(self._timers)
            if timer.cancelled:
                continue
            if timer.interval_s:
                # From now on, not from when it was due: after a stall the missed calls are not made up for.
                following = max(due, now - timer.interval_s) + timer.interval_s
                heapq.heappush(self._timers, (following, next(self._order), timer))
            self._call(timer.callback)

    def _run_posted(self) -> None:
        for _ in range(min(len(self._posted), _MAX_POSTED_PER_TURN)):
            self._call(self._posted.popleft())

    def _call(self, callback: Callback) -> None:
        try:
            callback()
        except Exception:
            _log.exception("a callback failed")
