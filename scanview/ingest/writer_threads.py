"""The threads that check and write scans, so that the receiving thread never waits for a disk."""

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

Post: TypeAlias = Callable[[Callable[[], None]], None]


@dataclass(frozen=True, slots=True)
class _Job:
    work: Callable[[], Any]
    then: Callable[[Any, Exception | None], None]


class WriterThreads:
    """Runs jobs in order per `track`; what a job gave or raised is posted back to the receiving thread."""

    def __init__(self, name: str, count: int, post: Post) -> None:
        self._post = post
        self._tracks: list[queue.SimpleQueue[_Job | None]] = [queue.SimpleQueue() for _ in range(count)]
        self._threads = [
            threading.Thread(target=self._serve, args=(track,), name=f"{name} {number}")
            for number, track in enumerate(self._tracks)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, track: int, work: Callable[[], Any], then: Callable[[Any, Exception | None], None]) -> None:
        """Run `work` on `track` after all that was submitted there; then post `then(result, error)`."""
        self._tracks[track].put(_Job(work, then))

    def close(self) -> None:
        """Finish what was submitted and end the threads."""
        for track in self._tracks:
            track.put(None)
        for thread in self._threads:
            thread.join()

    def _serve(self, track: "queue.SimpleQueue[_Job | None]") -> None:
        while (job := track.get()) is not None:
            result, error = None, None
            try:
                result = job.work()
            except Exception as raised:
                error = raised
            self._post(partial(job.then, result, error))
            del job, result, error  # the strip's frame is freed now, not when the next job comes
