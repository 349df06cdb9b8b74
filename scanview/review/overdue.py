"""A verdict on a scan of which no machine spoke by its deadline: the rules speak about it first. Runs in transactions.

Whether a class of scans wants two people is for the rules to say, and they are asked when a machine has spoken, or will
not. A worker that is simply not there must not spare a scan the second pair of eyes.
"""

from scanview.core.work import RecognitionState
from scanview.review import results
from scanview.review.triage import Triager
from scanview.store import catalogue
from scanview.store.database import Transaction

WHY = "no machine result came by the deadline"


def let_rules_speak(tx: Transaction, *, scan: str, now: float, triager: Triager) -> None:
    """Write down that no machine spoke in time, with what the rules make of it, where nobody has decided yet.

    A result that still comes is taken as any other. NotAllowed where there is no such scan.
    """
    item = catalogue.read_record(tx, scan).item
    is_overdue = item.stored and item.recognition is RecognitionState.PENDING and now >= item.recognition_due_at
    if is_overdue and item.verdict is None:
        results.not_recognised(tx, scan=scan, why=WHY, worker="hub", now=now, triager=triager)
