"""Owns the pixels that memory has no room for: strips in a temporary file that has no name."""

import logging
import tempfile
import threading
import weakref
from dataclasses import dataclass
from io import FileIO

import numpy as np

from scanview.imaging.scan_image import Counts

_log = logging.getLogger("scanview.imaging")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a strip of `shape` = (channels, rows, columns) lies in the file, in bytes from its start."""

    start: int
    shape: tuple[int, int, int]


class StripFile:
    """Strips that are written once and read again a channel at a time, from any thread.

    The operating system keeps in memory what was read last, and takes that memory back when others need it.
    `takes_more` is false once the disk has refused a strip.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._file: FileIO | None = None
        self._size_bytes = 0
        self.takes_more = True

    def put(self, strip: Counts) -> Place | None:
        """Write `strip`, uint16 (channels, rows, columns); None where the disk does not take it."""
        channels, rows, columns = strip.shape
        place = Place(start=self._size_bytes, shape=(channels, rows, columns))
        try:
            with self._lock:
                if self._file is None:
                    self._file = tempfile.TemporaryFile(prefix="scanview-", buffering=0)  # noqa: SIM115 (stays open)
                    weakref.finalize(self, self._file.close)
                _write(self._file, place.start, np.ascontiguousarray(strip).data.cast("B"))
        except OSError as error:
            _log.warning("a long scan stays in memory: %s", error)
            self.takes_more = False
            return None
        self._size_bytes += strip.nbytes
        return place

    def read(self, place: Place, channel: int) -> Counts:
        """The pixels of one channel of a strip: uint16 (rows, columns).

        Raises:
            OSError: the disk does not give them back.
        """
        _, rows, columns = place.shape
        counts = np.empty((rows, columns), np.uint16)
        with self._lock:
            if self._file is None:
                raise OSError("nothing was written")
            self._file.seek(place.start + channel * counts.nbytes)
            left = counts.data.cast("B")
            while left:
                read = self._file.readinto(left)
                if not read:
                    raise OSError("the file of a long scan is cut short")
                left = left[read:]
        return counts


def _write(file: FileIO, start: int, pixels: memoryview) -> None:
    file.seek(start)
    while pixels:
        pixels = pixels[file.write(pixels) :]
