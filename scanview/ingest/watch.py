"""Watches a folder that scanners write files to, and spools each file once it is whole.

A file is whole when its length and time have not changed between two looks. It then moves to `done`, or with a note of
the reason to `rejected`, both beside the watched folder. Nothing that lies in the folder ends the watching.
"""

import logging
import shutil
import stat
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scanview.core.errors import Refused, ScanViewError
from scanview.ingest.file_scan import spool_file
from scanview.ingest.spool import Spool
from scanview.ingest.spool_room import SpoolLevel
from scanview.store.port_log import Priority

_log = logging.getLogger("scanview.ingest")

DONE_FOLDER = "done"
REJECTED_FOLDER = "rejected"
LOOK_EVERY_S = 0.5

_UNFINISHED = frozenset({".part", ".tmp", ".partial", ".filepart", ".crdownload"})
"""Names that programs give to files they are still writing."""


@dataclass(frozen=True, slots=True)
class _Look:
    """What a file looked like: if it looks so again, nobody is writing to it."""

    size: int
    changed_ns: int


class FolderWatch:
    """One watched folder, looked at by a thread of its own from `start` to `stop`.

    `on_error` is told, on that thread, of every file that could not be spooled.
    """

    def __init__(
        self,
        folder: Path,
        spool: Spool,
        lane: str,
        on_error: Callable[[str], None],
        *,
        priority: Priority = Priority.TRUCK,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._spool = spool
        self._lane = lane
        self._on_error = on_error
        self._priority = priority
        self._is_full = False
        self._seen: dict[Path, _Look] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="folder watch")

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the file at hand and end."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def look(self) -> None:
        """Look through the folder once: files that have not changed since the last look are taken in."""
        looks = self._looks()
        for path in sorted(looks, key=lambda path: (looks[path].changed_ns, path.name)):
            if self._stopping.is_set():
                return
            if self._seen.get(path) == looks[path] and self._has_room(path):
                self._take(path)
        self._seen = looks

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.look()
            except Exception:
                _log.exception("the folder %s cannot be looked at", self._folder)
            self._stopping.wait(LOOK_EVERY_S)

    def _looks(self) -> dict[Path, _Look]:
        looks = {}
        for path in self._folder.iterdir():
            if path.name.startswith(".") or path.suffix.lower() in _UNFINISHED or not path.is_file():
                continue
            state = path.stat()
            looks[path] = _Look(state.st_size, state.st_mtime_ns)
        return looks

    def _has_room(self, path: Path) -> bool:
        """Whether the spool takes a new scan; a file that has to wait is not read for nothing, and told of once."""
        is_full = self._spool.room().level is SpoolLevel.FULL
        if is_full and not self._is_full:
            why = f"the spool is full: {path.name} and what comes after it wait in the folder"
            _log.error("%s", why)
            self._on_error(why)
        self._is_full = is_full
        return not is_full

    def _take(self, path: Path) -> None:
        try:
            spooled = spool_file(self._spool, path, self._lane, self._priority)
        except Refused as error:
            self._reject(path, str(error))
        except ScanViewError as error:
            # It may succeed later: the file stays where it is.
            _log.error("%s waits: %s", path.name, error)
            self._on_error(str(error))
        except Exception as error:
            _log.exception("%s cannot be taken in", path.name)
            self._reject(path, f"ScanView failed on this file: {type(error).__name__}")
        else:
            _log.info("%s is %s", path.name, "spooled" if spooled.is_new else "known", extra={"scan": spooled.scan})
            _move(path, self._beside(DONE_FOLDER))

    def _reject(self, path: Path, why: str) -> None:
        _log.warning("%s is rejected: %s", path.name, why)
        self._on_error(why)
        rejected = _move(path, self._beside(REJECTED_FOLDER))
        told = rejected.with_name(f"{rejected.name}.txt")
        told.write_text(f"{path.name}: {why}\n", encoding="utf-8")
        _share_as(told, rejected.parent, folder=False)

    def _beside(self, name: str) -> Path:
        folder = self._folder.resolve().parent / name
        if not folder.exists():
            folder.mkdir()
            _share_as(folder, self._folder, folder=True)
        return folder


def _share_as(path: Path, like: Path, *, folder: bool) -> None:
    """Let those read `path` who may look into `like`: whoever runs the scanner must see what became of a file."""
    mode = stat.S_IMODE(like.stat().st_mode)
    path.chmod(mode if folder else mode & 0o666 & ~0o022)


def _move(path: Path, folder: Path) -> Path:
    """Move `path` into `folder`, under another name where its own is taken."""
    target, number = folder / path.name, 1
    while target.exists():
        number += 1
        target = folder / f"{path.stem}-{number}{path.suffix}"
    shutil.move(path, target)
    return target
