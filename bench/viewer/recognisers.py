"""Recognition at low priority on every core, in processes of its own, as it runs beside an analyst on one machine."""

import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Event

NICE = 15


@contextmanager
def recognising() -> Iterator[None]:
    """One recognition per core after the other until the end of the block; begins when all have begun."""
    spawn = multiprocessing.get_context("spawn")
    begun = [spawn.Event() for _ in range(os.cpu_count() or 1)]
    processes = [spawn.Process(target=_recognise, args=(event,), daemon=True) for event in begun]
    for process in processes:
        process.start()
    try:
        for event in begun:
            event.wait()
        yield
    finally:
        for process in processes:
            process.kill()
            process.join()


def _recognise(begun: Event) -> None:
    from scanview.detect.pipeline import Recogniser
    from scanview.simulate.scan import simulate_scan

    os.nice(NICE)
    image = simulate_scan(seed=1).image
    recogniser = Recogniser()
    while True:
        recogniser.recognise(image)
        begun.set()
