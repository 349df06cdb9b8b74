"""Owns the file a batch writes: what an earlier run left of it, how it grows, and how it appears when all is done.

While a batch runs, `<out>.part` holds one JSON object per finished scan, whatever the format. A run that was killed is
taken up from there, and a batch whose results lie in `out` already does only what is new.
"""

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from scanview.core.errors import Unavailable
from scanview.detect.result_forms import CSV_COLUMNS, coco, csv_rows, results_of_coco, results_of_csv
from scanview.detect.results import Result, is_whole, json_line
from scanview.store.folder_lock import FolderLock

_CSV_HEAD = ",".join(CSV_COLUMNS) + "\n"


class Results(Protocol):
    """Where a batch puts its results, a file or a folder. A context: what is not finished is taken up later."""

    def known(self, name: str) -> Result | None:
        """What an earlier run found in the scan `name`; good where file and model are the same."""

    def add(self, result: Result) -> None:
        """The next result; on disk at once, so that a batch that is killed loses little."""

    def finish(self) -> None:
        """All is done."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class ResultFile:
    """The results of one batch in one file, in the order they are added: JSON lines, CSV or COCO.

    Raises:
        Unavailable: the disk refuses (code `disk-failed`), or another batch writes this file (code `folder-in-use`).
    """

    def __init__(self, out: Path, format: str) -> None:
        self._out, self._format = out, format
        self._part = out.with_name(out.name + ".part")
        try:
            out.parent.mkdir(parents=True, exist_ok=True)
            self._lock = FolderLock(self._part)
            self._known = {str(result["scan"]): result for result in self._left()}
            self._file = self._part.open("a", encoding="utf-8")
            self._file.write("\n")  # the last line of a run that was killed may be torn
        except OSError as error:
            raise self._refused(error) from error
        self._added: list[Result] = []

    def known(self, name: str) -> Result | None:
        """What an earlier run found in the scan `name`; good where file and model are the same."""
        return self._known.get(name)

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
            return _CSV_HEAD + "".join(map(csv_rows, self._added))
        return "".join(map(json_line, self._added))

    def _left(self) -> Iterator[Result]:
        """The recognised scans that earlier runs left, the newest result of each last."""
        for results in (self._finished(_text_of(self._out)), _json_lines(_text_of(self._part))):
            for result in results:
                if is_whole(result) and (self._format != "coco" or "size" in result):
                    yield result

    def _finished(self, text: str) -> Iterable[Result]:
        if self._format == "coco":
            return results_of_coco(text)
        return results_of_csv(text) if self._format == "csv" else _json_lines(text)

    def _refused(self, error: OSError) -> Unavailable:
        return Unavailable(
            f"{self._out} cannot be written: {error.strerror}",
            code="disk-failed",
            remedy=f"Make room and run it again: what is done is kept in {self._part.name}",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        self._lock.close()


def _text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""


def _json_lines(text: str) -> Iterator[Result]:
    """The objects in lines of JSON. What is torn or something else is passed over."""
    for line in text.split("\n"):
        try:
            result = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(result, dict):
            yield result
