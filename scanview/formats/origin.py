"""Where a scan that was read from a foreign file comes from, and the header that follows from it."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scanview.core.container import is_size_type, is_valid, normalise
from scanview.core.scan import ScanHeader, ViewHeader
from scanview.formats.limits import clip_text

UNASSIGNED_LANE = "XXTST-01"
"""The lane of a scan that no port has sent."""

ASSUMED_PITCH_MM = 5.0
"""The size of a pixel where a file does not say."""

_READ_BYTES = 1 << 20
_CONTAINER = re.compile(r"(?<![A-Z0-9])[A-Z]{3}[UJZ][ _-]?\d{6}[ _-]?\d(?!\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What is known of a scan before its file is understood."""

    name: str
    sha256: str
    file_bytes: int
    modified_at: float
    scan: str
    lane: str

    def header(
        self,
        views: Sequence[ViewHeader],
        *,
        container: str = "",
        container_type: str = "",
        device: str = "",
        notes: Sequence[str] = (),
    ) -> ScanHeader:
        """The header of the scan; the container number is looked for in the file's name where none was found.

        A container type that is none is left out.
        """
        return ScanHeader(
            scan=self.scan,
            lane=self.lane,
            views=tuple(views),
            started_at=self.modified_at,
            container=clip_text(container) or container_in(self.name),
            device=clip_text(device),
            source_name=self.name,
            source_sha256=self.sha256,
            notes=tuple(clip_text(note) for note in notes),
            container_type=container_type if is_size_type(container_type) else "",
        )


def origin_of(path: Path, *, scan: str | None = None, lane: str | None = None) -> Origin:
    """The origin of the file at `path`. Without `scan`, the id follows from the file's bytes and from `lane`."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(_READ_BYTES):
            digest.update(part)
        state = path.stat()
    return Origin(
        name=clip_text(path.name),
        sha256=digest.hexdigest(),
        file_bytes=state.st_size,
        modified_at=state.st_mtime,
        scan=scan or _scan_id(digest.hexdigest(), lane),
        lane=lane or UNASSIGNED_LANE,
    )


def _scan_id(file_sha256: str, lane: str | None) -> str:
    """Always the same for the same file on the same lane; two lanes that are given one file have two scans."""
    named = hashlib.sha256(f"{lane}/{file_sha256}".encode()).hexdigest() if lane else file_sha256
    return named[:32]


def container_in(text: str) -> str:
    """The container number written in `text`, with a right check digit if one is there; empty where there is none."""
    found = [normalise(number.replace("_", "")) for number in _CONTAINER.findall(text.upper())]
    return next((number for number in found if is_valid(number)), found[0] if found else "")
