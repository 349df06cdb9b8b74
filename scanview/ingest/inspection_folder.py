"""Inspection results that wait at the port: a folder for each in the spool, whole or not there at all.

<spool>/inspections/<id>/result.json     the result in its canonical form
<spool>/inspections/<id>/<sha256>        its photos
<spool>/inspections/refused/<id>/        what every hub refused, with why.txt

Any program of the port may write one; the agent sends it and takes it away when a hub has it.
"""

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from scanview.core.errors import BadInput, Unavailable
from scanview.core.inspection import MAX_PHOTO_BYTES, FoundItem, Inspection, Photo, photo_form
from scanview.wire.private_files import make_private_folder, replace_private, sync_folder

INSPECTIONS_FOLDER = "inspections"
REFUSED_FOLDER = "refused"
RESULT_FILE = "result.json"

MAX_RESULT_BYTES = 1 << 20
"""The longest file that another program drops as a result."""


class DroppedResult(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What another program writes into a drop folder: a result, with its photos as names of files beside it."""

    found: str
    scan: str = ""
    container: str = ""
    opened_at: float = 0.0
    inspector: str = ""
    note: str = ""
    items: tuple[FoundItem, ...] = ()
    photos: tuple[str, ...] = ()


def add_result(spool: Path, inspection: Inspection, photos: Sequence[Path]) -> Inspection:
    """Let the result wait to be sent, with these photos; durable when this returns.

    Its id follows from what it says, so that giving it twice sends it once.

    Raises:
        BadInput: a photo is too large, or neither JPEG nor PNG.
        Unavailable: the disk refuses, or a photo cannot be read.
    """
    try:
        contents = [_read(path) for path in photos]
        described = {hashlib.sha256(content).hexdigest(): content for content in contents}
        inspection = replace(
            inspection,
            photos=tuple(
                Photo(sha256=sha256, size_bytes=len(content), form=photo_form(content))
                for sha256, content in described.items()
            ),
        )
        said = replace(inspection, inspection="0" * 32, opened_at=0.0).canonical()
        inspection = replace(inspection, inspection=hashlib.sha256(said).hexdigest()[:32])
        _write(spool / INSPECTIONS_FOLDER, inspection, described)
    except OSError as error:
        raise Unavailable(f"the result cannot be kept: {error}", code="disk-failed") from error
    return inspection


def waiting(spool: Path) -> list[Path]:
    """The folders of the results that wait, the oldest first."""
    folder = spool / INSPECTIONS_FOLDER
    if not folder.exists():
        return []
    return sorted((path.parent for path in folder.glob(f"*/{RESULT_FILE}")), key=lambda path: path.stat().st_mtime)


def read_waiting(folder: Path) -> tuple[Inspection, bytes]:
    """A result that waits, and its bytes; BadInput where it was damaged."""
    try:
        document = (folder / RESULT_FILE).read_bytes()
        return msgspec.json.decode(document, type=Inspection), document
    except (OSError, msgspec.MsgspecError) as error:
        raise BadInput(f"{folder.name} cannot be read: {error}", code="bad-inspection") from error


def refuse(folder: Path, why: str) -> None:
    """Put a result aside that no hub takes, with the reason beside it."""
    refused = folder.parent / REFUSED_FOLDER
    refused.mkdir(mode=0o700, exist_ok=True)
    target = refused / folder.name
    shutil.rmtree(target, ignore_errors=True)
    folder.rename(target)
    (target / "why.txt").write_text(f"{why}\n", encoding="utf-8")


def take_away(folder: Path) -> None:
    """A hub has it."""
    (folder / RESULT_FILE).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


def read_dropped(path: Path, opened_at: float) -> tuple[Inspection, list[Path]]:
    """The result in a dropped file, opened at `opened_at` where it does not say, and the paths of its photos.

    Raises:
        BadInput: it is no result, or names a photo elsewhere.
    """
    try:
        if path.stat().st_size > MAX_RESULT_BYTES:
            raise BadInput(f"{path.name} is longer than a result can be", code="bad-inspection")
        dropped = msgspec.json.decode(path.read_bytes(), type=DroppedResult)
        fields = {name: getattr(dropped, name) for name in ("scan", "container", "inspector", "note", "items")}
        inspection = msgspec.convert(
            {
                **fields,
                "inspection": "0" * 32,
                "found": dropped.found,
                "opened_at": dropped.opened_at or opened_at,
            },
            Inspection,
        )
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise BadInput(f"{path.name} is no inspection result: {error}", code="bad-inspection") from error
    if not all(_is_name(name) for name in dropped.photos):
        raise BadInput("photos lie beside the file that names them", code="bad-inspection")
    return inspection, [path.with_name(name) for name in dropped.photos]


def _is_name(name: str) -> bool:
    """Whether this is the plain name of a file, which leads nowhere else."""
    return name not in ("", ".", "..") and name.isprintable() and not set("/\\") & set(name)


def _read(path: Path) -> bytes:
    if path.stat().st_size > MAX_PHOTO_BYTES:
        raise BadInput(f"{path.name} is larger than {MAX_PHOTO_BYTES} bytes", code="photo-too-large")
    return path.read_bytes()


def _write(folder: Path, inspection: Inspection, photos: dict[str, bytes]) -> None:
    make_private_folder(folder)
    target = folder / inspection.inspection
    if (target / RESULT_FILE).exists():
        return
    make_private_folder(target)
    for sha256, content in photos.items():
        replace_private(target / sha256, content)
    replace_private(target / RESULT_FILE, inspection.canonical())
    sync_folder(folder)
