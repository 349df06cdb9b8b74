"""Owns the file a batch writes: what an earlier run left of it, how it grows, and how it appears when all is done.

While a batch runs, `<out>.part` holds one JSON object per finished scan, whatever the format. A run that was killed is
taken up from there, and a batch whose results lie in `out` already does only what is new.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from scanview.core.errors import Unavailable
from scanview.detect.results import CSV_COLUMNS, Result, coco, csv_rows, json_line
from scanview.store.folder_lock import FolderLock

FORMATS = ("jsonl", "csv", "coco")


class ResultFile:
    """The results of one batch, in the order they are added. A context: what is not finished stays as `<out>.part`.

    Raises:
        Unavailable: the disk refuses (code `disk-failed`), or another batch writes this file (code `folder-in-use`).
    """

    def __init__(self, out: Path, format: str) -> None:
        self._out, self._format = out, format
        self._part = out.with_name(out.name + ".part")
        try:
            out.parent.mkdir(parents=True, exist_ok=True)
            self._lock = FolderLock(self._part)
            self.known: Mapping[str, Result] = {**_results_in(out), **_results_in(self._part)}
            """What earlier runs found, by the names of the scans; good where file and model are the same."""
            self._file = self._part.open("a", encoding="utf-8")
            self._file.write("\n")  # the last line of a run that was killed may be torn
        except OSError as error:
            raise self._refused(error) from error
        self._added: list[Result] = []

    def add(self, result: Result) -> None:
        """The next result; on disk at once, so that a batch that is killed loses little."""
        try:
            self._file.write(json.dumps(result, ensure_ascii=False) + "\n")
            self._file.flush()
        except OSError as error:
            raise self._refused(error) from error
        self._added.append(result)

    def finish(self) -> None:
        """All is done: the file appears in its format."""
        new = self._out.with_name(self._out.name + ".new")
        try:
            with new.open("w", encoding="utf-8", newline="") as file:
                file.write(self._text())
                file.flush()
                os.fsync(file.fileno())
            os.replace(new, self._out)
            self._part.unlink()
        except OSError as error:
            raise self._refused(error) from error

    def _text(self) -> str:
        if self._format == "coco":
            return coco(self._added)
        if self._format == "csv":
            return ",".join(CSV_COLUMNS) + "\n" + "".join(map(csv_rows, self._added))
        return "".join(map(json_line, self._added))

    def _refused(self, error: OSError) -> Unavailable:
        return Unavailable(
            f"{self._out} cannot be written: {error.strerror}",
            code="disk-failed",
            remedy=f"Make room and run it again: what is done is kept in {self._part.name}",
        )

    def __enter__(self) -> "ResultFile":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        self._lock.close()


def _results_in(path: Path) -> dict[str, Result]:
    """The recognised scans in a file of JSON lines, by name. What is torn or something else is passed over."""
    found: dict[str, Result] = {}
    if not path.exists():
        return found
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            result = json.loads(line)
            if {"scan", "sha256", "model", "findings"} <= result.keys():
                found[str(result["scan"])] = result
        except (ValueError, AttributeError):
            continue
    return found
