"""One simulated lane: a real port agent, and a simulated scanner that hands it detector lines while a truck passes."""

import argparse
import itertools
import signal
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path

from scanview import log
from scanview.core.errors import ScanViewError
from scanview.imaging.scan_image import ScanImage
from scanview.ingest.device import Device
from scanview.ingest.port import Port
from scanview.simulate.scan import simulate_scan

LINES_AT_ONCE = 64
SECOND_VIEW_EVERY = 3
"""One vehicle in so many is seen from above as well, the first of each lane among them."""


def main() -> int:
    """Run the lane until it is told to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--id", required=True)
    parser.add_argument("--hub", required=True)
    parser.add_argument("--spool", type=Path, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--pace", type=float, required=True, help="columns per second")
    parser.add_argument("--pause", type=float, required=True, help="seconds between two vehicles")
    parser.add_argument("--scans", type=int, help="vehicles that pass (default: one after the other)")
    options = parser.parse_args()
    log.start()
    agent = Port(lane=options.id, endpoint=options.hub, spool=options.spool)
    is_over = threading.Event()

    def stop(*_: object) -> None:
        is_over.set()
        agent.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    seeds = itertools.islice(itertools.count(options.seed), options.scans)
    scanner = threading.Thread(
        target=_let_vehicles_pass,
        args=(agent.device("simulated scanner"), seeds, options.pace, options.pause, is_over),
        name="scanner",
    )
    scanner.start()
    agent.run()
    is_over.set()
    scanner.join()
    return 0


def _let_vehicles_pass(
    device: Device, seeds: Iterable[int], pace: float, pause_s: float, is_over: threading.Event
) -> None:
    for number, seed in enumerate(seeds):
        image = simulate_scan(seed, with_top=number % SECOND_VIEW_EVERY == 0).image
        if is_over.is_set():
            return
        try:
            _pass(device, image, pace, is_over)
        except ScanViewError as error:
            sys.stderr.write(f"scanner: {error}\n")
        is_over.wait(pause_s)


def _pass(device: Device, image: ScanImage, pace: float, is_over: threading.Event) -> None:
    """One vehicle drives by at `pace` columns per second; a lane that is told to stop breaks it off."""
    header = image.header
    began = time.monotonic()
    scan = device.scan(*header.views, container=header.container, plate=header.plate, declaration=header.declaration)
    for column in range(image.views[0].shape[2]):
        for view, counts in zip(header.views, image.views, strict=True):
            scan.line(view.view, counts[:, :, column])
        due_s = began + column / pace - time.monotonic()
        if column % LINES_AT_ONCE == 0 and is_over.wait(max(due_s, 0.0)):
            scan.end(complete=False)
            return
    scan.end()


if __name__ == "__main__":
    sys.exit(main())
