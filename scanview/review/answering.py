"""How a question of a workstation is answered: a function runs in a transaction, and what it gave is sent."""

from collections.abc import Callable
from typing import TypeVar

from scanview.review.surroundings import Surroundings
from scanview.review.transactions import Transactions
from scanview.store.database import Transaction
from scanview.wire.failures import failed
from scanview.wire.hub_server import Peer
from scanview.wire.messages import Message

_T = TypeVar("_T")


class Answering:
    """Answers once it is committed, or refuses with what was raised. On the reactor's thread."""

    def __init__(self, transactions: Transactions, surroundings: Surroundings) -> None:
        self.transactions = transactions
        self.surroundings = surroundings

    def write(
        self, peer: Peer, request: int, function: Callable[[Transaction], _T], answer: Callable[[_T], Message]
    ) -> None:
        """Run `function`, which may change what the worklist shows, and send what `answer` makes of its result."""
        self.transactions.write(
            function, lambda result: self._send(peer, answer(result)), lambda error: self.refuse(peer, request, error)
        )

    def read(
        self, peer: Peer, request: int, function: Callable[[Transaction], _T], answer: Callable[[_T], Message]
    ) -> None:
        """The same for a function that changes nothing the worklist shows."""
        self.transactions.read(
            function, lambda result: self._send(peer, answer(result)), lambda error: self.refuse(peer, request, error)
        )

    def look_up(
        self, peer: Peer, request: int, function: Callable[[Transaction], _T], answer: Callable[[_T], Message]
    ) -> None:
        """The same for a function that only reads and may take its time: it keeps nobody from writing."""
        self.transactions.look_up(
            function, lambda result: self._send(peer, answer(result)), lambda error: self.refuse(peer, request, error)
        )

    def refuse(self, peer: Peer, request: int, error: Exception) -> None:
        """Say why not, if anybody asked."""
        if request:
            self._send(peer, failed(request, error))

    def _send(self, peer: Peer, message: Message) -> None:
        self.surroundings.send(peer, message)
