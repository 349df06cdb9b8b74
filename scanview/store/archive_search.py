"""Searching all scans there ever were, a bounded part of them at a time, and what the ledger says of one.

Some questions, such as a word in a note, no index answers. A step therefore looks at `WINDOW` scans at most, by the
index of their arrival, and says where the next one goes on: whoever searches sees progress and may stop, and the hub's
database is never kept from its other work for longer than a step.
"""

from typing import Any

from sqlalchemy import ColumnElement, String, cast, exists, func, or_, select, tuple_

from scanview.core.audit import MAX_FOUND, MAX_STORY, ArchivePage, ArchivePlace, FoundScan, Sought, StoryEntry
from scanview.core.journal import canonical_json, parse_entry
from scanview.core.related import number_key
from scanview.store.database import Transaction
from scanview.store.rows import worklist_row
from scanview.store.schema import decisions, ledger, recognitions, scans

WINDOW = 4_000
"""Scans that one step looks at."""

_any = decisions.alias("any_decision")
"""Decisions about a scan, whether they stand or not."""

STORY_BYTES = 400_000
"""Of the bodies that one page of a story holds; a longer one is left out, and stands in the ledger's export."""


def search(tx: Transaction, sought: Sought, after: ArchivePlace | None) -> ArchivePage:
    """The next scans that are `sought`, newest first, among the next `WINDOW` that came before `after`."""
    window = _window(sought, after).subquery()
    asked = select(scans, decisions.c.seq.label("decided_seq"), ledger.c.at.label("decided_at"))
    asked = asked.select_from(scans).join(window, window.c.scan == scans.c.scan)
    asked = asked.outerjoin(decisions, decisions.c.decision == scans.c.decision)
    asked = asked.outerjoin(ledger, ledger.c.seq == decisions.c.seq)
    asked = asked.where(*_conditions(sought)).order_by(scans.c.arrived_at.desc(), scans.c.scan.desc())
    rows = tx.execute(asked.limit(MAX_FOUND)).all()
    found = tuple(FoundScan(row=worklist_row(row), decided_at=row.decided_at or 0.0) for row in rows)
    return ArchivePage(found=found, following=_following(tx, sought, after, rows))


def story(tx: Transaction, scan: str, after: int) -> tuple[tuple[StoryEntry, ...], bool]:
    """The entries about `scan` after number `after`, as many as fit a page, and whether there are more."""
    asked = select(ledger.c.entry).where(ledger.c.scan == scan, ledger.c.seq > after).order_by(ledger.c.seq)
    rows = tx.execute(asked.limit(MAX_STORY + 1)).all()
    told: list[StoryEntry] = []
    room = STORY_BYTES
    for row in rows[:MAX_STORY]:
        entry = parse_entry(row.entry)
        body = canonical_json(dict(entry.body)).decode()
        if len(body) > STORY_BYTES:
            body = ""
        if told and len(body) > room:
            break
        room -= len(body)
        told.append(StoryEntry(seq=entry.seq, at=entry.at, kind=entry.kind.value, actor=entry.actor, body=body))
    return tuple(told), len(told) < len(rows)


def _window(sought: Sought, after: ArchivePlace | None) -> Any:
    """The next scans by arrival, whatever they are."""
    came = scans.c.arrived_at
    near = select(came, scans.c.scan).where(came >= sought.since, came < sought.until)
    if after is not None:
        near = near.where(tuple_(came, scans.c.scan) < tuple_(after.arrived_at, after.scan))
    return near.order_by(came.desc(), scans.c.scan.desc()).limit(WINDOW)


def _following(tx: Transaction, sought: Sought, after: ArchivePlace | None, rows: Any) -> ArchivePlace | None:
    """After the last that was found where there may be more in the window, else after the window."""
    if len(rows) == MAX_FOUND:
        return ArchivePlace(arrived_at=rows[-1].arrived_at, scan=rows[-1].scan)
    last = tx.execute(_window(sought, after).offset(WINDOW - 1)).first()
    return None if last is None else ArchivePlace(arrived_at=last.arrived_at, scan=last.scan)


def _conditions(sought: Sought) -> list[ColumnElement[bool]]:
    held: list[ColumnElement[bool]] = []
    if sought.text.strip():
        held.append(_has_text(sought.text.strip()))
    if sought.person:
        theirs = exists().where(_any.c.scan == scans.c.scan, _any.c.decided_by == sought.person)
        held.append(or_(scans.c.decided_by == sought.person, theirs))
    if sought.verdict is not None:
        held.append(scans.c.verdict == sought.verdict.value)
    if sought.reason is not None:
        held.append(scans.c.reason == sought.reason.value)
    if sought.lane:
        held.append(scans.c.lane.startswith(sought.lane, autoescape=True))
    if sought.note:
        held.append(_has_note(sought.note))
    if sought.label:
        held.append(_has_label(sought.label))
    return held


def _has_text(text: str) -> ColumnElement[bool]:
    """However a number was typed, there and here."""
    key = number_key(text)
    ways = [
        scans.c.scan.startswith(text.lower(), autoescape=True),
        *(column.contains(text, autoescape=True) for column in (scans.c.container, scans.c.plate, scans.c.lane)),
    ]
    if key:
        ways += [column.contains(key, autoescape=True) for column in (scans.c.container_key, scans.c.plate_key)]
    return or_(*ways)


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
