"""Checks files that were made of a ledger, without the hub and its database: exports, and proofs about one scan.

Nothing in such a file is believed: roots are computed, and a root counts only under the hub's signature. The hub's card
lies in the file; who does not trust whoever gave them the file, gives the card by another way.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from scanview.core.errors import BadInput, ScanViewError, Unavailable
from scanview.core.journal import Entry, Frontier, Kind, canonical_json, leaf_hash, parse_entry
from scanview.core.proofs import is_consistent, is_included
from scanview.core.sealing import unsealed
from scanview.store.ledger_export import EXPORT_FORMAT, PROOF_FORMAT
from scanview.store.projection import ScanRecord, following
from scanview.wire.keys import Card, Purpose, verify
from scanview.wire.messages import PeerRole, Signature

WITNESS_FORMAT = "scanview witness 1"
"""What a port writes that saw two checkpoints of one hub that do not belong together (ingest.witness)."""

MAX_PROBLEMS = 100
_MALFORMED = (ScanViewError, KeyError, TypeError, ValueError, AttributeError, RecursionError, msgspec.MsgspecError)


@dataclass(slots=True, kw_only=True)
class DocumentReport:
    """What the check of a file found. `hub` is the id of the key that signed it: compare it with the one you know.

    `checkpointed` is the size of the ledger at the newest checkpoint that the file could be held against. Entries of an
    export behind it are vouched for by nobody.
    """

    what: str
    hub: str = ""
    first: int = 0
    last: int = 0
    entries: int = 0
    checkpoints: int = 0
    checkpointed: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def is_verified(self) -> bool:
        """Whether nothing is wrong, and a signature vouches for it."""
        return not self.problems and self.checkpointed > 0

    def found(self, problem: str) -> None:
        """Something is wrong."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(problem)

    def as_json(self) -> dict[str, Any]:
        """The report as the command line prints it."""
        state = "broken" if self.problems else "verified" if self.is_verified else "unsigned"
        return {"ledger": state, **asdict(self)}


