"""A reactor whose loop is the world's queue, and threads that are places in it."""

import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any

from scanview.wire.reactor import Timer
from tests.simulation.world import Machine, World

_log = logging.getLogger("scanview.wire")

Callback = Callable[[], None]


class VirtualReactor:
    """Takes the place of `scanview.wire.reactor.Reactor`; its sockets come from the virtual network."""

    world: World
    make_context: Callable[[Machine], Any]

    def __init__(self, context: Any = None) -> None:
        machine = self.world.current
        assert machine is not None, "programs are started on a machine"
        self._machine = machine
        self.context = context or type(self).make_context(machine)
        self._is_closed = False

    def now(self) -> float:
        """Seconds of the machine's steady clock."""
        return self._machine.steady_s()

    def add(self, socket: Any, on_readable: Callback) -> None:
        """Call when there is something to read."""
        socket.on_readable = lambda: self._call(on_readable)
        socket.wake()

    def remove(self, socket: Any) -> None:
        """Forget the socket."""
        socket.on_readable = None

    def call_later(self, delay_s: float, callback: Callback) -> Timer:
        """Call once."""
        timer = Timer(callback, 0.0)
        self._machine.later(delay_s, partial(self._due, timer))
        return timer

    def call_every(self, interval_s: float, callback: Callback) -> Timer:
        """Call again and again."""
        timer = Timer(callback, interval_s)
        self._machine.later(interval_s, partial(self._due, timer))
        return timer

    def post(self, callback: Callback) -> None:
        """Call soon, in the order of posting."""
        self._machine.later(0.0, lambda: self._call(callback))

    def stop(self) -> None:
        """Nothing runs that could be stopped."""

    def run(self) -> None:
        """The world runs everything."""

    def close(self) -> None:
        """Call nothing any more."""
        self._is_closed = True

    def _due(self, timer: Timer) -> None:
        if timer.cancelled:
            return
        if timer.interval_s:
            self._machine.later(timer.interval_s, partial(self._due, timer))
        self._call(timer.callback)

    def _call(self, callback: Callback) -> None:
        if self._is_closed:
            return
        try:
            callback()
        except Exception:
            _log.exception("a callback failed")


class VirtualFuture(Future[Any]):
    """A future whose result may be asked for before its turn has come: then its thread is let run."""

    thread: "VirtualThread"

    def result(self, timeout: float | None = None) -> Any:
        """The result, after all that was given to the thread before."""
        while not self.done() and self.thread.run_one():
            pass
        return super().result(timeout=0)


class VirtualThread:
    """Takes the place of a ThreadPoolExecutor: one job after the other, each a little later."""

    world: World

    def __init__(self, max_workers: int | None = None, thread_name_prefix: str = "", **_: Any) -> None:
        machine = self.world.current
        assert machine is not None
        self._machine = machine
        self._jobs: deque[tuple[VirtualFuture, Callable[[], Any]]] = deque()
        self._busy_until = 0.0

    def submit(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> VirtualFuture:
        """Run in its turn."""
        future = VirtualFuture()
        future.thread = self
        self._jobs.append((future, partial(function, *args, **kwargs)))
        self._busy_until = max(self._busy_until, self._machine.world.now) + work_s(self._machine)
        self._machine.later((self._busy_until - self._machine.world.now) * self._machine.drift, self.run_one)
        return future

    def run_one(self) -> bool:
        """Run the next job; False where there is none."""
        if not self._jobs:
            return False
        future, job = self._jobs.popleft()
        if not future.set_running_or_notify_cancel():
            return True
        try:
            result = job()
        except Exception as error:
            future.set_exception(error)
        else:
            future.set_result(result)
        return True

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Run what is left, or cancel it."""
        if cancel_futures:
            for future, _ in self._jobs:
                future.cancel()
        while self.run_one():
            pass


def work_s(machine: Machine) -> float:
    """How long one job of a thread takes."""
    chance = machine.chance
    return chance.uniform(0.2, 2.5) if machine.is_disk_slow else chance.uniform(0.0002, 0.004)


class Suspended(BaseException):
    """A thread waits for so many seconds, and then does its job from the start."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class VirtualEvent:
    """Takes the place of the event on which a writer waits for its disk."""

    def __init__(self) -> None:
        self._is_set = False

    def set(self) -> None:
        """The hub ends."""
        self._is_set = True

    def wait(self, timeout: float) -> bool:
        """True where it is set; else the thread waits."""
        if not self._is_set:
            raise Suspended(timeout)
        return True


class VirtualWriters:
    """Takes the place of `scanview.ingest.writer_threads.WriterThreads`."""

    world: World

    def __init__(self, name: str, count: int, post: Callable[[Callback], None]) -> None:
        machine = self.world.current
        assert machine is not None
        self._machine = machine
        self._post = post
        self._tracks: list[deque[tuple[Callable[[], Any], Callable[[Any, Any], None]]]] = [
            deque() for _ in range(count)
        ]
        self._busy = [False] * count

    def submit(self, track: int, work: Callable[[], Any], then: Callable[[Any, Any], None]) -> None:
        """Run in its turn."""
        self._tracks[track].append((work, then))
        if not self._busy[track]:
            self._busy[track] = True
            self._machine.later(work_s(self._machine), partial(self._next, track))

    def close(self) -> None:
        """Run what is left."""
        for jobs in self._tracks:
            while jobs:
                work, _ = jobs.popleft()
                try:
                    work()
                except (Exception, Suspended):
                    _log.debug("not done at the end")

    def _next(self, track: int) -> None:
        jobs = self._tracks[track]
        if not jobs:
            self._busy[track] = False
            return
        work, then = jobs[0]
        result, error = None, None
        try:
            result = work()
        except Suspended as suspended:
            self._machine.later(suspended.seconds, partial(self._next, track))
            return
        except Exception as raised:
            error = raised
        jobs.popleft()
        self._post(partial(then, result, error))
        self._machine.later(work_s(self._machine), partial(self._next, track))


class VirtualHasher:
    """Takes the place of `scanview.formats.hash_thread.HashThread`: hashes at once."""

    def __init__(self, name: str) -> None:
        self.name = name

    def update(self, digest: Any, content: bytes | bytearray | memoryview) -> None:
        """Hash."""
        digest.update(content)

    def wait(self) -> None:
        """All is hashed."""

    def close(self) -> None:
        """Nothing is left."""


class VirtualOsThread:
    """Takes the place of `threading.Thread` where a reactor would run in it: the world runs it."""

    def __init__(self, *_: Any, **__: Any) -> None: ...

    def start(self) -> None:
        """It runs already."""

    def join(self, timeout: float | None = None) -> None:
        """Nothing is waited for."""
