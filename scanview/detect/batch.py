"""Owns recognition of many files at once, without a hub: folders walked, an engine chosen, one result per file.

A file that was recognised before by the same model, and has the same content still, is not recognised again. A file
that cannot be read, or that takes its process down with it, becomes a result with an error; the rest goes on.
"""

import os
import sys
from collections.abc import Generator, Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from tqdm import tqdm

from scanview.core.errors import BadInput
from scanview.detect.dask_engine import in_cluster
from scanview.detect.jobs import Job, Read
from scanview.detect.local_engine import in_processes, in_this_process
from scanview.detect.report_folder import ReportFolder
from scanview.detect.result_file import ResultFile, Results
from scanview.detect.results import Result, named_from
from scanview.detect.selection import SHIPPED, Selection
from scanview.formats import readable_suffixes
from scanview.formats.apart import read_scan_apart
from scanview.formats.threat_report import SUFFIX

FORMATS = ("jsonl", "csv", "coco", "dicos")
"""The forms of the results: three of a file, and a folder of DICOS threat detection reports."""

ENGINES = ("local", "dask")


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchResult:
    """How a batch ended: how many scans have a result, `known` of them from before; (name, reason) of the others."""

    done: int
    known: int
    failures: tuple[tuple[str, str], ...]

    @property
    def failed(self) -> int:
        """How many scans could not be recognised."""
        return len(self.failures)


class _Bar(tqdm):  # type: ignore[misc]
    """A progress bar without the thread that tqdm starts to redraw stalled bars."""

    monitor_interval = 0


def detect_files(
    paths: Iterable[Path],
    *,
    out: Path,
    format: str = "jsonl",
    workers: int | None = None,
    read: Read = read_scan_apart,
    selection: Selection = SHIPPED,
    engine: str = "local",
    scheduler: str = "",
    progress: bool = True,
) -> BatchResult:
    """Recognise every scan among `paths` and write the results to `out`, in the order of the files.

    Args:
        paths: files, taken whatever their name, and folders, searched for files with the endings of known formats;
            reports that lie there are no scans.
        out: the result file; it appears when all is done, and grows as `<out>.part` until then. For `dicos` the
            folder of the reports, each of which appears when its scan is done. What is there from an earlier run is
            used again.
        format: one of `FORMATS`.
        workers: processes; None takes one per core, 1 works in this process.
        read: reads a scan from a file; a function that another process can import.
        selection: which models speak.
        engine: one of `ENGINES`; both give the same results.
        scheduler: address of a Dask scheduler, tcp://host:port; empty starts a cluster on this machine.
        progress: whether to draw a progress bar on stderr.

    Raises:
        BadInput, NotAllowed: an unknown format, nothing to do, or a model that must not be used.
        Unavailable: the model is missing, or `out` cannot be written.
    """
    if format not in FORMATS:
        raise BadInput(f"format {format!r} is none of {', '.join(FORMATS)}", code="bad-format")
    if engine not in ENGINES:
        raise BadInput(f"engine {engine!r} is none of {', '.join(ENGINES)}", code="bad-engine")
    selection.load()
    paths = [Path(path) for path in paths]
    found = _jobs(paths)
    if format == "dicos":
        _check_names(found)
    with _opened(out, format) as file:
        jobs = [replace(job, known=file.known(job.name), is_described=format == "dicos") for job in found]
        results = _recognised(
            jobs,
            read,
            selection,
            engine=engine,
            workers=min(workers or os.cpu_count() or 1, len(jobs)),
            scheduler=scheduler,
        )
        with closing(results), _Bar(total=len(jobs), unit="scan", file=sys.stderr, disable=not progress) as bar:
            return _written(results, jobs, file, bar)


def _opened(out: Path, format: str) -> Results:
    return ReportFolder(out) if format == "dicos" else ResultFile(out, format)


def _jobs(paths: list[Path]) -> list[Job]:
    """Every file once, folders in alphabetical order of their files."""
    suffixes = readable_suffixes()
    found: dict[Path, str] = {}
    for path in paths:
        inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in suffixes) if path.is_dir() else [path]
        for file in inside:
            if not path.is_dir() or (file.is_file() and not file.name.endswith(SUFFIX)):
                found.setdefault(file, named_from(file, paths))
    if not found:
        raise BadInput("there is no scan among the paths given", code="nothing-to-do")
    return [Job(path=path, name=name) for path, name in found.items()]


def _check_names(jobs: list[Job]) -> None:
    """Raise BadInput where two scans would have their reports under one name."""
    seen: set[str] = set()
    for job in jobs:
        if job.name in seen:
            raise BadInput(
                f"two scans are called {job.name}, and a report is named after its scan",
                code="same-name",
                remedy="Give the folder that holds both",
            )
        seen.add(job.name)


def _recognised(
    jobs: list[Job], read: Read, selection: Selection, *, engine: str, workers: int, scheduler: str
) -> Generator[Result, None, None]:
    if engine == "dask":
        return in_cluster(jobs, read, selection, workers=workers, scheduler=scheduler)
    if workers == 1:
        return in_this_process(jobs, read, selection)
    return in_processes(jobs, read, selection, workers=workers)


def _written(results: Iterable[Result], jobs: list[Job], file: Results, bar: _Bar) -> BatchResult:
    done, known, failures = 0, 0, []
    for job, result in zip(jobs, results, strict=True):
        file.add(result)
        bar.update()
        if "error" in result:
            failures.append((job.name, str(result["error"])))
        else:
            done += 1
            known += result == job.known
    file.finish()
    return BatchResult(done=done, known=known, failures=tuple(failures))
