"""The processes of a demo: started, waited for until they speak, and ended by their own ids."""

import json
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from queue import Empty, Queue
from typing import Any

from scanview.core.errors import Unavailable

STOP_S = 10.0


class Process:
    """One child: its standard output is read as JSON lines, its standard error goes to a log file."""

    def __init__(self, name: str, arguments: Sequence[str], log: Path) -> None:
        self.name = name
        self._log = log
        self._lines: Queue[dict[str, Any] | None] = Queue()
        with log.open("ab") as stderr:
            self._child = subprocess.Popen(  # noqa: S603 - our own interpreter and modules
                [sys.executable, "-m", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
            )
        self._reader = threading.Thread(target=self._read, name=f"{name} output", daemon=True)
        self._reader.start()

    @property
    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self._child.poll() is None

    def next_line(self, timeout_s: float) -> dict[str, Any]:
        """The next JSON line it prints; Unavailable where it ends or stays silent first."""
        try:
            line = self._lines.get(timeout=timeout_s)
        except Empty:
            line = None
        if line is None:
            state = "is silent" if self.is_alive else f"ended with exit code {self._child.returncode}"
            raise Unavailable(
                f"{self.name} {state}: {self._last_words()}",
                code="demo-process",
                remedy=f"Its whole log is {self._log}",
            )
        return line

    def stop(self) -> None:
        """Ask it to end, and end it when it does not."""
        if self.is_alive:
            self._child.terminate()
        try:
            self._child.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        self._reader.join(STOP_S)
        if self._child.stdout:
            self._child.stdout.close()

    def _read(self) -> None:
        for line in self._child.stdout or ():
            self._lines.put(json.loads(line))
        self._lines.put(None)

    def _last_words(self) -> str:
        lines = deque(self._log.read_text(encoding="utf-8", errors="replace").splitlines(), maxlen=3)
        return " / ".join(lines) or "no word"