def verify_document(path: Path, hub: Card | None = None) -> DocumentReport:
    """Check the export or proof in the file; `hub` is whose it must be, by default whoever the file names.

    Raises:
        Unavailable: the file cannot be read.
        BadInput: it is neither.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Unavailable(f"{path} cannot be read: {error.strerror}", code="disk-failed") from error
    first = content.partition(b"\n")[0]
    try:
        values = json.loads(first)
        what = values.get("export") or values.get("format")
    except (ValueError, AttributeError, RecursionError):
        what = None
    if what == EXPORT_FORMAT:
        return _check_export(content, hub)
    if what == PROOF_FORMAT:
        return _check_proof(content, hub)
    if what == WITNESS_FORMAT:
        return _judge_witness(content, hub)
    raise BadInput(f"{path} is neither an export of a ledger nor a proof", code="not-a-ledger-file")


@dataclass(slots=True)
class _Reading:
    """An export while its lines are read."""

    report: DocumentReport
    hub: Card
    frontier: Frontier
    is_whole: bool
    signed: list[Any] = field(default_factory=list)
    wanted: set[int] = field(default_factory=set)
    roots: dict[int, str] = field(default_factory=dict)
    records: dict[str, ScanRecord] = field(default_factory=dict)


def _check_export(content: bytes, hub: Card | None) -> DocumentReport:
    report = DocumentReport(what="export")
    try:
        body, last = _without_end(content)
        lines = iter(body.split(b"\n")[:-1])
        head = _canonical(next(lines))
        reading = _begin(report, head, hub)
        _read_lines(reading, lines)
        for node, leaves in head["behind"]:
            reading.frontier = reading.frontier.extended(bytes.fromhex(node), leaves)
            _note_root(reading)
        for values in reading.signed:
            _check_checkpoint(report, values, reading.hub, reading.roots)
        if (report.entries, report.last) != (last, report.first + report.entries - 1):
            report.found(f"the export says {last} entries, and {report.entries} are there")
    except _MALFORMED as error:
        report.found(f"the export cannot be read to its end: {error}")
    return report


def _without_end(content: bytes) -> tuple[bytes, int]:
    """The bytes before the last line, and the entries it says there are; ValueError where it ends other bytes."""
    if not content.endswith(b"\n"):
        raise ValueError("it is cut short")
    cut = content.rfind(b"\n", 0, -1) + 1
    end = _canonical(content[cut:-1])
    if hashlib.sha256(content[:cut]).hexdigest() != end["end"]:
        raise ValueError("its bytes are not those that were written")
    return content[:cut], int(end["entries"])


def _canonical(line: bytes) -> Any:
    values = json.loads(line)
    if canonical_json(values) != line:
        raise ValueError("a line is not in its canonical form")
    return values


def _begin(report: DocumentReport, head: Any, hub: Card | None) -> _Reading:
    named = msgspec.convert(head["hub"], Card)
    report.first, report.last = int(head["first"]), int(head["last"])
    if hub is not None and hub.key != named.key:
        report.found(f"the export is of the hub with the key {named.key}, not of the one with {hub.key}")
    report.hub = (hub or named).key
    before = tuple(bytes.fromhex(node) for node in head["before"])
    size = report.first - 1
    if size < 0 or len(before) != size.bit_count():
        raise ValueError(f"what stands for the first {size} entries does not fit")
    return _Reading(report, hub or named, Frontier(size, before), is_whole=size == 0)


def _read_lines(reading: _Reading, lines: Iterator[bytes]) -> None:
    """Keep the checkpoints, then fold the entries."""
    for line in lines:
        if not line.startswith(b'{"entry":'):
            signed = _canonical(line)["checkpoint"]
            reading.signed.append(signed)
            reading.wanted.add(json.loads(signed["document"])["size"])
            continue
        document = line[len(b'{"entry":') : -1]
        reading.frontier = reading.frontier.appended(document)
        reading.report.entries += 1
        _note_root(reading)
        _fold(reading, document)


def _note_root(reading: _Reading) -> None:
    if reading.frontier.size in reading.wanted:
        reading.roots[reading.frontier.size] = reading.frontier.root.hex()


def _fold(reading: _Reading, document: bytes) -> None:
    size = reading.frontier.size
    try:
        entry = parse_entry(document)
        if entry.seq != size:
            reading.report.found(f"entry {size} says it is {entry.seq}")
        if entry.scan and reading.is_whole:
            reading.records[entry.scan] = following(reading.records.get(entry.scan), entry)
        _check_order(entry, reading.hub)
    except _MALFORMED as error:
        reading.report.found(f"entry {size}: {error}")


def _check_order(entry: Entry, hub: Card) -> None:
    """NotAllowed where the hub, by this key of it, did not sign the order that a decision made."""
    made = entry.kind in (Kind.DECIDED, Kind.RELEASED_DIRECTLY) and "order" in entry.body
    if made and entry.body["key"] == hub.key:
        signature = Signature(key=str(entry.body["key"]), value=str(entry.body["signature"]))
        verify(str(entry.body["order"]).encode(), Purpose.ORDER, signature, hub)


def _check_receipt(entry: Entry, cards: Sequence[Card]) -> None:
    """NotAllowed where the port whose card is there did not sign the receipt that came."""
    port = next((card for card in cards if f"port/{card.name}" == entry.actor and card.role is PeerRole.PORT), None)
    if entry.kind is Kind.ORDER_RECEIPT and port is not None and port.key == entry.body["key"]:
        signature = Signature(key=str(entry.body["key"]), value=str(entry.body["signature"]))
        verify(str(entry.body["document"]).encode(), Purpose.ORDER_RECEIPT, signature, port)


def _check_checkpoint(report: DocumentReport, values: Any, hub: Card, roots: dict[int, str]) -> None:
    document = values["document"].encode()
    signed = json.loads(document)
    size = signed["size"]
    try:
        verify(document, Purpose.CHECKPOINT, Signature(key=values["key"], value=values["signature"]), hub)
        if roots.get(size) != signed["root"]:
            report.found(f"the checkpoint of {size} entries was made over other entries")
            return
    except ScanViewError as error:
        report.found(f"the checkpoint of {size} entries: {error}")
        return
    report.checkpoints += 1
    report.checkpointed = max(report.checkpointed, size)


def _check_proof(content: bytes, hub: Card | None) -> DocumentReport:
    report = DocumentReport(what="proof")
    try:
        values = unsealed(content)
        named = msgspec.convert(values["hub"], Card)
        if hub is not None and hub.key != named.key:
            report.found(f"the proof is of the hub with the key {named.key}, not of the one with {hub.key}")
        card = hub or named
        report.hub = card.key
        signed = json.loads(values["checkpoint"]["document"])
        _check_checkpoint(report, values["checkpoint"], card, {signed["size"]: signed["root"]})
        cards = [msgspec.convert(one, Card) for one in values["cards"]]
        record: ScanRecord | None = None
        for told in values["entries"]:
            record = _check_proven(report, told, signed, values["scan"], record, (card, cards))
        if not report.entries:
            report.found("the proof has no entry")
    except _MALFORMED as error:
        report.found(f"the proof cannot be read to its end: {error}")
    return report


def _check_proven(
    report: DocumentReport,
    told: Any,
    signed: Any,
    scan: str,
    record: ScanRecord | None,
    cards: tuple[Card, Sequence[Card]],
) -> ScanRecord:
    document = told["entry"].encode()
    entry = parse_entry(document)
    path = [bytes.fromhex(node) for node in told["path"]]
    if not is_included(leaf_hash(document), entry.seq - 1, signed["size"], path, bytes.fromhex(signed["root"])):
        report.found(f"entry {entry.seq} is not shown to be in the ledger")
    if entry.scan != scan or entry.seq <= report.last:
        report.found(f"entry {entry.seq} is about another scan, or out of order")
    _check_order(entry, cards[0])
    _check_receipt(entry, cards[1])
    report.first = report.first or entry.seq
    report.last = entry.seq
    report.entries += 1
    return following(record, entry)


def _judge_witness(content: bytes, hub: Card | None) -> DocumentReport:
    """Whether the hub signed both checkpoints, and what they say of its ledger: a problem in any case."""
    report = DocumentReport(what="witness")
    try:
        values = unsealed(content)
        card = hub or msgspec.convert(values["hub"], Card)
        report.hub = card.key
        signed = []
        for which in ("held", "shown"):
            told = values[which]
            document = json.loads(told["document"])
            _check_checkpoint(report, told, card, {document["size"]: document["root"]})
            signed.append((int(document["size"]), bytes.fromhex(document["root"])))
        if not report.problems:
            report.found(_verdict(*signed[0], *signed[1], [bytes.fromhex(node) for node in values["proof"]]))
    except _MALFORMED as error:
        report.found(f"the witness cannot be read to its end: {error}")
    return report


def _verdict(held: int, held_root: bytes, shown: int, shown_root: bytes, proof: Sequence[bytes]) -> str:
    if shown < held:
        return f"the hub signed {held} entries, and later only {shown}: it was set back"
    if shown == held:
        return f"the hub signed two ledgers of {held} entries" if held_root != shown_root else "both are the same"
    if is_consistent(held, held_root, shown, shown_root, proof):
        return f"the {shown} entries do go on from the {held}: nothing is proven"
    return f"the hub signed {held} entries and then {shown}, and could not show that they go on from the first"
