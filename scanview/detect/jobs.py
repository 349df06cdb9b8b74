"""One file of a batch, and how whichever process gets it makes a result of it."""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from scanview.core.errors import ScanViewError
from scanview.detect.recognising import Recognises, recognise
from scanview.detect.report_folder import about
from scanview.detect.results import Result, failure_of, result_of
from scanview.detect.selection import Selection
from scanview.imaging.scan_image import ScanImage

Read: TypeAlias = Callable[[Path], ScanImage]
"""Reads a scan from a file; a function that another process can import."""

_log = logging.getLogger(__name__)
_recognisers: dict[Selection, Recognises] = {}
"""The models of this process: made once, because loading costs more than a scan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A file, how the result names it, what an earlier run found in it, and whether its scan is to be described."""

    path: Path
    name: str
    known: Result | None = None
    is_described: bool = False


def load_models(selection: Selection) -> Recognises:
    """The models of this process, loaded when they are first asked for; see `Selection.load` for what is refused."""
    if selection not in _recognisers:
        _recognisers[selection] = selection.load()
    return _recognisers[selection]


def recognise_file(job: Job, read: Read, selection: Selection) -> Result:
    """What the models say of one file; what is known of it already, where file, models and alpha are the same.

    What a plug-in failed on is not known, and is tried again.

    Nothing is raised: one strange file must not end a batch of thousands.
    """
    described: Result | None = None
    try:
        recogniser = load_models(selection)
        with job.path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        said_by = (sha256, recogniser.model, selection.alpha)
        if job.known and _is_said_by(job.known, said_by):
            return job.known
        image = read(job.path)
        described = about(job.path, image.header) if job.is_described else None
        recognition = recognise(recogniser, image)
    except ScanViewError as error:
        return failure_of(job.name, str(error), described)
    except Exception as error:
        _log.exception("%s", job.path)
        return failure_of(job.name, f"{type(error).__name__}: {error}", described)
    _, counts = image.side
    result = result_of(job.name, sha256, recognition, rows=counts.shape[1], columns=counts.shape[2])
    result["alpha"] = selection.alpha
    return result if described is None else {**result, "about": described}


def _is_said_by(known: Result, said_by: tuple[str, str, float]) -> bool:
    same = (known["sha256"], known["model"], known.get("alpha")) == said_by
    return same and not known.get("failures")
