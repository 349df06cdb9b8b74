"""Owns recognition of many files at once, without a hub: folders walked, a pool of processes, one result per file.

A file that was recognised before by the same model, and has the same content still, is not recognised again.
Every process holds one single-threaded model, which scales better than one model with many threads. A file that
cannot be read, or that takes its process down with it, becomes a result with an error; the rest goes on.
"""

import hashlib
import logging
import multiprocessing
import os
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from tqdm import tqdm

from scanview.core.errors import BadInput, ScanViewError
from scanview.detect.model import DetectorModel
from scanview.detect.pipeline import Recogniser
from scanview.detect.result_file import FORMATS, ResultFile
from scanview.detect.results import Result, failure_of, named_from, result_of
from scanview.formats import read_scan, readable_suffixes
from scanview.imaging.scan_image import ScanImage

Read: TypeAlias = Callable[[Path], ScanImage]

_AHEAD = 2
_log = logging.getLogger(__name__)
_recogniser: Recogniser | None = None
"""The model of this process: made once when a worker starts, because loading costs more than a scan."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    path: Path
    name: str
    known: Result | None = None


def detect_files(
    paths: Iterable[Path],
    *,
    out: Path,
    format: str = "jsonl",
    workers: int | None = None,
    read: Read = read_scan,
    model_path: Path | None = None,
    progress: bool = True,
) -> BatchResult:
    """Recognise every scan among `paths` and write the results to `out`, in the order of the files.

    Args:
        paths: files, taken whatever their name, and folders, searched for files with the endings of known formats.
        out: the result file; it appears when all is done, and grows as `<out>.part` until then. What either of them
            holds from an earlier run is used again.
        format: one of `FORMATS`.
        workers: processes; None takes one per core, 1 works in this process.
        read: reads a scan from a file; a function that another process can import.
        model_path: the model file; None takes the one that ships with ScanView.
        progress: whether to draw a progress bar on stderr.

    Raises:
        BadInput: an unknown format, nothing to do, or a model that must not be used.
        Unavailable: the model is missing, or `out` cannot be written.
    """
    if format not in FORMATS:
        raise BadInput(f"format {format!r} is none of {', '.join(FORMATS)}", code="bad-format")
    DetectorModel(model_path)
    paths = [Path(path) for path in paths]
    with ResultFile(out, format) as file:
        jobs = [replace(job, known=file.known.get(job.name)) for job in _jobs(paths)]
        count = min(workers or os.cpu_count() or 1, len(jobs))
        results = _in_this_process(jobs, read, model_path) if count == 1 else _in_pool(jobs, count, read, model_path)
        with closing(results), _Bar(total=len(jobs), unit="scan", file=sys.stderr, disable=not progress) as bar:
            return _written(results, jobs, file, bar)


def _jobs(paths: list[Path]) -> list[_Job]:
    """Every file once, folders in alphabetical order of their files."""
    suffixes = readable_suffixes()
    found: dict[Path, str] = {}
    for path in paths:
        inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in suffixes) if path.is_dir() else [path]
        for file in inside:
            if not path.is_dir() or file.is_file():
                found.setdefault(file, named_from(file, paths))
    if not found:
        raise BadInput("there is no scan among the paths given", code="nothing-to-do")
    return [_Job(path=path, name=name) for path, name in found.items()]


def _in_this_process(jobs: list[_Job], read: Read, model_path: Path | None) -> Generator[Result, None, None]:
    _start_worker(model_path)
    for job in jobs:
        yield _recognise(job, read)


def _in_pool(jobs: list[_Job], workers: int, read: Read, model_path: Path | None) -> Generator[Result, None, None]:
    """Results in order; when a process dies, what was under way is done again, one process for each file."""
    waiting, under_way = deque(jobs), deque[tuple[_Job, Future[Result]]]()
    pool = _pool(workers, model_path)
    try:
        while waiting or under_way:
            while waiting and len(under_way) < _AHEAD * workers:
                job = waiting.popleft()
                under_way.append((job, pool.submit(_recognise, job, read)))
            job, future = under_way.popleft()
            try:
                yield future.result()
            except BrokenProcessPool:
                pool.shutdown()
                again = [job, *(other for other, _ in under_way)]
                under_way.clear()
                yield from (_alone(single, read, model_path) for single in again)
                pool = _pool(workers, model_path)
    finally:
        pool.shutdown(cancel_futures=True)


def _alone(job: _Job, read: Read, model_path: Path | None) -> Result:
    with _pool(1, model_path) as pool:
        try:
            return pool.submit(_recognise, job, read).result()
        except BrokenProcessPool:
            return failure_of(job.name, "the process that worked on it died")


def _pool(workers: int, model_path: Path | None) -> ProcessPoolExecutor:
    # Spawned, not forked: a forked copy of a process with threads (OpenCV, ONNX Runtime) may hang.
    spawn = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=spawn, initializer=_start_worker, initargs=(model_path,))


def _start_worker(model_path: Path | None) -> None:
    global _recogniser
    _recogniser = Recogniser(model_path, threads=1)


def _recognise(job: _Job, read: Read) -> Result:
    assert _recogniser is not None, "a worker starts with its model"
    try:
        with job.path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        if job.known and (job.known["sha256"], job.known["model"]) == (sha256, _recogniser.model):
            return job.known
        image = read(job.path)
        recognition = _recogniser.recognise(image)
    except ScanViewError as error:
        return failure_of(job.name, str(error))
    except Exception as error:  # One strange file must not end a batch of thousands.
        _log.exception("%s", job.path)
        return failure_of(job.name, f"{type(error).__name__}: {error}")
    _, counts = image.side
    return result_of(job.name, sha256, recognition, rows=counts.shape[1], columns=counts.shape[2])


def _written(results: Iterable[Result], jobs: list[_Job], file: ResultFile, bar: _Bar) -> BatchResult:
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
