"""An intake in a process of its own, to be killed: `python -m tests.flow.intake_process FOLDER ENDPOINT`.

Prints its endpoint. What its register is told is appended, durably, to FOLDER/register.jsonl.
"""

import json
import os
import sys
import time
from concurrent.futures import Future
from pathlib import Path

from tests.flow.upload_network import HubEnd, MemoryRegister, done


class FileRegister(MemoryRegister):
    """A register that survives its process."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        self.contents = {entry["scan"]: entry["content"] for entry in map(json.loads, lines)}

    def stored(self, scan: str, content_sha256: str, strips: int, columns: tuple, complete: bool) -> Future:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"scan": scan, "content": content_sha256, "columns": columns}) + "\n")
            file.flush()
            os.fsync(file.fileno())
        self.contents[scan] = content_sha256
        return done(None)


def main(folder: Path, endpoint: str) -> None:
    hub = HubEnd(folder, endpoint, FileRegister(folder / "register.jsonl"))
    # Every strip takes a while, so that a kill is sure to fall into the middle of an upload.
    hub.tampering = lambda message, raw: (time.sleep(0.01), [(message, raw)])[1]
    sys.stdout.write(json.dumps({"endpoint": hub.endpoint}) + "\n")
    sys.stdout.flush()
    time.sleep(3600)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
