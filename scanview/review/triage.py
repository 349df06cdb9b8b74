"""How soon a scan wants to be looked at, by whom, and whether at all: the active rules, asked in a transaction.

The active rules are those adopted last, by whatever program: the catalogue is asked each time, so that a hub that runs
takes a new version over at once. What they are is read once per version.
"""

import logging
from dataclasses import dataclass, field

from scanview.core.errors import BadInput
from scanview.core.review import Recognition, Risk
from scanview.core.scan import ScanHeader
from scanview.core.triage import DEFAULT_RULES, Triage
from scanview.core.work import WorkState
from scanview.review.decisions import OrderRules
from scanview.review.rules.defaults import default_book
from scanview.review.rules.draws import draw
from scanview.review.rules.evaluating import Circumstances, evaluate
from scanview.review.rules.known import Known
from scanview.review.rules.reading import read_rules
from scanview.review.rules.rule_book import RuleBook
from scanview.store import rules as stored_rules
from scanview.store.database import Transaction
from scanview.store.projection import ScanRecord

DAY_S = 86_400.0

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class ActiveRules:
    """The rules that are asked: `book`, of `version`. `seen` is what was adopted last, its version and SHA-256."""

    version: int = DEFAULT_RULES
    seen: tuple[int, str] = (DEFAULT_RULES, "")
    book: RuleBook = field(default_factory=default_book)

    def look(self, tx: Transaction) -> "ActiveRules":
        """Take over what was adopted last.

        Of a file that this program cannot read, because a newer one adopted it, nothing is known: those that come with
        ScanView are asked, which release nothing.
        """
        newest = stored_rules.newest_content(tx)
        if newest != self.seen:
            self.seen, (version, _) = newest, newest
            try:
                self.book = read_rules(stored_rules.read_rules(tx, version).text) if version else default_book()
            except BadInput:
                _log.exception("rules %d cannot be read by this program", version)
                version, self.book = DEFAULT_RULES, default_book()
            self.version = version
            _log.info("rules %d are in force", version)
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Triager:
    """Asks the active rules about scans.

    `secret` is what draws are made with: whoever does not know it cannot tell which scans a person looks at, and who
    does can make every draw again. Without it every draw falls on a person, and nothing is released directly. `orders`
    says how the orders of direct releases are made.
    """

    secret: bytes = b""
    orders: OrderRules | None = None
    active: ActiveRules = field(default_factory=ActiveRules)

    def triage(
        self, tx: Transaction, *, record: ScanRecord, header: ScanHeader, recognition: Recognition | None, now: float
    ) -> Triage:
        """What the rules make of the scan, given what machines say of it; None where none will speak."""
        active = self.active.look(tx)
        item = record.item
        known = Known(
            header=header,
            recognition=recognition,
            complete=item.complete,
            at=record.arrived_at,
            priority=record.priority,
            held_at=stored_rules.holds_before(tx, record) if active.book.needs_history else (),
        )
        around = Circumstances(
            draw=draw(self.secret, "release", item.scan, item.content_sha256),
            second_draw=draw(self.secret, "second", item.scan, item.content_sha256),
            is_free=_is_free(record),
            released_lately=stored_rules.released_since(tx, now - DAY_S) if active.book.releases else 0,
        )
        return evaluate(active.book, known, around, active.version)


def _is_free(record: ScanRecord) -> bool:
    """Whether nobody has or had the scan, and no earlier result wants people for it. A virtual scan never is."""
    item = record.item
    untouched = item.state is WorkState.WAITING and not item.last_fence
    return untouched and not (item.second or item.four_eyes or record.virtual)


WITHOUT_DRAWS = Triager()
"""For a program that has no secret of a hub."""


def risk_of(recognition: Recognition, header: ScanHeader) -> Risk:
    """The risk that the rules which come with ScanView give a recognised scan. Never NONE."""
    known = Known(header=header, recognition=recognition, complete=True, at=0.0)
    return evaluate(default_book(), known, Circumstances(draw=0.0, second_draw=0.0), DEFAULT_RULES).risk
