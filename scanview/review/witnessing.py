"""Shows ports that the ledger goes on from what they saw of it. On the reactor's thread."""

import logging
from functools import partial

from sqlalchemy import select

from scanview.core.proofs import consistency_proof
from scanview.review.surroundings import Surroundings
from scanview.review.transactions import Transactions
from scanview.store.database import Transaction
from scanview.store.schema import checkpoints
from scanview.store.tree import subtree_root
from scanview.wire.hub_server import Peer
from scanview.wire.messages import AskCheckpoint, CheckpointTold, Signature

_log = logging.getLogger(__name__)


class Witnessing:
    """Answers `AskCheckpoint`; not while there is no checkpoint, or the proof is not to be had: the port asks again."""

    def __init__(self, transactions: Transactions, surroundings: Surroundings) -> None:
        self._transactions = transactions
        self._surroundings = surroundings

    def asked(self, peer: Peer, message: AskCheckpoint) -> None:
        """A port shows what it holds."""

        def answer(told: tuple[CheckpointTold, bytes] | None) -> None:
            if told is not None:
                self._surroundings.send(peer, *told)

        self._transactions.look_up(
            lambda tx: newest_shown(tx, message.held),
            answer,
            lambda error: _log.warning("%s cannot be shown the ledger: %s", peer.card.name, error),
        )


def newest_shown(tx: Transaction, held: tuple[int, ...]) -> tuple[CheckpointTold, bytes] | None:
    """The newest checkpoint and its proof from the largest of `held` that it can have; None where there is none.

    Raises:
        Unavailable: the tree is still being made ready.
    """
    newest = tx.execute(select(checkpoints).order_by(checkpoints.c.size.desc()).limit(1)).one_or_none()
    if newest is None:
        return None
    base = max((size for size in held if 0 < size <= newest.size), default=0)
    proof = consistency_proof(base, newest.size, partial(subtree_root, tx)) if base else ()
    message = CheckpointTold(
        held=base,
        signature=Signature(key=newest.key, value=newest.signature),
        proof=tuple(node.hex() for node in proof),
    )
    return message, bytes(newest.document)
