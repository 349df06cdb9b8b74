"""Appending to a file past the page cache, which costs a third of the CPU and makes the fsync at the end a short one.

The kernel takes such writes only in whole blocks from memory that begins at a block. Every write therefore begins with
the block in which the last one ended and is filled up with zeros: between two writes the file ends in up to 4095 zeros
behind its content. Bytes that were written before never change, so readers may be at the file meanwhile.
"""

import errno
import mmap
import os
import threading
from pathlib import Path

BLOCK_BYTES = 4096
"""A multiple of every disk's own block."""

_WRITE_BYTES = 1 << 20

_DIRECT: int = getattr(os, "O_DIRECT", 0)
_NOT_TAKEN = frozenset({errno.EINVAL, errno.EOPNOTSUPP})


class _Buffers(threading.local):
    """Memory that begins at a block, one per thread: there are many more growing files than threads that write."""

    def __init__(self) -> None:
        self.content = memoryview(mmap.mmap(-1, _WRITE_BYTES))


_buffers = _Buffers()


class DirectWriter:
    """The end of one growing file. Not for two threads at once."""

    def __init__(self, descriptor: int, tail: bytes) -> None:
        """Use `open`. `tail` is what the file has behind its last whole block."""
        self._descriptor = descriptor
        self._tail = tail

    @classmethod
    def open(cls, path: Path, end: int) -> "DirectWriter | None":
        """Append to the file at `path` behind byte `end`; None where its disk or system takes no direct writes."""
        if not _DIRECT:
            return None
        with path.open("rb") as file:
            file.seek(end - end % BLOCK_BYTES)
            tail = file.read(end % BLOCK_BYTES)
        try:
            return cls(os.open(path, os.O_WRONLY | os.O_CLOEXEC | _DIRECT), tail)
        except OSError as error:
            if error.errno in _NOT_TAKEN:
                return None
            raise

    def append(self, end: int, content: bytes | bytearray | memoryview) -> bool:
        """Write `content` behind byte `end`, where the last append ended; False where the disk takes no direct writes.

        Raises:
            OSError: the disk refuses; the same may be appended again.
        """
        buffer, tail = _buffers.content, self._tail
        position, left = end - len(tail), memoryview(content)
        while left:
            part = left[: _WRITE_BYTES - len(tail)]
            used = len(tail) + len(part)
            buffer[: len(tail)] = tail
            buffer[len(tail) : used] = part
            padded = -(-used // BLOCK_BYTES) * BLOCK_BYTES
            buffer[used:padded] = bytes(padded - used)
            try:
                _write(self._descriptor, buffer[:padded], position)
            except OSError as error:
                if error.errno in _NOT_TAKEN:
                    return False
                raise
            whole = used // BLOCK_BYTES * BLOCK_BYTES
            tail, position, left = bytes(buffer[whole:used]), position + whole, left[len(part) :]
        self._tail = tail
        return True

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._descriptor)


def _write(descriptor: int, content: memoryview, position: int) -> None:
    """Write all of `content` at `position`."""
    while content:
        written = os.pwrite(descriptor, content, position)
        content, position = content[written:], position + written
