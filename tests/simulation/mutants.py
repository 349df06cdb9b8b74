"""Mistakes that are put into the programs on purpose: each must be found, or the simulation is not worth its time."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

from scanview.core import work
from scanview.core.review import Decision
from scanview.core.worklist import DeliveryState
from scanview.formats.archive_writer import ArchiveWriter
from scanview.ingest import orders
from scanview.ingest.intake import Intake
from scanview.review import desk, withdrawals
from scanview.session import kept_file
from scanview.session.deciding import Deciding
from scanview.store.port_log import PortLog
from scanview.wire.messages import ScanReceipt
from tests.simulation.simulation import Worlds


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One mistake: in the place of `owner.attribute` stands `wrong`.

    What is found has `finds` in it; `first` is where to begin, a seed that found it when it was last looked for.
    """

    name: str
    finds: str
    first: int
    owner: Any
    attribute: str
    wrong: Callable[..., Any]


MOST_SEEDS = 300


def is_found(mutant: Mutant, worlds: Worlds) -> bool:
    """Whether a world in which the programs have the mistake finds it, within `MOST_SEEDS` of them."""
    with infected(mutant):
        outcomes = (worlds.run(seed) for seed in range(mutant.first, mutant.first + MOST_SEEDS))
        return any(mutant.finds in problem for outcome in outcomes for problem in outcome.problems)


@contextmanager
def infected(mutant: Mutant) -> Iterator[None]:
    """While this lasts, the programs have the mistake."""
    with patch.object(mutant.owner, mutant.attribute, mutant.wrong):
        yield


def _nothing(*_: Any, **__: Any) -> None:
    """What should be done is not."""


_own_lease, _finished, _withdraw, _send = work._own_lease, Intake._finished, withdrawals.withdraw, Deciding._send


def _any_lease(item: work.WorkItem, fence: int) -> work.Lease:
    if item.lease is None or item.verdict is not None:
        return _own_lease(item, fence)
    return item.lease


def _receipt_first(intake: Intake, arrival: Any, end: Any, finished: Any, error: Any) -> None:
    if finished is not None:
        intake._tell(arrival, ScanReceipt(scan=arrival.scan, content_sha256=finished.content_sha256))
    _finished(intake, arrival, end, finished, error)


def _withdraw_late(tx: Any, **asked: Any) -> Any:
    read = withdrawals.catalogue.read_record

    def as_if_waiting(tx: Any, scan: str) -> Any:
        return replace(read(tx, scan), delivery=DeliveryState.WAITING)

    with patch.object(withdrawals.catalogue, "read_record", as_if_waiting):
        return _withdraw(tx, **(asked | {"grace_s": 60.0}))


def _send_under_new_id(deciding: Deciding, decision: Decision) -> None:
    sent = deciding.__dict__.setdefault("sent_once", set())
    if decision.decision in sent:
        decision = replace(decision, decision=hashlib.sha256(decision.decision.encode()).hexdigest()[:32])
    sent.add(decision.decision)
    _send(deciding, decision)


def _believe_anybody(_document: bytes, _purpose: Any, signatures: Any, roots: Any) -> Any:
    return next((root for root in roots if root.key == signatures[0].key), None)


def _write_unsynced(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    path.chmod(0o600)


def _mutant(name: str, finds: str, first: int, owner: Any, attribute: str, wrong: Callable[..., Any]) -> Mutant:
    return Mutant(name=name, finds=finds, first=first, owner=owner, attribute=attribute, wrong=wrong)


MUTANTS = (
    _mutant("the fsync of scans is left out", "the file of scan", 5, ArchiveWriter, "_make_durable", _nothing),
    _mutant("whose lease it is is not looked at", "without holding it", 34, work, "_own_lease", _any_lease),
    _mutant(
        "the receipt comes before the commit", "lacks what it had confirmed", 26, Intake, "_finished", _receipt_first
    ),
    _mutant("what has left is taken back", "the ledger of hub", 39, desk, "withdraw", _withdraw_late),
    _mutant("what is sent again has another id", "nobody at desk", 7, Deciding, "_send", _send_under_new_id),
    _mutant("any signature is good", "release ", 104, orders, "signer_of", _believe_anybody),
    _mutant("the port forgets the orders it had", "reached the gate twice", 18, PortLog, "record_order", _nothing),
    _mutant("decisions are kept without fsync", "has vanished", 6, kept_file, "write", _write_unsynced),
)
