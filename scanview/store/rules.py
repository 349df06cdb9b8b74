"""The rule files that were adopted, and what the catalogue knows of past scans that rules ask about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, func, select, text, tuple_

from scanview.core.errors import NotAllowed
from scanview.core.journal import Json, Kind
from scanview.core.related import number_key
from scanview.core.review import Recognition, Verdict
from scanview.core.triage import Clearance
from scanview.core.work import RecognitionState
from scanview.store import catalogue
from scanview.store.database import Transaction
from scanview.store.projection import ScanRecord
from scanview.store.rows import scan_record
from scanview.store.schema import IS_REAL, recognitions, scans
from scanview.store.schema_rules import IS_HELD, clearances, rule_files

MAX_HELD = 100
"""Earlier holds of one container or lorry that are looked at, the newest."""

MAX_COUNTED = 100_000
"""Scans whose rules are counted at once: about as many as a large network has in a day."""

_FIRED = text(
    "SELECT fired.value AS rule, count(*) AS fired FROM (SELECT triage FROM scans"
    " WHERE arrived_at > :since AND triage <> '' ORDER BY arrived_at DESC LIMIT :most) AS newest,"
    " json_each(newest.triage, '$.fired') AS fired GROUP BY fired.value"
)

_recognition = msgspec.json.Decoder(Recognition)

_ARRIVED = select(func.count()).select_from(scans).where(IS_REAL)

_NEWEST = select(rule_files.c.version, rule_files.c.sha256).order_by(rule_files.c.version.desc()).limit(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptedRules:
    """A rule file that was adopted: its version from 1, its entry's number, when (UTC seconds), by whom, and whole."""

    version: int
    seq: int
    at: float
    adopted_by: str
    sha256: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PastScan:
    """A stored scan: `header` is its canonical JSON, `recognition` None where no machine spoke about it."""

    record: ScanRecord
    header: bytes
    recognition: Recognition | None

    @property
    def is_spoken_about(self) -> bool:
        """Whether machines have spoken, or will not."""
        return self.record.item.recognition is not RecognitionState.PENDING


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearanceCounts:
    """Scans that arrived in a time, and of those that rules would release: how many they did, and what people found.

    `sampled` went to a person by the draw; of them `decided` by now, `held` as holds.
    """

    scans: int
    released: int
    sampled: int
    decided: int
    held: int


def newest_version(tx: Transaction) -> int:
    """The version of the rules in force; 0 where none was ever adopted."""
    return newest_content(tx)[0]


def newest_content(tx: Transaction) -> tuple[int, str]:
    """The version of the rules in force and the SHA-256 of their text; 0 and "" where none was ever adopted."""
    newest = tx.execute(_NEWEST).one_or_none()
    return (0, "") if newest is None else (newest.version, newest.sha256)


def read_rules(tx: Transaction, version: int) -> AdoptedRules:
    """The rule file of this version; NotAllowed where there is none."""
    row = tx.execute(select(rule_files).where(rule_files.c.version == version)).one_or_none()
    if row is None:
        raise NotAllowed(f"there are no rules {version}", code="unknown-rules")
    return AdoptedRules(**row._mapping)


def all_rules(tx: Transaction) -> Sequence[AdoptedRules]:
    """Every rule file that was adopted, the newest first."""
    return [
        AdoptedRules(**row._mapping) for row in tx.execute(select(rule_files).order_by(rule_files.c.version.desc()))
    ]


def adopt(tx: Transaction, *, text: str, sha256: str, by: str, now: float, body: Mapping[str, Json]) -> int:
    """Put the rule file in force, with what else is to be told of it; its version."""
    version = newest_version(tx) + 1
    told: dict[str, Json] = {**body, "version": version, "sha256": sha256, "text": text}
    catalogue.record_fact(tx, at=now, kind=Kind.RULES_ADOPTED, actor=by, body=told)
    return version


def holds_before(tx: Transaction, record: ScanRecord) -> tuple[float, ...]:
    """When held scans of the same container or lorry had arrived, before this one, UTC seconds."""
    found: list[float] = []
    for column, typed in ((scans.c.container_key, record.container), (scans.c.plate_key, record.plate)):
        if key := number_key(typed):
            held = select(scans.c.arrived_at).where(
                IS_HELD, column == key, scans.c.arrived_at < record.arrived_at, IS_REAL
            )
            found += tx.execute(held.order_by(scans.c.arrived_at.desc()).limit(MAX_HELD)).scalars()
    return tuple(sorted(set(found), reverse=True))


def released_since(tx: Transaction, since: float) -> int:
    """How many scans rules have released from `since` on, UTC seconds."""
    return _count(tx, select(func.count()).where(clearances.c.at > since, _came_to(Clearance.RELEASED)))


def clearance_counts(tx: Transaction, since: float) -> ClearanceCounts:
    """What came of direct release for the scans that arrived from `since` on, UTC seconds."""
    cleared = select(func.count()).select_from(clearances).where(clearances.c.at > since)
    seen = cleared.join(scans, scans.c.scan == clearances.c.scan).where(_came_to(Clearance.SAMPLED))
    return ClearanceCounts(
        scans=_count(tx, _ARRIVED.where(scans.c.arrived_at > since)),
        released=_count(tx, cleared.where(_came_to(Clearance.RELEASED))),
        sampled=_count(tx, cleared.where(_came_to(Clearance.SAMPLED))),
        decided=_count(tx, seen.where(scans.c.verdict != "")),
        held=_count(tx, seen.where(scans.c.verdict == Verdict.HOLD.value)),
    )


def count_past(tx: Transaction, since: float) -> int:
    """How many stored scans arrived from `since` on, UTC seconds."""
    return _count(tx, _ARRIVED.where(scans.c.arrived_at > since, scans.c.stored))


def past_scans(tx: Transaction, since: float, behind: tuple[float, str], limit: int) -> Sequence[PastScan]:
    """`limit` stored scans, the oldest first, that arrived from `since` on and lie behind a time of arrival and id."""
    in_order = (scans.c.arrived_at, scans.c.scan)
    page = select(scans).where(scans.c.arrived_at > since, scans.c.stored, IS_REAL, tuple_(*in_order) > behind)
    rows = tx.execute(page.order_by(*in_order).limit(limit)).all()
    said = _recognitions(tx, [row.scan for row in rows])
    return [PastScan(record=scan_record(row, ""), header=row.header, recognition=said.get(row.scan)) for row in rows]


def fired_counts(tx: Transaction, since: float) -> Mapping[str, int]:
    """How often each rule fired for the newest `MAX_COUNTED` scans that arrived from `since` on, UTC seconds."""
    return {row.rule: row.fired for row in tx.execute(_FIRED, {"since": since, "most": MAX_COUNTED})}


def _came_to(clearance: Clearance) -> ColumnElement[bool]:
    return clearances.c.clearance == clearance.value


def _count(tx: Transaction, question: Select[Any]) -> int:
    return int(tx.execute(question).scalar_one())


def _recognitions(tx: Transaction, wanted: Sequence[str]) -> Mapping[str, Recognition]:
    """The newest result about each of these scans that has one."""
    newest = select(func.max(recognitions.c.seq)).where(recognitions.c.scan.in_(wanted)).group_by(recognitions.c.scan)
    found = tx.execute(select(recognitions.c.scan, recognitions.c.document).where(recognitions.c.seq.in_(newest)))
    return {row.scan: _recognition.decode(row.document) for row in found}
