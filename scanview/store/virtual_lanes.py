"""Which lanes are virtual, and what is true of the scans they are about to send: files in the hub's own folder.

    virtual/lanes/<lane>           an empty file: scans of this lane are virtual (core.virtual)
    virtual/truths/<scan>.json     written by the program that projects, before it sends the scan

Nothing of this is ever sent. Whoever can write here owns the hub, which is what marking a lane asks for.
"""

from pathlib import Path

import msgspec

from scanview.core.errors import BadInput, NotAllowed
from scanview.core.scan import check_lane
from scanview.core.virtual import Truth
from scanview.wire.enrolment import ENROLLED_FOLDER, Enrolments
from scanview.wire.messages import PeerRole
from scanview.wire.private_files import create_private, make_private_folder, replace_private

VIRTUAL_FOLDER = "virtual"


class VirtualLanes:
    """The files of the hub's folder `data`."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._lanes = data / VIRTUAL_FOLDER / "lanes"
        self._truths = data / VIRTUAL_FOLDER / "truths"

    def mark(self, lane: str) -> None:
        """From now on `lane` is virtual; marking it again changes nothing.

        Raises:
            BadInput: it is no lane.
            NotAllowed: a real lane is enrolled under this name: its scans would never get an order.
        """
        check_lane(lane)
        if self.has(lane):
            return
        if any((card.role, card.name) == (PeerRole.PORT, lane) for card in Enrolments(self._enrolled()).all()):
            raise NotAllowed(
                f"{lane} is enrolled as a real lane",
                code="real-lane",
                remedy="Give the virtual lane a name that no lane has",
            )
        for folder in (self._data / VIRTUAL_FOLDER, self._lanes, self._truths):
            make_private_folder(folder)
        create_private(self._lanes / lane, b"")

    def has(self, lane: str) -> bool:
        """Whether scans of `lane` are virtual. Cheap enough to ask for every offer."""
        return (self._lanes / lane).exists()

    def keep_truth(self, scan: str, truth: Truth) -> None:
        """Write down, durably, what is true of a scan that is about to be sent."""
        replace_private(self._truths / f"{scan}.json", msgspec.json.encode(truth))

    def truth_of(self, scan: str) -> Truth:
        """What is true of the scan; BadInput where nobody wrote that down, or it cannot be read."""
        try:
            return msgspec.json.decode((self._truths / f"{scan}.json").read_bytes(), type=Truth)
        except (OSError, msgspec.MsgspecError) as error:
            raise BadInput(f"the truth of virtual scan {scan} is not known: {error}", code="no-truth") from error

    def _enrolled(self) -> Path:
        return self._data / ENROLLED_FOLDER
