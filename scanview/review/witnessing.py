"""Shows ports that the ledger goes on from what they saw of it. On the reactor's thread."""

import logging

from scanview.review.surroundings import Surroundings
from scanview.review.transactions import Transactions
from scanview.store.witnesses import newest_shown
from scanview.wire.hub_server import Peer
from scanview.wire.messages import AskCheckpoint, CheckpointTold

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
