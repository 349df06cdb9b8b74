"""Export of what analysts judged as a data set that a model can be trained and measured on.

The catalogue is read and never written; the hub may run meanwhile. Each scan file is checked against the content that
the decision was about, so that no judgement ends up beside pixels that nobody judged.
"""

import hashlib
import json
import math
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path

from scanview.core.errors import BadInput, Unavailable
from scanview.formats.archive_writer import content_sha256, finished_path
from scanview.formats.header_json import decode_header
from scanview.review.training_coco import TrainingSet
from scanview.store.database import open_catalogue
from scanview.store.folders import SCANS_FOLDER
from scanview.store.judged import Judged, decided_between, read_judged

ANNOTATIONS_FILE = "annotations.json"


class Files(StrEnum):
    """How the scan files come into the set."""

    COPY = "copy"
    LINK = "link"
    """Symbolic links: small, and good only as long as the hub keeps its scans where they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What a set holds, and (scan, why) of those it could not hold."""

    scans: int
    annotations: int
    dismissed: int
    points: int
    left_out: tuple[tuple[str, str], ...]


def export_training_set(
    data: Path,
    out: Path,
    *,
    created_at: float,
    since: float = -math.inf,
    until: float = math.inf,
    files: Files = Files.COPY,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Exported:
    """Write `annotations.json` and the scans it speaks of into the folder `out`.

    Args:
        data: the hub's folder.
        out: the folder of the set, outside of `data`; made where it is missing. Scans that lie there already from an
            earlier export are checked and not copied again.
        created_at: now, UTC seconds.
        since: decisions from this moment on, UTC seconds.
        until: decisions before this moment.
        files: whether scans are copied or linked.
        progress: called with (done, all) after each scan.

    Raises:
        BadInput: `data` is no hub's folder, `out` lies in it, or nothing was decided in that time.
        Unavailable: the catalogue cannot be read, or the disk refuses.
    """
    if out.resolve().is_relative_to(data.resolve()):
        raise BadInput(f"{out} lies in the hub's own folder", code="bad-folder", remedy="Choose another one")
    with open_catalogue(data) as database:
        scans = database.read(lambda tx: decided_between(tx, since, until))
        if not scans:
            raise BadInput("nothing was decided in that time", code="nothing-to-do")
        with _disk(out):
            (out / SCANS_FOLDER).mkdir(parents=True, exist_ok=True)
        training_set, left_out = TrainingSet(), list[tuple[str, str]]()
        for number, scan in enumerate(scans, 1):
            judged = database.read(partial(read_judged, scan=scan))
            if judged is not None:
                why = _add(training_set, judged, data, out, files)
                left_out += [(scan, why)] if why else []
            progress(number, len(scans))
    document = training_set.document(
        created_at=created_at,
        since=since,
        until=until,
        left_out=[{"scan": scan, "why": why} for scan, why in left_out],
    )
    _write(json.dumps(document, ensure_ascii=False).encode(), out / ANNOTATIONS_FILE)
    return Exported(
        scans=len(scans) - len(left_out),
        annotations=len(training_set.annotations),
        dismissed=len(training_set.dismissed),
        points=len(training_set.points),
        left_out=tuple(left_out),
    )


def _add(training_set: TrainingSet, judged: Judged, data: Path, out: Path, files: Files) -> str:
    """Put a scan into the set; why that was not possible, or nothing."""
    item = judged.record.item
    if not item.stored:
        return "it had not arrived as a whole"
    source = finished_path(data / SCANS_FOLDER, item.scan)
    if not source.exists():
        return "its file is not there"
    target = finished_path(out / SCANS_FOLDER, item.scan)
    with _disk(target):
        _place(source, target, files)
        try:
            is_judged = content_sha256(target) == item.content_sha256
        except BadInput:
            is_judged = False
        if not is_judged:
            target.unlink()
            return "its file is not the content that was judged"
        with target.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    name = target.relative_to(out).as_posix()
    training_set.add(judged, decode_header(judged.header), file_name=name, sha256=sha256)
    return ""


def _place(source: Path, target: Path, files: Files) -> None:
    if files is Files.LINK:
        target.unlink(missing_ok=True)
        target.symlink_to(source.resolve())
    elif target.is_symlink() or not target.exists() or target.stat().st_size != source.stat().st_size:
        unfinished = target.with_name(f".{target.name}.part")
        shutil.copyfile(source, unfinished)
        os.replace(unfinished, target)


def _write(content: bytes, path: Path) -> None:
    unfinished = path.with_name(f".{path.name}.part")
    with _disk(path):
        unfinished.write_bytes(content)
        os.replace(unfinished, path)


@contextmanager
def _disk(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unavailable(f"{path} cannot be written: {error.strerror}", code="disk-failed") from error
