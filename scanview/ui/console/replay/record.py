"""Owns what the ledger says of a scan up to any moment, without Qt: what machines had said, who decided what and how.

Everything is read from the entries alone, so that a replay shows what was known then and nothing that came later.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from scanview.core.audit import StoryEntry
from scanview.core.journal import Kind
from scanview.core.review import Decision, Recognition


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionSeen:
    """A decision: who made it, when, as which entry of the ledger, and when they were given the scan (0: unknown)."""

    decision: Decision
    by: str
    at: float
    seq: int
    leased_at: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What was known after an entry: the newest word of a machine, or why there is none, and the decision if any."""

    recognition: Recognition | None = None
    not_recognised: str = ""
    decided: DecisionSeen | None = None


def decisions_in(entries: Sequence[StoryEntry]) -> tuple[DecisionSeen, ...]:
    """Every decision that the entries tell of, in their order; also those that were taken back, or were opinions."""
    leases = {entry.seq: entry.at for entry in entries if entry.kind in (Kind.LEASED.value, Kind.WITHDRAWN.value)}
    found = []
    for entry in entries:
        decision = _decision(entry)
        if decision is not None:
            leased_at = leases.get(decision.fence, 0.0)
            found.append(
                DecisionSeen(decision=decision, by=entry.actor, at=entry.at, seq=entry.seq, leased_at=leased_at)
            )
    return tuple(found)


def known_after(entries: Sequence[StoryEntry], seq: int, decided: DecisionSeen) -> Known:
    """What was known after entry `seq`; `decided` counts from its own entry on."""
    known = Known()
    for entry in entries:
        if entry.seq > seq:
            break
        if entry.tells(Kind.RECOGNISED) and entry.body:
            known = Known(recognition=msgspec.convert(entry.said["recognition"], Recognition))
        elif entry.tells(Kind.NOT_RECOGNISED):
            known = Known(not_recognised=str(entry.said.get("why", "")))
    if seq < decided.seq:
        return known
    return Known(recognition=known.recognition, not_recognised=known.not_recognised, decided=decided)


def _decision(entry: StoryEntry) -> Decision | None:
    """The decision in an entry that tells of one; an entry that only names one by its id has none."""
    if not entry.body:
        return None
    stated: Any = entry.said.get("decision")
    return msgspec.convert(stated, Decision) if isinstance(stated, Mapping) else None
