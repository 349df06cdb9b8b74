"""The upload of one scan as a pure state machine, at the port's end: no socket, no clock, no file.

    phase      event       next       action
    IDLE       Connected   OFFERED    Offer
    OFFERED    Resumed     SENDING    (SendEnd where all was sent and the scan has ended -> ENDING)
    SENDING    Sent, Held  SENDING    (the same)
    SENDING    Ended       SENDING    (the same)
    ENDING     Resumed     SENDING    (the hub wants strips again)
    any live   Received    RECEIVED   Drop where the content is ours, else Keep -> REFUSED
    any live   Refused     REFUSED    Keep
    any live   Stalled     OFFERED    Offer (nobody answered: ask again)
    any live   Postponed   IDLE       Wait (then Connected: offer it once more)
    any live   Lost        IDLE

An event that does not fit the phase changes nothing, so repeats and messages of an earlier connection are harmless.
`next_to_send` picks among several uploads the strip that the connection's window has room for.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias, assert_never


class Phase(StrEnum):
    """Where an upload is."""

    IDLE = "idle"
    OFFERED = "offered"
    SENDING = "sending"
    ENDING = "ending"
    RECEIVED = "received"
    REFUSED = "refused"


LIVE = frozenset({Phase.OFFERED, Phase.SENDING, Phase.ENDING})
OVER = frozenset({Phase.RECEIVED, Phase.REFUSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """What the port knows of a scan once its last strip is there."""

    content_sha256: str
    complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One scan on its way: `lengths` are the bytes of each strip so far; strips below `held` are at the hub."""

    scan: str
    lengths: tuple[int, ...] = ()
    end: End | None = None
    phase: Phase = Phase.IDLE
    sent: int = 0
    held: int = 0

    @property
    def in_flight_bytes(self) -> int:
        """Bytes that were sent and are not yet written at the hub."""
        return sum(self.lengths[self.held : self.sent])


# -- events -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Connected:
    """The hub has welcomed the port."""


@dataclass(frozen=True, slots=True)
class Lost:
    """The connection is gone."""


@dataclass(frozen=True, slots=True)
class Stalled:
    """The hub has answered nothing for too long."""


@dataclass(frozen=True, slots=True)
class Appended:
    """The next strip is in the spool."""

    length: int


@dataclass(frozen=True, slots=True)
class Ended:
    """The scan is whole in the spool."""

    end: End


@dataclass(frozen=True, slots=True)
class Sent:
    """The next strip was handed to the connection."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """The hub holds so many strips and wants the rest."""

    strips: int


@dataclass(frozen=True, slots=True)
class Held:
    """The hub has written so many strips."""

    strips: int


@dataclass(frozen=True, slots=True)
class Received:
    """The scan is durable at the hub."""

    content_sha256: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The hub does not want the scan."""

    code: str
    why: str


@dataclass(frozen=True, slots=True)
class Postponed:
    """The hub cannot take the scan now: offer it again after so many seconds."""

    code: str
    why: str
    retry_after_s: float


Event: TypeAlias = (
    Connected | Lost | Stalled | Appended | Ended | Sent | Resumed | Held | Received | Refused | Postponed
)


# -- actions ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Offer:
    """Offer the scan."""


@dataclass(frozen=True, slots=True)
class SendEnd:
    """Say that all strips were sent."""

    strips: int
    end: End


@dataclass(frozen=True, slots=True)
class Drop:
    """The hub has it: the spool's copy may go."""


@dataclass(frozen=True, slots=True)
class Keep:
    """The spool's copy stays, and a person is told why."""

    code: str
    why: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Say `Connected` once more after so many seconds; a new connection before that comes first."""

    code: str
    why: str
    retry_after_s: float


Action: TypeAlias = Offer | SendEnd | Drop | Keep | Wait


def advance(upload: Upload, event: Event) -> tuple[Upload, Action | None]:
    """The upload after `event`, and what to do now."""
    if upload.phase in OVER:
        return upload, None
    match event:
        case Connected():
            return _offered(upload) if upload.phase is Phase.IDLE else (upload, None)
        case Stalled():
            return _offered(upload) if upload.phase in LIVE else (upload, None)
        case Lost():
            return replace(upload, phase=Phase.IDLE, sent=0, held=0), None
        case Appended(length):
            return replace(upload, lengths=(*upload.lengths, length)), None
        case Ended(end):
            return _ended_if_all_sent(replace(upload, end=end))
        case _:
            return _answered(upload, event) if upload.phase in LIVE else (upload, None)


def next_to_send(uploads: Sequence[Upload], window_bytes: int) -> Upload | None:
    """The first of `uploads` with a strip to send, unless it would overfill the window of all of them together.

    A strip that is longer than the whole window goes alone.
    """
    for upload in uploads:
        if upload.phase is Phase.SENDING and upload.sent < len(upload.lengths):
            in_flight = sum(other.in_flight_bytes for other in uploads)
            fits = in_flight + upload.lengths[upload.sent] <= window_bytes
            return upload if fits or in_flight == 0 else None
    return None


def _answered(
    upload: Upload, event: Sent | Resumed | Held | Received | Refused | Postponed
) -> tuple[Upload, Action | None]:
    match event:
        case Sent():
            return _ended_if_all_sent(replace(upload, sent=min(upload.sent + 1, len(upload.lengths))))
        case Resumed(strips):
            strips = min(strips, len(upload.lengths))
            return _ended_if_all_sent(replace(upload, phase=Phase.SENDING, sent=strips, held=strips))
        case Held(strips):
            return replace(upload, held=max(upload.held, min(strips, upload.sent))), None
        case Received(content_sha256):
            return _received(upload, content_sha256)
        case Refused(code, why):
            return replace(upload, phase=Phase.REFUSED), Keep(code, why)
        case Postponed(code, why, retry_after_s):
            return replace(upload, phase=Phase.IDLE, sent=0, held=0), Wait(code, why, retry_after_s)
        case _:
            assert_never(event)


def _offered(upload: Upload) -> tuple[Upload, Action]:
    return replace(upload, phase=Phase.OFFERED, sent=0, held=0), Offer()


def _ended_if_all_sent(upload: Upload) -> tuple[Upload, Action | None]:
    if upload.phase is Phase.SENDING and upload.end is not None and upload.sent == len(upload.lengths):
        return replace(upload, phase=Phase.ENDING), SendEnd(len(upload.lengths), upload.end)
    return upload, None


def _received(upload: Upload, content_sha256: str) -> tuple[Upload, Action]:
    if upload.end is not None and upload.end.content_sha256 == content_sha256:
        return replace(upload, phase=Phase.RECEIVED), Drop()
    why = "the hub has another content under this scan's id"
    return replace(upload, phase=Phase.REFUSED), Keep("other-content", why)
