"""Owns a folder of DICOS threat detection reports, one for each scan of a batch, under the scan's own name.

A report appears when its scan is done. It carries the result it was made from, so that a later run does only what is
new. A scan that was read and not recognised has an aborted report; one that could not even be read has none, and an
older report under its name is taken away, because it would speak of another content.
"""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from scanview.core.errors import BadInput, ScanViewError, Unavailable
from scanview.core.review import Finding
from scanview.core.scan import Box, ScanHeader
from scanview.detect.results import Result, is_whole, outward
from scanview.formats.apart import image_reference_apart
from scanview.formats.threat_report import (
    SUFFIX,
    AlarmDecision,
    ImageReference,
    ThreatReport,
    read_report,
)
from scanview.formats.threat_report_writer import write_report
from scanview.store.folder_lock import FolderLock

_PROGRAM = "ScanView"


def about(path: Path, header: ScanHeader) -> Result:
    """What a report says of the scan in the file at `path`, as plain values: the `about` of a result."""
    image = image_reference_apart(path, header)
    return {
        "image": [image.sop_class, image.instance, image.study],
        "container": header.container,
        "lane": header.lane,
        "device": header.device,
        "started_at": header.started_at,
    }


class ReportFolder:
    """The reports of one batch in the folder `out`.

    Raises:
        BadInput: `out` is no folder (code `not-a-folder`).
        Unavailable: the disk refuses (code `disk-failed`), or another batch writes there (code `folder-in-use`).
    """

    def __init__(self, out: Path) -> None:
        self._out = out
        self._known: dict[str, Result] = {}
        self._part = out.with_name(out.name + ".part")
        if out.exists() and not out.is_dir():
            raise BadInput(
                f"{out} is a file", code="not-a-folder", remedy="Reports go into a folder, one for each scan"
            )
        try:
            out.mkdir(parents=True, exist_ok=True)
            self._lock = FolderLock(self._part)
        except OSError as error:
            raise self._refused(error) from error

    def known(self, name: str) -> Result | None:
        """What an earlier run found in the scan `name`; good where file and model are the same."""
        path = self._path(name)
        if not path.exists():
            return None
        try:
            result = json.loads(read_report(path).record)
        except (ScanViewError, ValueError, RecursionError):
            return None
        if not isinstance(result, dict) or not is_whole(result):
            return None
        self._known[name] = result
        return result

    def add(self, result: Result) -> None:
        """The next result: its report is written, unless it is there already."""
        name = str(result["scan"])
        if result == self._known.get(name):
            return
        path = self._path(name)
        try:
            if "about" not in result:
                path.unlink(missing_ok=True)
                return
            path.parent.mkdir(parents=True, exist_ok=True)
            write_report(_report(result, time.time()), path)
        except OSError as error:
            raise self._refused(error) from error

    def finish(self) -> None:
        """All is done."""
        self._part.unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self._out / f"{name}{SUFFIX}"

    def _refused(self, error: OSError) -> Unavailable:
        return Unavailable(
            f"{self._out} cannot be written: {error.strerror}",
            code="disk-failed",
            remedy="Make room and run it again: the reports that are there are kept",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.close()


def _report(result: Mapping[str, Any], now: float) -> ThreatReport:
    known = result["about"]
    sop_class, instance, study = known["image"]
    findings = tuple(
        Finding(finding=str(number), label=found["class"], score=found["score"], box=_box(found["box"]))
        for number, found in enumerate(result.get("findings", ()))
    )
    return ThreatReport(
        image=ImageReference(sop_class=sop_class, instance=instance, study=study),
        algorithm=(_PROGRAM, str(result.get("model", "none"))),
        decided_at=now,
        alarm=_alarm(result),
        findings=findings,
        elapsed_ms=float(result.get("ms", 0.0)),
        aborted=str(result.get("error", "")),
        container=known["container"],
        lane=known["lane"],
        device=known["device"],
        started_at=known["started_at"],
        record=json.dumps(outward(result)).encode(),
    )


def _alarm(result: Mapping[str, Any]) -> AlarmDecision:
    """ALARM for any finding. CLEAR is said only where no check has a doubt: another system may open a gate on it."""
    if result.get("findings"):
        return AlarmDecision.ALARM
    is_clear = "error" not in result and result.get("doubts") == []
    return AlarmDecision.CLEAR if is_clear else AlarmDecision.UNKNOWN


def _box(corners: list[int]) -> Box:
    x0, y0, x1, y1 = corners
    return Box(x0=x0, y0=y0, x1=x1, y1=y1)
