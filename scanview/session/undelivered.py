"""Owns the decisions that the hub has not confirmed yet: one small file each, so that no crash or lost link loses one.

A file is written and fsynced before its decision is sent, and removed when the hub has answered. What is still there
after a start is sent again under the same id, which is harmless.
"""

import contextlib
import logging
from dataclasses import dataclass
from pathlib import Path

import msgspec

from scanview.core.errors import Unavailable
from scanview.core.review import Decision
from scanview.session import kept_file
from scanview.wire.messages import Signature

_log = logging.getLogger("scanview.session")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDecision:
    """A decision, who made it, its number in the order they were made here, and what they signed for it."""

    number: int
    analyst: str
    decision: Decision
    document: str = ""
    signature: Signature | None = None


_decoder = msgspec.json.Decoder(KeptDecision)


class Undelivered:
    """The folder of unconfirmed decisions. Used on one thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: dict[str, KeptDecision] = {}
        kept_file.make_folder(folder)
        for kept in kept_file.read_all(folder, _decoder):
            self._kept[kept.decision.decision] = kept
        self._next_number = 1 + max((kept.number for kept in self._kept.values()), default=0)

    def keep(self, analyst: str, decision: Decision, document: str = "", signature: Signature | None = None) -> None:
        """Make `decision` durable here; keeping it again changes nothing. Unavailable where the disk refuses."""
        if decision.decision in self._kept:
            return
        kept = KeptDecision(
            number=self._next_number, analyst=analyst, decision=decision, document=document, signature=signature
        )
        try:
            kept_file.write(self._path(decision.decision), msgspec.json.encode(kept))
        except OSError as error:
            # It may stand there in spite of the failure; who is told that nothing was kept decides anew.
            with contextlib.suppress(OSError):
                kept_file.remove(self._path(decision.decision))
            raise Unavailable(
                f"the decision cannot be kept in {self._folder}: {error.strerror}",
                code="no-disk",
                remedy="Free disk space, then decide again",
            ) from error
        self._kept[decision.decision] = kept
        self._next_number += 1

    def drop(self, decision: str) -> None:
        """The hub has answered: forget the decision with this id, before anybody is told.

        One that was refused must not come back with the power and be sent again: it might be accepted then.
        """
        if self._kept.pop(decision, None) is None:
            return
        try:
            kept_file.remove(self._path(decision))
        except OSError as error:
            _log.error("the disk keeps decision %s, which was answered: %s", decision, error)

    def signed(self, decision: str) -> tuple[str, Signature | None]:
        """What was signed with the decision of this id, byte for byte; an empty text where nothing was."""
        kept = self._kept.get(decision)
        return ("", None) if kept is None else (kept.document, kept.signature)

    def of(self, analyst: str) -> tuple[Decision, ...]:
        """What `analyst` decided and the hub has not confirmed, oldest first."""
        kept = sorted(self._kept.values(), key=lambda kept: kept.number)
        return tuple(entry.decision for entry in kept if entry.analyst == analyst)

    def _path(self, decision: str) -> Path:
        return self._folder / f"{decision}.json"
