"""A peer to measure intake against: dcmtk's storescu and storescp, where they are installed."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from bench.intake.senders import timed

STORESCP_PORT = 11_912
MAX_PDU = "131072"
"""The longest that dcmtk takes, and its fastest."""


def receiver(sources: Sequence[Path], folder: Path, opened: ExitStack) -> Callable[[int], float] | None:
    """What sends the first so many of `sources` to storescp +B, each with an fsync, and returns the seconds it took.

    None where dcmtk is not installed. The server runs until `opened` is closed.
    """
    if not (shutil.which("storescu") and shutil.which("storescp")):
        return None
    received = folder / "dcmtk"
    received.mkdir()
    server = subprocess.Popen(
        ["storescp", "+B", "--max-pdu", MAX_PDU, "--unique-filenames", "-od", str(received), str(STORESCP_PORT)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    opened.callback(server.wait)
    opened.callback(server.kill)
    time.sleep(0.5)

    def send(scans: int) -> None:
        store(sources[:scans], STORESCP_PORT)
        for path in received.iterdir():
            with path.open("rb") as file:
                os.fsync(file.fileno())

    def take_turn(scans: int) -> float:
        seconds = timed(lambda: send(scans))
        arrived = list(received.iterdir())
        if len(arrived) != scans:
            raise RuntimeError(f"dcmtk received {len(arrived)} of {scans} scans")
        for path in arrived:
            path.unlink()
        return seconds

    return take_turn


def store(sources: Sequence[Path], port: int) -> None:
    """Send the files to whoever listens at `port` of this machine, over one association."""
    client = ["storescu", "--max-pdu", MAX_PDU, "--max-send-pdu", MAX_PDU, "-aec", "BENCH", "127.0.0.1", str(port)]
    subprocess.run([*client, *map(str, sources)], check=True, capture_output=True)
