"""A worker and the hub: what there is to recognise, and what a model says."""

from typing import Annotated

from msgspec import Meta

from scanview.core.review import Recognition
from scanview.wire.messages.message import HUB, WORKER, Count, Id, Message, Name, Sha256, Text


class WorkReady(Message, frozen=True, kw_only=True, tag="work-ready"):
    """The worker can take a stored scan; `model` is what it will speak for.

    `follows` is how many scans that still arrive it will read at the same time, and `at_work` names the scans it goes
    on with. Whatever else it was given, it has failed on. A worker whose model must not be used is not `usable`: it is
    given scans only where no other worker is there, and says of each why it is not recognised. One that `searches`
    keeps an index of what scans look like, and finds those that look alike.
    """

    senders = WORKER
    model: Name
    follows: Annotated[int, Meta(ge=0, le=64)] = 0
    at_work: Annotated[tuple[Id, ...], Meta(max_length=128)] = ()
    usable: bool = True
    searches: bool = False


class Work(Message, frozen=True, kw_only=True, tag="work"):
    """Recognise this scan; open it and read it as it grows."""

    senders = HUB
    scan: Id


class ReportRecognition(Message, frozen=True, kw_only=True, tag="report-recognition"):
    """What the model says."""

    senders = WORKER
    request: Count
    scan: Id
    content_sha256: Sha256
    recognition: Recognition


class ReportNotRecognised(Message, frozen=True, kw_only=True, tag="report-not-recognised"):
    """The model cannot speak about this scan, and why. The scan stays in the human queue."""

    senders = WORKER
    request: Count
    scan: Id
    why: Text
