"""Finds scans among all there ever were, the one that changed last first, page by page.

What is passed over is read from one index alone (`scans_searched`); the rows themselves only for what is found. Some
questions, such as a word in a note, no index answers: a step of these looks at `WINDOW` scans at most and says where
the next one goes on, so that whoever searches sees progress and may stop, and no step keeps others from asking.
"""

import unicodedata
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, String, cast, exists, func, or_, select

from scanview.core.searching import MAX_FOUND, FoundPage, FoundScan, Search, SearchPlace
from scanview.store.database import Transaction
from scanview.store.rows import worklist_row
from scanview.store.schema import IS_DECIDED_BY_SOMEBODY, decisions, ledger, recognitions, scans

WINDOW = 4_000
"""Scans that one step looks at where no index answers."""

_any = decisions.alias("any_decision")
"""Decisions about a scan, whether they stand or not."""


def search(
    tx: Transaction,
    wanted: Search,
    after: SearchPlace | None,
    *,
    limit: int = MAX_FOUND,
    decided_by: str = "",
    ports: Collection[str] = (),
) -> FoundPage:
    """Up to `limit` scans behind `after`, newest change first; of `decided_by` and `ports` alone where given."""
    place = select(scans.c.seq, scans.c.arrived_at).order_by(scans.c.seq.desc())
    if after is not None:
        place = place.where(scans.c.seq < after.seq)
    asked, window = place, None
    if wanted.note or wanted.label or wanted.person:
        window = place.limit(WINDOW)
        looked_at = window.subquery()
        asked = select(scans.c.seq, scans.c.arrived_at).join(looked_at, looked_at.c.seq == scans.c.seq)
        asked = asked.order_by(scans.c.seq.desc())
    if decided_by:
        asked = asked.where(IS_DECIDED_BY_SOMEBODY, scans.c.decided_by == decided_by)
    if ports:
        asked = asked.where(or_(*(_begins(scans.c.lane, f"{port}-") for port in ports)))
    places = tx.execute(asked.where(*_conditions(wanted)).limit(limit + 1)).all()
    last = places[limit - 1] if len(places) > limit else None
    if last is None and window is not None:
        last = tx.execute(window.offset(WINDOW - 1).limit(1)).first()
    following = None if last is None else SearchPlace(seq=last.seq, arrived_at=last.arrived_at)
    return FoundPage(found=_found(tx, [one.seq for one in places[:limit]]), following=following)


def _found(tx: Transaction, seqs: Sequence[int]) -> tuple[FoundScan, ...]:
    if not seqs:
        return ()
    asked = select(scans, ledger.c.at.label("decided_at")).where(scans.c.seq.in_(seqs)).order_by(scans.c.seq.desc())
    asked = asked.outerjoin(decisions, decisions.c.decision == scans.c.decision)
    asked = asked.outerjoin(ledger, ledger.c.seq == decisions.c.seq)
    return tuple(FoundScan(row=worklist_row(row), decided_at=row.decided_at or 0.0) for row in tx.execute(asked))


def _conditions(wanted: Search) -> Iterator[ColumnElement[bool]]:
    if wanted.text.strip():
        yield _named(wanted.text.strip())
    if wanted.lane:
        yield _begins(scans.c.lane, wanted.lane)
    if wanted.since:
        yield scans.c.arrived_at >= wanted.since
    if wanted.until:
        yield scans.c.arrived_at < wanted.until
    yield from _decided(wanted)
    if wanted.note:
        yield _has_note(wanted.note)
    if wanted.label:
        yield _has_label(wanted.label)


def _decided(wanted: Search) -> Iterator[ColumnElement[bool]]:
    if wanted.person:
        theirs = exists().where(_any.c.scan == scans.c.scan, _any.c.decided_by == wanted.person)
        yield or_(scans.c.decided_by == wanted.person, theirs)
    if wanted.verdict is not None:
        yield scans.c.verdict == wanted.verdict.value
    if wanted.reason is not None:
        yield scans.c.reason == wanted.reason.value
    if wanted.decided:
        yield scans.c.verdict != ""


def _begins(column: Any, text: str) -> ColumnElement[bool]:
    return func.substr(column, 1, len(text)) == text


def _named(text: str) -> ColumnElement[bool]:
    """Numbers are compared by their keys, in capitals and without what lies between."""
    key = "".join(letter for letter in unicodedata.normalize("NFKC", text).upper() if letter.isalnum())
    if not key:
        return scans.c.scan == text
    return or_(
        func.instr(scans.c.container_key, key) > 0,
        func.instr(scans.c.plate_key, key) > 0,
        func.instr(func.replace(scans.c.lane, "-", ""), key) > 0,
        _begins(scans.c.scan, text.lower()),
    )


def _has_note(text: str) -> ColumnElement[bool]:
    document = cast(_any.c.document, String)
    marks = func.json_each(document, "$.marks").table_valued("value", name="written")
    on_mark = func.json_extract(marks.c.value, "$.text").contains(text, autoescape=True)
    noted = func.json_extract(document, "$.note").contains(text, autoescape=True)
    said = or_(noted, exists().select_from(marks).where(on_mark).correlate(_any))
    return exists().select_from(_any).where(_any.c.scan == scans.c.scan, said).correlate(scans)


def _has_label(label: str) -> ColumnElement[bool]:
    document = cast(recognitions.c.document, String)
    claims = func.json_each(document, "$.findings").table_valued("value", name="claimed")
    claimed = func.json_extract(claims.c.value, "$.label") == label
    theirs = recognitions.c.scan == scans.c.scan
    return exists().select_from(recognitions.join(claims, claimed)).where(theirs).correlate(scans)
