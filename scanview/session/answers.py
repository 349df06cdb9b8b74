"""What a session reads out of the hub's answers."""

from scanview.core.related import RelatedScan
from scanview.core.work import Lease
from scanview.session.asking import bad_answer
from scanview.wire import messages as wire


def taken(message: wire.Leased) -> tuple[str, Lease] | None:
    """The scan that was given and its lease; None where nothing waits."""
    return None if message.lease is None else (message.scan, message.lease)


def lease_of(message: wire.Leased) -> Lease:
    """The lease of a scan that was asked for by name; Fault where the answer has none."""
    if message.lease is None:
        raise bad_answer()
    return message.lease


def found(message: wire.Related) -> tuple[RelatedScan, ...]:
    """The scans to compare with."""
    return message.found


def done(_message: wire.Done) -> None:
    """Nothing but that it is durable."""
