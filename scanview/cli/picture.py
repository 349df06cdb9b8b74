"""What an analyst saw when they decided, drawn again from the hub's folder, and whether it is the same to the byte."""

from dataclasses import dataclass
from pathlib import Path

import cv2

from scanview.core.checks import check_id
from scanview.core.errors import BadInput, Unavailable
from scanview.core.review import Decision
from scanview.formats.archive_reader import ArchiveReader
from scanview.formats.archive_writer import content_sha256, finished_path, growing_path
from scanview.imaging.render import Pixels
from scanview.imaging.replay import fingerprint, replayed
from scanview.store import catalogue
from scanview.store.database import open_catalogue
from scanview.store.folders import SCANS_FOLDER


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A picture that was written. `as_seen` is whether it has the very bytes that were shown; None where unknown."""

    path: Path
    as_seen: bool | None


def draw_decision(data: Path, scan: str, out: Path, decision: str = "") -> list[Drawn]:
    """Write the pictures of a decision about `scan` as PNG, the newest decision unless one is named.

    The first picture goes to `out`, further ones beside it under the same name with a number.

    Raises:
        BadInput: there is no such decision, it was made without a screen, or the stored scan is another content.
        Unavailable: a file cannot be read or written.
    """
    check_id(scan, "scan")
    made = _decision(data, scan, decision)
    if not made.looks:
        raise BadInput("the decision was made without a picture on a screen", code="no-look")
    path = _scan_file(data, made)
    reader = ArchiveReader(path)
    written = []
    for number, look in enumerate(made.looks, 1):
        target = out if number == 1 else out.with_stem(f"{out.stem}-{number}")
        pixels = replayed(reader.read_pyramid(look.view, look.columns), look)
        _write(pixels, target)
        as_seen = fingerprint(pixels) == look.picture_sha256 if look.picture_sha256 else None
        written.append(Drawn(path=target, as_seen=as_seen))
    return written


def _decision(data: Path, scan: str, decision: str) -> Decision:
    with open_catalogue(data) as database:
        documents = database.read(lambda tx: catalogue.decisions_about(tx, scan))
    wanted = [made for made in documents if not decision or made.decision == decision]
    if not wanted:
        named = f"no decision {decision}" if decision else "no decision"
        raise BadInput(f"there is {named} about scan {scan}", code="unknown-decision")
    return wanted[-1]


def _scan_file(data: Path, made: Decision) -> Path:
    """The scan's file; where the decision names its content, that very content."""
    folder = data / SCANS_FOLDER
    finished = finished_path(folder, made.scan)
    path = finished if finished.exists() else growing_path(folder, made.scan)
    if made.content_sha256 and content_sha256(path) != made.content_sha256:
        raise BadInput("the stored scan is not the content that was decided on", code="other-content")
    return path


def _write(pixels: Pixels, path: Path) -> None:
    try:
        path.write_bytes(cv2.imencode(".png", pixels[..., :3])[1].tobytes())
    except OSError as error:
        raise Unavailable(f"{path} cannot be written: {error.strerror}", code="unwritable-file") from error
