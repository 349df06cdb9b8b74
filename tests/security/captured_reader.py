"""A reader that a file has taken over: it does what the file says. Registered as a plug-in by the test."""

import ctypes
import os
import signal
import socket
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from scanview.formats.raster import grey_scan

KIND = "captured"
MAGIC = b"CAPTURED "


def sniff(head, path):
    return head.startswith(MAGIC)


def read(path, origin):
    act, _, rest = path.read_bytes()[len(MAGIC) :].decode().partition(" ")
    said = ACTS[act](rest, origin)
    image = grey_scan(np.full((20, 30), 7, np.uint16), origin, [f"{act}: {said}"])
    return said if act == "claims" else image


def tried(act, *failures):
    try:
        return f"done {act()!r}"
    except OSError as error:
        return f"refused {error.errno}"


def spin(rest, origin):
    while True:
        pass


def crash(rest, origin):
    ctypes.string_at(0)


def eat(rest, origin):
    return [bytearray(256 << 20) for _ in range(64)]


def claims(rest, origin):
    """Pixels of another scan of another lane."""
    image = grey_scan(np.full((20, 30), 7, np.uint16), origin, [])
    stolen = replace(image.header, scan="f" * 32, lane="CNSHA-99", source_name="other", source_sha256="e" * 64)
    return replace(image, header=stolen)


def garbage(rest, origin):
    """Write an answer of one's own into the block, and end as if all were well."""
    for descriptor in range(3, 64):
        try:
            if "answer" in os.readlink(f"/proc/self/fd/{descriptor}"):
                os.write(descriptor, bytes.fromhex(rest))
        except OSError:
            continue
    os._exit(0)


def flood(rest, origin):
    """Fill the block with more than an answer may be."""
    for descriptor in range(3, 64):
        try:
            if "answer" in os.readlink(f"/proc/self/fd/{descriptor}"):
                while True:
                    os.write(descriptor, bytes(1 << 24))
        except OSError:
            continue
    os._exit(0)


ACTS = {
    "spin": spin,
    "crash": crash,
    "eat": eat,
    "claims": claims,
    "garbage": garbage,
    "flood": flood,
    "sleep": lambda rest, origin: time.sleep(600),
    "abort": lambda rest, origin: os.abort(),
    "end": lambda rest, origin: os._exit(0),
    "steal": lambda rest, origin: tried(lambda: Path(rest).read_text()),
    "write": lambda rest, origin: tried(lambda: Path(rest).write_text("x")),
    "remove": lambda rest, origin: tried(lambda: Path(rest).unlink()),
    "talk": lambda rest, origin: tried(lambda: socket.create_connection(("127.0.0.1", int(rest)))),
    "run": lambda rest, origin: tried(lambda: subprocess.run([rest], check=False)),
    "fork": lambda rest, origin: tried(os.fork),
    "kill": lambda rest, origin: tried(lambda: os.kill(int(rest), signal.SIGTERM)),
    "environment": lambda rest, origin: rest in os.environ,
    "open": lambda rest, origin: sorted(
        os.readlink(f"/proc/self/fd/{each}").partition(":")[0]
        for each in range(3, 64)
        if os.path.exists(f"/dev/fd/{each}")
    ),
}
