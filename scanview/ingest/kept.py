"""Copies of scans that the hub has given its receipt for, kept for a while: a hub may be restored from an older copy.

They are nobody's only copy, so they give way whenever the disk is wanted for scans that are. How old they are goes by
this machine's clock, and no step of that makes them older: they are taken along.
"""

import contextlib
import os
import shutil
import time
from collections import deque
from dataclasses import dataclass, replace
from pathlib import Path

from scanview.formats.archive_writer import FINISHED_SUFFIX, finished_path
from scanview.wire.hub_time import steady_s

_STEP_S = 60.0
"""By so much the clock must have moved against the steady one to have been set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Copy:
    """One kept file: since when, UTC seconds by this machine's clock, and how long it is."""

    path: Path
    since: float
    size_bytes: int


class KeptScans:
    """The copies in `folder`, oldest first. Not for two threads at once."""

    def __init__(self, folder: Path) -> None:
        """Take up what is there."""
        self._folder = folder
        self._folder.mkdir(mode=0o700, exist_ok=True)
        copies = [_copy_at(path) for path in folder.glob(f"*{FINISHED_SUFFIX}")]
        self._copies = deque(sorted(copies, key=lambda copy: copy.since))
        self._used_bytes = sum(copy.size_bytes for copy in copies)
        self._clocks_apart_s = time.time() - steady_s()

    @property
    def used_bytes(self) -> int:
        """What the copies take, and would give back."""
        return self._used_bytes

    def keep(self, path: Path) -> None:
        """Move the finished file at `path` here; nothing where it is gone."""
        self._follow_clock()
        target = self._folder / path.name
        try:
            path.replace(target)
            os.utime(target)
        except FileNotFoundError:
            return
        copy = _copy_at(target)
        self._copies.append(copy)
        self._used_bytes += copy.size_bytes

    def take_back(self, scan: str, folder: Path) -> bool:
        """Move the copy of `scan` into `folder`; False where there is none."""
        path = finished_path(self._folder, scan)
        copy = next((copy for copy in self._copies if copy.path == path), None)
        if copy is None or not path.exists():
            return False
        path.replace(folder / path.name)
        self._forget(copy)
        return True

    def give_way(self, *, longest_s: float, free_bytes: int) -> None:
        """Delete what is older than `longest_s`, then the oldest until the disk has `free_bytes` free."""
        self._follow_clock()
        now = time.time()
        while self._copies and abs(now - self._copies[0].since) > longest_s:
            self._delete(self._copies[0])
        while self._copies and shutil.disk_usage(self._folder).free < free_bytes:
            self._delete(self._copies[0])

    def _follow_clock(self) -> None:
        """Where the clock was set since the last look, the copies are as old as before."""
        apart_s = time.time() - steady_s()
        step_s = apart_s - self._clocks_apart_s
        if abs(step_s) < _STEP_S:
            return
        self._clocks_apart_s = apart_s
        self._copies = deque(replace(copy, since=copy.since + step_s) for copy in self._copies)
        for copy in self._copies:
            with contextlib.suppress(OSError):
                os.utime(copy.path, (copy.since, copy.since))

    def _delete(self, copy: _Copy) -> None:
        copy.path.unlink(missing_ok=True)
        self._forget(copy)

    def _forget(self, copy: _Copy) -> None:
        self._copies.remove(copy)
        self._used_bytes -= copy.size_bytes


def _copy_at(path: Path) -> _Copy:
    state = path.stat()
    return _Copy(path=path, since=state.st_mtime, size_bytes=state.st_size)
