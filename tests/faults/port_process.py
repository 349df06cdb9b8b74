"""A port to be killed: `python -m tests.faults.port_process LANE FOLDER ENDPOINT`.

It watches `FOLDER/in/watch` and lets trucks pass, line by line, one after the other, until `FOLDER/enough` is there;
then it makes `FOLDER/resting`. Every whole truck is in `FOLDER/given.jsonl` once the device was told that it is safe.
Its clock is off as `FOLDER/clock` says. Where the disk refuses, that truck is not safe, and the next one comes.
"""

import json
import os
import signal
import sys
import threading
import time
from pathlib import Path

import numpy as np

from scanview.core.errors import Unavailable
from scanview.core.scan import View
from scanview.ingest.followed_settings import FollowedSettings
from scanview.ingest.port import Port
from tests.flow.clock import follow
from tests.flow.upload_network import view_header

ROWS = 48
COLUMNS = 400
LINE_PAUSE_S = 0.002
TRUCK_PAUSE_S = 0.3


class BrokenOff(Exception):
    """The port is told to stop while a truck passes."""


class Lane:
    """The scanner of one lane."""

    def __init__(self, folder: Path, port: Port, stopping: threading.Event) -> None:
        self._folder = folder
        self._port = port
        self._stopping = stopping

    def run(self) -> None:
        while not self._stopping.is_set():
            if (self._folder / "enough").exists():
                (self._folder / "resting").touch()
            else:
                try:
                    self._pass_truck(np.random.default_rng())
                except BrokenOff:
                    break
                except Unavailable as error:
                    sys.stderr.write(f"a truck is not recorded: {error}\n")
            self._stopping.wait(TRUCK_PAUSE_S)
        self._port.stop()

    def _pass_truck(self, random: np.random.Generator) -> None:
        counts = random.integers(0, 65_536, (2, ROWS, COLUMNS), dtype=np.uint16)
        with self._port.device("portal").scan(view_header(ROWS)) as scan:
            for column in range(COLUMNS):
                if self._stopping.is_set():
                    raise BrokenOff
                scan.line(View.SIDE, counts[:, :, column])
                time.sleep(LINE_PAUSE_S)
            content = scan.end()
        with (self._folder / "given.jsonl").open("a", encoding="utf-8") as given:
            given.write(json.dumps({"scan": scan.header.scan, "content": content}) + "\n")
            given.flush()
            os.fsync(given.fileno())


def main(lane: str, folder: Path, endpoint: str) -> None:
    follow(folder / "clock")
    settings = FollowedSettings(None, {"min_free_mb": 0})
    port = Port(lane=lane, endpoint=endpoint, spool=folder / "spool", watch=folder / "in" / "watch", settings=settings)
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    thread = threading.Thread(target=Lane(folder, port, stopping).run, name="scanner")
    thread.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    port.run()
    thread.join()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
