"""Owns long work on many scans: shared by processes, kept on disk as it is done, ended cleanly when told to.

What is asked of each scan is a function that another process can import. Its answers are lines of JSON, so a run that
was broken off goes on where it was.
"""

import json
import multiprocessing
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol, TypeAlias, TypeVar

import cv2

Record: TypeAlias = dict[str, Any]
Progress: TypeAlias = Callable[[int, int], None]


class Named(Protocol):
    """One piece of work, told from all others by its name."""

    @property
    def name(self) -> str:
        """The name."""
        ...


Item = TypeVar("Item", bound=Named)


def worked_through(
    items: Sequence[Item],
    work: Callable[[Item], Record],
    *,
    workers: int,
    kept: Path | None = None,
    progress: Progress | None = None,
) -> list[Record]:
    """What `work` says of each item, in their order; the same for any number of processes.

    Args:
        items: what is to be done.
        work: done in other processes where `workers` is above 1; its record holds what JSON can.
        workers: processes.
        kept: a file of records from earlier runs, and where new ones are added; None keeps nothing.
        progress: called with (done, all) after each item.
    """
    known = _known(kept)
    missing = [item for item in items if item.name not in known]
    done = len(items) - len(missing)
    if progress:
        progress(done, len(items))
    with ExitStack() as stack:
        file = stack.enter_context(kept.open("a", encoding="utf-8")) if kept else None
        for item, record in zip(missing, _results(missing, work, workers, stack), strict=True):
            known[item.name] = record
            if file:
                file.write(json.dumps({"name": item.name, "record": record}) + "\n")
                file.flush()
            done += 1
            if progress:
                progress(done, len(items))
    return [known[item.name] for item in items]


def _known(kept: Path | None) -> dict[str, Record]:
    """Records by the name of their item; a line that was torn by a crash is done again."""
    if kept is None or not kept.exists():
        return {}
    records = {}
    whole, _, torn = kept.read_text(encoding="utf-8").rpartition("\n")
    for line in whole.splitlines():
        entry: Mapping[str, Any] = json.loads(line)
        records[entry["name"]] = entry["record"]
    if torn:
        kept.write_text(whole + "\n" if whole else "", encoding="utf-8")
    return records


def _results(items: Sequence[Item], work: Callable[[Item], Record], workers: int, stack: ExitStack) -> Iterator[Record]:
    if workers <= 1 or len(items) <= 1:
        return map(work, items)
    # Spawned, not forked: a forked copy of a process with threads (OpenCV, ONNX Runtime) may hang.
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(
        min(workers, len(items)), mp_context=multiprocessing.get_context("spawn"), initializer=_begin_process
    )

    def end(error: type[BaseException] | None, *_: object) -> None:
        """End the pool; where the work is given up, without waiting for what is under way."""
        if error is not None:
            for process in set(multiprocessing.active_children()) - others:
                process.terminate()
        pool.shutdown(cancel_futures=True)

    stack.push(end)
    return pool.map(work, items)


def _begin_process() -> None:
    """Leave Ctrl-C to the process that leads, which ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cv2.setNumThreads(1)
