"""When the hub signs its ledger: every few seconds while it grows, and once more as the last thing it does."""

import logging

from scanview.review.transactions import Transactions
from scanview.store.database import DatabaseThread
from scanview.store.journal import Checkpoint, Sign, sign_checkpoint
from scanview.store.lanes import room_stopped
from scanview.store.tree import add_blocks

_log = logging.getLogger(__name__)


def sign_now(transactions: Transactions, now: float, sign: Sign) -> None:
    """Sign what the ledger is at `now` (UTC seconds), where it grew, and keep the blocks of its tree that are full."""
    transactions.read(lambda tx: sign_checkpoint(tx, now, sign), _signed)
    transactions.read(add_blocks, lambda _: None)


def close_signed(database: DatabaseThread, now: float, sign: Sign) -> None:
    """Say that no lane is connected any more, sign what the ledger is in the end, and close it."""
    try:
        database.submit(room_stopped, now).result()
        database.submit(sign_checkpoint, now, sign).result()
    finally:
        database.close()


def _signed(checkpoint: Checkpoint | None) -> None:
    if checkpoint is not None:
        _log.debug("checkpoint of %d entries", checkpoint.size)
