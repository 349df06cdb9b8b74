"""A peer to measure intake against: Orthanc, where it is installed, by C-STORE (with dcmtk's storescu) and by REST."""

import http.client
import json
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from bench.intake.dcmtk import MAX_PDU, store
from bench.intake.senders import timed

DICOM_PORT = 11_913
HTTP_PORT = 11_914
PATIENCE_S = 30.0


def receivers(sources: Sequence[Path], folder: Path, opened: ExitStack) -> dict[str, Callable[[int], float]]:
    """What sends the first so many of `sources` to an Orthanc that fsyncs each file, and returns the seconds it took.

    By name: `orthanc` over C-STORE, `orthanc_rest` over HTTP; what is not installed is missing. The server runs until
    `opened` is closed.
    """
    program = shutil.which("Orthanc")
    if program is None:
        return {}
    _start(program, folder / "orthanc", opened)

    def post(scans: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", HTTP_PORT)
        for source in sources[:scans]:
            connection.request("POST", "/instances", source.read_bytes())
            answer = connection.getresponse()
            answer.read()
            if answer.status != http.client.OK:
                raise RuntimeError(f"Orthanc answers {answer.status}")
        connection.close()

    def take_turn(send: Callable[[int], None], scans: int) -> float:
        seconds = timed(lambda: send(scans))
        arrived = json.loads(_ask("GET", "/instances"))
        if len(arrived) != scans:
            raise RuntimeError(f"Orthanc received {len(arrived)} of {scans} scans")
        for instance in arrived:
            _ask("DELETE", f"/instances/{instance}")
        return seconds

    turns = {"orthanc_rest": lambda scans: take_turn(post, scans)}
    if shutil.which("storescu"):
        turns["orthanc"] = lambda scans: take_turn(lambda count: store(sources[:count], DICOM_PORT), scans)
    return turns


def _start(program: str, folder: Path, opened: ExitStack) -> None:
    """An Orthanc with its defaults but for what durability and the bench ask for."""
    folder.mkdir()
    settings = {
        "StorageDirectory": str(folder),
        "IndexDirectory": str(folder),
        "SyncStorageArea": True,
        "DicomAet": "BENCH",
        "DicomPort": DICOM_PORT,
        "DicomCheckCalledAet": False,
        "DicomAlwaysAllowStore": True,
        "MaximumPduLength": int(MAX_PDU),
        "HttpPort": HTTP_PORT,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
        "Plugins": [],
    }
    (folder / "orthanc.json").write_text(json.dumps(settings), encoding="utf-8")
    server = subprocess.Popen(
        [program, str(folder / "orthanc.json")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    opened.callback(server.wait)
    opened.callback(server.kill)
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            _ask("GET", "/system")
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _ask(method: str, path: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", HTTP_PORT)
    connection.request(method, path)
    content = connection.getresponse().read()
    connection.close()
    return content
