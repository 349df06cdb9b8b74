"""The rows that entries of the ledger add to the tables beside `scans`: results, decisions, orders, receipts, rules."""

from typing import Any

from scanview.core.journal import Entry, Kind, canonical_json
from scanview.core.triage import Clearance
from scanview.store.entry_rows import (
    MACHINE_KINDS,
    SideRow,
    embedding_rows,
    field_of,
    inspection_row,
    machine_row,
)
from scanview.store.projection import decision_of, triage_of
from scanview.store.signed_rows import signed_rows


def side_rows(entry: Entry) -> tuple[SideRow, ...]:
    """The rows that `entry` adds to the tables beside `scans`."""
    return (*_told_rows(entry), *signed_rows(entry))


def _told_rows(entry: Entry) -> tuple[SideRow, ...]:
    body = entry.body
    values: dict[str, Any]
    match entry.kind:
        case Kind.RECOGNISED:
            values = {
                "scan": entry.scan,
                "model": field_of(body, "model", str),
                "content_sha256": field_of(body, "content_sha256", str),
                "document": canonical_json(body["recognition"]),
            }
            said = SideRow(table="recognitions", key=entry.seq, values=values)
            return (said, *embedding_rows(entry), *_clearance_rows(entry))
        case Kind.INSPECTED:
            return (inspection_row(entry),)
        case Kind.RULES_ADOPTED:
            return _rules_rows(entry)
        case kind if kind in MACHINE_KINDS:
            return (machine_row(entry),)
        case Kind.PRACTISED:
            values = {
                "person": entry.actor,
                "scan": field_of(body, "case", str),
                "outcome": field_of(body, "outcome", str),
            }
            return (SideRow(table="practice", key=entry.seq, values=values),)
        case Kind.SCAN_OFFERED if "virtual" in body:
            return (SideRow(table="truths", key=entry.scan, values={"document": canonical_json(body["virtual"])}),)
        case Kind.OPINION:
            return (_decision_row(entry),)
        case Kind.DECIDED | Kind.RELEASED_DIRECTLY:
            return (_decision_row(entry), _order_row(entry)) if "order" in body else (_decision_row(entry),)
        case Kind.ORDER_RECEIPT:
            values = {
                "seq": entry.seq,
                "outcome": field_of(body, "outcome", str),
                "why": field_of(body, "why", str),
                "document": field_of(body, "document", str).encode(),
                "key": field_of(body, "key", str),
                "signature": field_of(body, "signature", str),
            }
            return (SideRow(table="receipts", key=field_of(body, "order", str), values=values),)
        case _:
            return ()


def _clearance_rows(entry: Entry) -> tuple[SideRow, ...]:
    """What came of a scan that could have been released directly, if it could."""
    triage = triage_of(entry)
    if triage is None or triage.clearance is Clearance.NOT_ALLOWED:
        return ()
    values = {"scan": entry.scan, "at": entry.at, "rules": triage.rules, "clearance": triage.clearance.value}
    return (SideRow(table="clearances", key=entry.seq, values=values),)


def _rules_rows(entry: Entry) -> tuple[SideRow, ...]:
    values = {
        "seq": entry.seq,
        "at": entry.at,
        "adopted_by": entry.actor,
        "sha256": field_of(entry.body, "sha256", str),
        "text": field_of(entry.body, "text", str),
    }
    return (SideRow(table="rule_files", key=field_of(entry.body, "version", int), values=values),)


def _decision_row(entry: Entry) -> SideRow:
    values = {
        "scan": entry.scan,
        "version": field_of(entry.body, "version", int),
        "decided_by": entry.actor,
        "seq": entry.seq,
        "document": canonical_json(entry.body["decision"]),
    }
    return SideRow(table="decisions", key=decision_of(entry).decision, values=values)


def _order_row(entry: Entry) -> SideRow:
    body = entry.body
    values = {
        "scan": entry.scan,
        "document": field_of(body, "order", str).encode(),
        "key": field_of(body, "key", str),
        "signature": field_of(body, "signature", str),
    }
    return SideRow(table="outbox", key=decision_of(entry).decision, values=values)
