"""An order on its way to a port, exactly as it was signed."""

from dataclasses import dataclass
from typing import Any

from scanview.core.worklist import DeliveryState
from scanview.wire.messages import Signature, Warrant


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """The canonical bytes of an order and the hub's signature, made with its decision and never made again.

    `state` is how far it had come when this was read, `decided_at` UTC seconds by the hub's clock, `warrants` what
    people signed for it (store.carried).
    """

    order: str
    scan: str
    lane: str
    document: bytes
    signature: Signature
    state: DeliveryState
    decided_at: float
    warrants: tuple[Warrant, ...] = ()

    @classmethod
    def of(cls, row: Any) -> "Outgoing":
        """The order in a row of the outbox with the lane of its scan."""
        signature = Signature(key=row.key, value=row.signature)
        return cls(
            order=row.order,
            scan=row.scan,
            lane=row.lane,
            document=row.document,
            signature=signature,
            state=DeliveryState(row.delivery),
            decided_at=row.decided_at,
        )
