"""What people found who opened a container: on its way from the port, or from a person, and to those who look."""

from scanview.core.inspection import Inspection, InspectionRecord
from scanview.wire.messages.message import HUB, PORT, WORKSTATION, Count, Id, Message, Sha256, Signature


class PutPhoto(Message, frozen=True, kw_only=True, tag="put-photo"):
    """A photo for a result that is sent next. Raw frame: the JPEG or PNG file, at most 10,000,000 bytes.

    Done when it is durable; sending it again is harmless. One that no result names within a day is forgotten.
    """

    senders = PORT | WORKSTATION
    request: Count
    sha256: Sha256


class ReportInspection(Message, frozen=True, kw_only=True, tag="report-inspection"):
    """A port tells what was found. Raw frame: the signed bytes of the Inspection, about a scan of this lane.

    Done when it is durable; sending it again is harmless. Its photos were put before.
    """

    senders = PORT
    request: Count
    inspection: Id
    signature: Signature


class RecordInspection(Message, frozen=True, kw_only=True, tag="record-inspection"):
    """A person who may tells what was found; Done when it is durable. Its photos were put before."""

    senders = WORKSTATION
    request: Count
    inspection: Inspection


class FindInspections(Message, frozen=True, kw_only=True, tag="find-inspections"):
    """Tell what was found in this scan's container."""

    senders = WORKSTATION
    request: Count
    scan: Id


class Inspections(Message, frozen=True, kw_only=True, tag="inspections"):
    """The results about a scan, the newest first."""

    senders = HUB
    request: Count
    scan: Id
    found: tuple[InspectionRecord, ...]


class FetchPhoto(Message, frozen=True, kw_only=True, tag="fetch-photo"):
    """Send a photo of a result about this scan."""

    senders = WORKSTATION
    request: Count
    scan: Id
    sha256: Sha256


class PhotoContent(Message, frozen=True, kw_only=True, tag="photo-content"):
    """The photo. Raw frame: the file as it was put. Whoever shows it decodes it with limits of their own."""

    senders = HUB
    request: Count
    sha256: Sha256
