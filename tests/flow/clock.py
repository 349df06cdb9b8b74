"""A clock that a test sets: a program that follows it sees the time so many seconds off as its file says."""

import time
from pathlib import Path


def follow(path: Path) -> None:
    """From now on `time.time` in this process is off by the seconds in the file at `path`, where it is there."""
    real = time.time

    def shifted() -> float:
        try:
            return real() + float(path.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return real()

    time.time = shifted


def set_clock(path: Path, offset_s: float) -> None:
    """Let whoever follows the file be `offset_s` off."""
    new = path.with_suffix(".new")
    new.write_text(str(offset_s), encoding="ascii")
    new.replace(path)
