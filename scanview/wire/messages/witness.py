"""A port keeps what the hub signed of its ledger, and has it shown that what it signs later goes on from there."""

from typing import Annotated

from msgspec import Meta

from scanview.wire.messages.message import HUB, PORT, Count, Message, Sha256, Signature

MAX_HELD = 32
"""So many checkpoints a port keeps of one hub."""


class AskCheckpoint(Message, frozen=True, kw_only=True, tag="ask-checkpoint"):
    """Which of the hub's checkpoints the port holds, by their sizes, the newest first. Answered by CheckpointTold.

    Only to a hub that says `is_witnessed` in its welcome.
    """

    senders = PORT
    since = 2
    held: Annotated[tuple[Count, ...], Meta(max_length=MAX_HELD)] = ()


class CheckpointTold(Message, frozen=True, kw_only=True, tag="checkpoint-told"):
    """The hub's newest checkpoint, whose document is the raw frame, and that it goes on from the one of size `held`.

    `held` is the largest of the sizes asked with that is not larger than the newest checkpoint; 0 where there is none.
    `proof` is the consistency proof of RFC 9162, 2.1.4, between the two.
    """

    senders = HUB
    since = 2
    held: Count
    signature: Signature
    proof: Annotated[tuple[Sha256, ...], Meta(max_length=128)] = ()
