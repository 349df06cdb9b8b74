"""Owns the decisions that the hub has not confirmed yet: one small file each, so that no crash or lost link loses one.

A file is written and fsynced before its decision is sent, and removed when the hub has answered. What is still there
after a start is sent again under the same id, which is harmless.
"""

import os
from dataclasses import dataclass
from pathlib import Path

import msgspec

from scanview.core.errors import BadInput, Unavailable
from scanview.core.review import Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDecision:
    """A decision, who made it, and its number in the order they were made here."""

    number: int
    analyst: str
    decision: Decision


_decoder = msgspec.json.Decoder(KeptDecision)


class Undelivered:
    """The folder of unconfirmed decisions. Used on one thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: dict[str, KeptDecision] = {}
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in sorted(folder.glob("*.json")):
            kept = _read(path)
            if kept is not None:
                self._kept[kept.decision.decision] = kept
        self._next_number = 1 + max((kept.number for kept in self._kept.values()), default=0)

    def keep(self, analyst: str, decision: Decision) -> None:
        """Make `decision` durable here; keeping it again changes nothing. Unavailable where the disk refuses."""
        if decision.decision in self._kept:
            return
        kept = KeptDecision(number=self._next_number, analyst=analyst, decision=decision)
        try:
            self._write(self._path(decision.decision), msgspec.json.encode(kept))
        except OSError as error:
            raise Unavailable(
                f"the decision cannot be kept in {self._folder}: {error.strerror}",
                code="no-disk",
                remedy="Free disk space, then decide again",
            ) from error
        self._kept[decision.decision] = kept
        self._next_number += 1

    def drop(self, decision: str) -> None:
        """The hub has answered: forget the decision with this id."""
        if self._kept.pop(decision, None) is not None:
            self._path(decision).unlink(missing_ok=True)

    def of(self, analyst: str) -> tuple[Decision, ...]:
        """What `analyst` decided and the hub has not confirmed, oldest first."""
        kept = sorted(self._kept.values(), key=lambda kept: kept.number)
        return tuple(entry.decision for entry in kept if entry.analyst == analyst)

    def _path(self, decision: str) -> Path:
        return self._folder / f"{decision}.json"

    def _write(self, path: Path, content: bytes) -> None:
        growing = path.with_suffix(".part")
        descriptor = os.open(growing, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        growing.rename(path)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _read(path: Path) -> KeptDecision | None:
    """The decision in `path`; a file that holds none is put aside for a person to look at."""
    try:
        return _decoder.decode(path.read_bytes())
    except (msgspec.MsgspecError, UnicodeError, BadInput):
        path.rename(path.with_suffix(".unreadable"))
        return None
