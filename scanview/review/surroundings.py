"""What the review room needs of the process it runs in, so that its parts can be tested without a socket."""

from collections.abc import Callable
from typing import Protocol

from scanview.wire.codec import Buffer
from scanview.wire.hub_server import Peer
from scanview.wire.messages import Message
from scanview.wire.reactor import Timer


class Surroundings(Protocol):
    """The peers, the clock and the loop. All but `post` is for the reactor's thread alone."""

    def now(self) -> float:
        """UTC seconds by the hub's clock."""
        ...

    def send(self, peer: Peer, message: Message, *raw: Buffer) -> bool:
        """Send; False where the peer is gone or does not read."""
        ...

    def post(self, callback: Callable[[], None]) -> None:
        """Call back on the reactor's thread; from any thread."""
        ...

    def call_later(self, delay_s: float, callback: Callable[[], None]) -> Timer:
        """Call back once after `delay_s` seconds."""
        ...
