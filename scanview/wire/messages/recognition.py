"""A worker and the hub: what there is to recognise, and what a model says."""

from scanview.core.review import Recognition
from scanview.wire.messages.message import HUB, WORKER, Count, Id, Message, Name, Sha256, Text


class WorkReady(Message, frozen=True, kw_only=True, tag="work-ready"):
    """The worker is idle; `model` is what it will speak for."""

    senders = WORKER
    model: Name


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
