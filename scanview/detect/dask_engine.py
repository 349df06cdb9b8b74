"""Recognition of a batch on a cluster of Dask: one of processes on this machine, or one whose scheduler is named.

A cluster of our own takes work from nobody else: whoever could reach it unasked could run programs as this user.

The files must lie where every worker finds them under the same path. A worker that is lost costs nothing but its file
being done again elsewhere; a file that takes several workers down with it becomes a result with an error.
"""

import logging
from collections import deque
from collections.abc import Generator, Sequence
from contextlib import ExitStack
from typing import Any

from scanview.core.errors import Unavailable
from scanview.detect.jobs import Job, Read, recognise_file
from scanview.detect.results import Result, failure_of
from scanview.detect.selection import Selection

_AHEAD = 2
_ANSWER_S = 30.0
_SETTINGS = {
    "distributed.scheduler.allowed-failures": 2,
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
}
"""How many workers one file may take down, and no pages for browsers."""


def in_cluster(
    jobs: Sequence[Job], read: Read, selection: Selection, *, workers: int, scheduler: str = ""
) -> Generator[Result, None, None]:
    """Results in the order of the jobs.

    Args:
        jobs: the files.
        read: reads a scan from a file.
        selection: which models speak.
        workers: processes of a cluster on this machine; not used where a scheduler is named.
        scheduler: address of a running scheduler, tcp://host:port; empty starts a cluster on this machine.

    Raises:
        Unavailable: Dask is not installed (code `no-dask`), or the scheduler does not answer (code `no-scheduler`).
    """
    with ExitStack() as opened:
        client = _client(opened, workers, scheduler)
        most = _AHEAD * max(1, sum(client.nthreads().values()))
        waiting, under_way = deque(jobs), deque[tuple[Job, Any]]()
        while waiting or under_way:
            while waiting and len(under_way) < most:
                job = waiting.popleft()
                under_way.append((job, client.submit(recognise_file, job, read, selection, pure=False)))
            job, future = under_way.popleft()
            yield _result(job, future)


def _result(job: Job, future: Any) -> Result:
    from distributed import KilledWorker

    try:
        result: Result = future.result()
    except KilledWorker:
        return failure_of(job.name, "the processes that worked on it died")
    return result


def _client(opened: ExitStack, workers: int, scheduler: str) -> Any:
    try:
        import dask
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise Unavailable(
            "the engine dask is not installed", code="no-dask", remedy="Install scanview[dask], or use --engine local"
        ) from error
    opened.enter_context(dask.config.set(_SETTINGS))
    address: Any = scheduler or opened.enter_context(
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            worker_dashboard_address="127.0.0.1:0",
            security=True,
            silence_logs=logging.ERROR,
        )
    )
    try:
        return opened.enter_context(Client(address, timeout=_ANSWER_S, set_as_default=False))
    except OSError as error:
        raise Unavailable(
            f"no Dask scheduler answers at {scheduler}",
            code="no-scheduler",
            remedy="Start it, or give its address as tcp://host:port",
        ) from error
