"""How much of what was sent to each connection its network has not taken yet: libzmq bounds messages, not bytes."""

from collections import deque

import zmq

MAX_UNTAKEN_BYTES = 64 << 20
"""Several of the longest answers; a peer that leaves more lying is sent nothing large any more."""

LARGE_BYTES = 1 << 16
"""Less than this in one message is not counted: orders and rows always go out."""


class UntakenFrames:
    """Counts large messages per connection, from their sending until the last byte has left this process."""

    def __init__(self) -> None:
        self._waiting: dict[bytes, deque[tuple[zmq.MessageTracker, int]]] = {}

    def has_room(self, connection: bytes, size_bytes: int) -> bool:
        """Whether so many bytes more may be queued for this connection."""
        waiting = self._waiting.get(connection)
        if size_bytes < LARGE_BYTES or not waiting:
            return True
        while waiting and waiting[0][0].done:
            waiting.popleft()
        return sum(size for _, size in waiting) + size_bytes <= MAX_UNTAKEN_BYTES

    def note(self, connection: bytes, frame: zmq.Frame, size_bytes: int) -> None:
        """A message of so many bytes that ends with this frame, a tracked one, was queued."""
        if frame.tracker is not None:
            self._waiting.setdefault(connection, deque()).append((frame.tracker, size_bytes))

    def forget(self, connection: bytes) -> None:
        """The connection is over."""
        self._waiting.pop(connection, None)
