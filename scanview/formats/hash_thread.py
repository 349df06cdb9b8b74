"""A thread that hashes while another one checks and writes: the two take about as long, and neither needs the other."""

import hashlib
import queue
import threading
from typing import TypeAlias

Job: TypeAlias = "tuple[hashlib._Hash, bytes | bytearray | memoryview]"

AHEAD = 4
"""So many records may wait to be hashed; who hands over one more waits, so memory stays bounded."""


class HashThread:
    """Hashes for one writer thread, in the order of its calls. SHA-256 lets go of the interpreter for long content."""

    def __init__(self, name: str) -> None:
        self._jobs: queue.SimpleQueue[Job | threading.Event | None] = queue.SimpleQueue()
        self._room: queue.SimpleQueue[None] = queue.SimpleQueue()
        for _ in range(AHEAD):
            self._room.put(None)
        self._thread = threading.Thread(target=self._serve, name=name)
        self._thread.start()

    def update(self, digest: "hashlib._Hash", content: bytes | bytearray | memoryview) -> None:
        """Add `content` to `digest` soon. `digest` may be looked at after `wait`."""
        self._room.get()
        self._jobs.put((digest, content))

    def wait(self) -> None:
        """Return when all that was handed over is hashed."""
        done = threading.Event()
        self._jobs.put(done)
        done.wait()

    def close(self) -> None:
        """Finish what was handed over and end the thread."""
        self._jobs.put(None)
        self._thread.join()

    def _serve(self) -> None:
        while (job := self._jobs.get()) is not None:
            if isinstance(job, threading.Event):
                job.set()
                continue
            digest, content = job
            digest.update(content)
            del job, content  # the record's memory is free before the next one comes
            self._room.put(None)
