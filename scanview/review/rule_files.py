"""Rule files against the catalogue: tried on past scans, put in force, told of; by a hub or by the command line."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar

import msgspec

from scanview.core.errors import BadInput
from scanview.core.inspection import Found
from scanview.core.proportion import proportion
from scanview.core.rule_report import DirectRelease, DryRun, RulesVersion
from scanview.core.triage import DEFAULT_RULES, is_rules_actor
from scanview.core.worklist import queue_at
from scanview.formats.header_json import decode_header
from scanview.review.rules.defaults import default_text
from scanview.review.rules.draws import draw
from scanview.review.rules.dry_run import DryRunCount, Past, beyond_limits
from scanview.review.rules.known import Known
from scanview.review.rules.reading import read_rules, told
from scanview.review.rules.rule_book import RuleBook
from scanview.store import rules as stored_rules
from scanview.store.database import Transaction
from scanview.store.rules import PastScan

PAGE_SCANS = 100
"""Past scans that are read at once, so that nobody waits long for the catalogue."""

MAX_SCANS = 500_000
"""Past scans that a dry run looks at, from the beginning of its time on."""

_T = TypeVar("_T")


class Reads(Protocol):
    """A catalogue that can be read, one transaction after the other."""

    def read(self, function: Callable[[Transaction], _T]) -> _T:
        """The result of `function(transaction)`."""
        ...


class Stopped(Exception):
    """Whoever asked for the dry run wants no more of it."""


def dry_run(
    catalogue: Reads,
    book: RuleBook,
    *,
    since: float,
    secret: bytes,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> DryRun:
    """What `book` would have done with the scans that arrived from `since` on, UTC seconds.

    The draws are those that `secret` makes, so what was sampled then is sampled here. `on_progress` is told after every
    page how many scans of how many were looked at, and may raise `Stopped`.
    """
    count = DryRunCount(book=book)
    total = min(catalogue.read(lambda tx: stored_rules.count_past(tx, since)), MAX_SCANS)
    behind, looked_at = (since, ""), 0
    while looked_at < total:
        page = catalogue.read(partial(_page, book=book, since=since, behind=behind, secret=secret))
        for past in page.past:
            count.add(past)
        looked_at += page.scans
        on_progress(min(looked_at, total), total)
        if page.scans < PAGE_SCANS:
            break
        behind = page.last
    return count.report()


def adopt(tx: Transaction, *, text: str, report: DryRun, by: str, now: float) -> int:
    """Put `text` in force, after the dry run that `report` tells of; its version. What is in force already stays so.

    Raises:
        BadInput: it is no sound rule file, or the dry run goes beyond its limits; the rules that were there stay.
    """
    book = read_rules(text)
    if beyond := beyond_limits(book, report):
        raise BadInput(told(beyond), code="rules-beyond-limits", remedy="The rules that were there stay in force")
    version, sha256 = stored_rules.newest_version(tx), sha256_of(text)
    if version and stored_rules.read_rules(tx, version).sha256 == sha256:
        return version
    body = {"dry_run": msgspec.to_builtins(report)}
    return stored_rules.adopt(tx, text=text, sha256=sha256, by=by, now=now, body=body)


def read_version(tx: Transaction, version: int | None = None) -> tuple[RulesVersion, str]:
    """A version of the rules and its text; the one in force where none is named, 0 for those of ScanView.

    Raises:
        NotAllowed: there is no such version.
    """
    wanted = stored_rules.newest_version(tx) if version is None else version
    if wanted == DEFAULT_RULES:
        text = default_text()
        return RulesVersion(version=DEFAULT_RULES, at=0.0, adopted_by="", sha256=sha256_of(text)), text
    found = stored_rules.read_rules(tx, wanted)
    return _version(found), found.text


def history(tx: Transaction) -> tuple[RulesVersion, ...]:
    """Every version that was adopted, the newest first."""
    return tuple(_version(found) for found in stored_rules.all_rules(tx))


def direct_release(tx: Transaction, since: float, alpha: float = 0.05) -> DirectRelease:
    """What direct release has come to since `since`, UTC seconds: its share, and the miss rate that was measured."""
    counts = stored_rules.clearance_counts(tx, since)
    return DirectRelease(
        since=since,
        released=proportion(min(counts.released, counts.scans), counts.scans, alpha),
        sampled=counts.sampled,
        missed=proportion(counts.held, counts.decided, alpha),
    )


def sha256_of(text: str) -> str:
    """The name of a rule file's content."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class _Page:
    past: tuple[Past, ...]
    scans: int
    last: tuple[float, str]


def _page(tx: Transaction, *, book: RuleBook, since: float, behind: tuple[float, str], secret: bytes) -> _Page:
    found = stored_rules.past_scans(tx, since, behind, PAGE_SCANS)
    past = tuple(_past(tx, book, scan, secret) for scan in found if scan.is_spoken_about)
    last = (found[-1].record.arrived_at, found[-1].record.item.scan) if found else behind
    return _Page(past=past, scans=len(found), last=last)


def _past(tx: Transaction, book: RuleBook, scan: PastScan, secret: bytes) -> Past:
    record, item = scan.record, scan.record.item
    known = Known(
        header=decode_header(scan.header),
        recognition=scan.recognition,
        complete=item.complete,
        at=record.arrived_at,
        priority=record.priority,
        held_at=stored_rules.holds_before(tx, record) if book.needs_history else (),
    )
    return Past(
        known=known,
        verdict=None if is_rules_actor(item.decided_by) else item.verdict,
        wait_s=queue_at(0.0, item.risk, item.recognition, record.triage),
        draw=draw(secret, "release", item.scan, item.content_sha256),
        second_draw=draw(secret, "second", item.scan, item.content_sha256),
        found=None if record.inspected is None else record.inspected is not Found.NOTHING,
    )


def _version(found: stored_rules.AdoptedRules) -> RulesVersion:
    return RulesVersion(version=found.version, at=found.at, adopted_by=found.adopted_by, sha256=found.sha256)
