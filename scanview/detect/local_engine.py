"""Recognition of a batch on this machine: in this process, or in a pool of processes with a model each.

Every process computes with one thread, which scales better than one model with many.
"""

from collections import deque
from collections.abc import Generator, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool

from scanview.detect.jobs import Job, Read, load_models, recognise_file
from scanview.detect.results import Result, failure_of
from scanview.detect.selection import Selection
from scanview.processes import pool_of

_AHEAD = 2


def in_this_process(jobs: Sequence[Job], read: Read, selection: Selection) -> Generator[Result, None, None]:
    """Results in the order of the jobs."""
    for job in jobs:
        yield recognise_file(job, read, selection)


def in_processes(
    jobs: Sequence[Job], read: Read, selection: Selection, *, workers: int
) -> Generator[Result, None, None]:
    """Results in order; when a process dies, what was under way is done again, one process for each file."""
    waiting, under_way = deque(jobs), deque[tuple[Job, Future[Result]]]()
    pool = pool_of(workers, load_models, selection)
    try:
        while waiting or under_way:
            while waiting and len(under_way) < _AHEAD * workers:
                job = waiting.popleft()
                under_way.append((job, pool.submit(recognise_file, job, read, selection)))
            job, future = under_way.popleft()
            try:
                yield future.result()
            except BrokenProcessPool:
                pool.shutdown()
                again = [job, *(other for other, _ in under_way)]
                under_way.clear()
                yield from (_alone(single, read, selection) for single in again)
                pool = pool_of(workers, load_models, selection)
    finally:
        pool.shutdown(cancel_futures=True)


def _alone(job: Job, read: Read, selection: Selection) -> Result:
    with pool_of(1, load_models, selection) as pool:
        try:
            return pool.submit(recognise_file, job, read, selection).result()
        except BrokenProcessPool:
            return failure_of(job.name, "the process that worked on it died")
