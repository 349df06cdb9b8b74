"""Owns the report of a month as it is made at the desk, without widgets: asked, written, saved or given up."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Event

from scanview.core.errors import ScanViewError, Unavailable
from scanview.core.period import Period
from scanview.core.statistics import Grouping, Question, Statistics
from scanview.reports.gathered import Gathered
from scanview.session.statistics import RoomStatistics
from scanview.ui.console.statistics.figures import ASKED
from scanview.ui.surroundings import Problem, Surroundings

FORMS = ("pdf", "xlsx")


class MonthReport:
    """One report at a time. `changed` is told of every step; `done` of `total` steps are made."""

    def __init__(self, around: Surroundings, changed: Callable[[], None]) -> None:
        self._around, self._changed = around, changed
        self._asks = RoomStatistics(around.session)
        self._given_up = Event()
        self._period = Period(since=0, until=3_600)
        self._port, self._offset_s, self._now, self._source = "", 0, 0.0, ""
        self._folder, self._name = Path(), ""
        self._languages: tuple[str, ...] = ()
        self._by: dict[Grouping, Statistics] = {}
        self.saved: tuple[Path, ...] = ()
        self.done = 0
        self.is_making = False
        self.problem: Problem | None = None

    @property
    def total(self) -> int:
        """Steps: an answer of the hub each, then a file each."""
        return len(ASKED) + len(FORMS) * len(self._languages)

    def make(
        self,
        folder: Path,
        *,
        name: str,
        period: Period,
        port: str,
        offset_s: int,
        now: float,
        source: str,
        languages: Sequence[str],
    ) -> None:
        """Write `name`-zh.pdf and so on to `folder`, in each of `languages`.

        Of `port`, "" for all of them, by a clock that is `offset_s` ahead of UTC; `now` is UTC seconds and `source` the
        hub that is asked.
        """
        if self.is_making:
            return
        self._folder, self._name, self._period, self._port = folder, name, period, port
        self._offset_s, self._now, self._source, self._languages = offset_s, now, source, tuple(languages)
        self._given_up = Event()
        self._by, self.saved, self.done, self.problem, self.is_making = {}, (), 0, None, True
        self._ask(self._given_up)

    def give_up(self) -> bool:
        """Make no further file; False where nothing is made."""
        was, self.is_making = self.is_making, False
        self._given_up.set()
        if was:
            self._changed()
        return was

    def clear(self) -> None:
        """Forget what was made."""
        self.give_up()
        self._by, self.saved, self.problem = {}, (), None

    def _ask(self, given_up: Event) -> None:
        self._changed()
        if self.done == len(ASKED):
            self._write(given_up)
            return
        by = ASKED[self.done]
        question = Question(period=self._period, by=by, port=self._port, offset_s=self._offset_s)

        def told(answer: Statistics) -> None:
            if not given_up.is_set():
                self._by[by] = answer
                self.done += 1
                self._ask(given_up)

        self._around.when_done(self._asks.ask(question), told, lambda error: self._failed(given_up, error))

    def _write(self, given_up: Event) -> None:
        """One file after the other on a thread of its own, which ends with the last one."""
        gathered = Gathered(
            period=self._period,
            offset_s=self._offset_s,
            by=dict(self._by),
            created_at=self._now,
            source=self._source,
            port=self._port,
        )
        thread = ThreadPoolExecutor(1, "report")
        for language in self._languages:
            for form in FORMS:
                file = self._folder / f"{self._name}-{language}.{form}"
                written: Future[Path | None] = thread.submit(_write, gathered, file, language, given_up)
                self._around.when_done(
                    written,
                    lambda path: self._saved(given_up, path),
                    lambda error: self._failed(given_up, error),
                )
        thread.shutdown(wait=False)

    def _saved(self, given_up: Event, path: Path | None) -> None:
        if given_up.is_set() or path is None:
            return
        self.saved += (path,)
        self.done += 1
        self.is_making = self.done < self.total
        self._changed()

    def _failed(self, given_up: Event, error: ScanViewError) -> None:
        if not given_up.is_set():
            given_up.set()
            self.is_making, self.problem = False, Problem.of(error)
            self._changed()


def _write(gathered: Gathered, file: Path, language: str, given_up: Event) -> Path | None:
    """Write one file, whole or not at all; None where nobody wants it any more.

    Raises:
        Unavailable: the disk refuses, or there is no font.
    """
    from scanview.reports.pdf import write_pdf
    from scanview.reports.spreadsheet import write_spreadsheet

    if given_up.is_set():
        return None
    growing = file.with_name(f".{file.stem}.part{file.suffix}")
    try:
        (write_pdf if file.suffix == ".pdf" else write_spreadsheet)(gathered, growing, language)
        if given_up.is_set():
            return None
        os.replace(growing, file)
    except OSError as error:
        raise Unavailable(f"{file} cannot be written: {error.strerror}", code="unwritable-file") from error
    finally:
        growing.unlink(missing_ok=True)
    return file
