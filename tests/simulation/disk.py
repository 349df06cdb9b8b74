"""A virtual disk: what was not synced when the power goes is lost, torn, or there all the same.

The files lie on a memory file system and are used by the real calls of the system; this keeps beside them what is
durable. Contents count from the last fsync of the file, names from the last fsync of their folder, as POSIX has it and
no more. SQLite is trusted to make each commit durable, as it was tried to be; a refused commit is one of the faults.
"""

import errno
import os
import shutil
import sqlite3
import stat
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.simulation.world import Machine

SECTOR_BYTES = 64
_DATABASE = ".sqlite"

Image = dict[str, tuple[bytes, int, int]]
"""Files by their path within the folder: content, mode, and when it was written."""


class Disk:
    """The files of one machine in `folder`. `is_full` and `fsync_fails` are faults, `refusals` what came of them."""

    def __init__(self, folder: Path, machine: "Machine") -> None:
        self.folder = folder
        self.machine = machine
        self.is_full = False
        self.fsync_fails = False
        self.refusals = 0
        self.was_full = False
        self._durable: dict[int, bytes] = {}
        self._names: dict[str, int] = {}
        self._frozen: Image | None = None
        self.open_files: set[int] = set()
        self.files: list[FileIO] = []
        self.connections: list[sqlite3.Connection] = []

    def has(self, path: str) -> bool:
        """Whether a path is on this disk."""
        return path.startswith(f"{self.folder}/") or path == str(self.folder)

    def settle(self) -> None:
        """Everything is durable as it is now."""
        self._durable.clear()
        self._names.clear()
        for entry in _every_file(self.folder):
            self._names[entry.path] = entry.inode()
            self._durable[entry.inode()] = _content(entry.path)

    # -- what the programs do -----------------------------------------------------------------------------------

    def fsync(self, descriptor: int) -> None:
        """Make a file's content, or a folder's names, durable; OSError where that fails, and then they never are."""
        self.machine.crash_here()
        if self.fsync_fails and self.machine.chance.random() < 0.5:
            self.refusals += 1
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        path = os.readlink(f"/proc/self/fd/{descriptor}")
        state = os.fstat(descriptor)
        if stat.S_ISDIR(state.st_mode):
            self._sync_names(path)
        else:
            self._durable[state.st_ino] = _content(path)
        self.machine.crash_here()

    def _sync_names(self, folder: str) -> None:
        """The names in a folder are durable now; a rename from or to another one is so as a whole."""
        now = {entry.path: entry.inode() for entry in _every_file(self.folder)}
        for change in _changes(self._names, now):
            if any(os.path.dirname(path) == folder for path in change):
                _apply(self._names, change)

    def check_room(self) -> None:
        """OSError where the disk is full."""
        if self.is_full:
            self.was_full = True
            self.refusals += 1
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    # -- what happens to it -------------------------------------------------------------------------------------

    def freeze(self, *, is_power_cut: bool) -> None:
        """Keep what will be found after a crash at this very moment, whatever the dying program still does."""
        if self._frozen is None:
            self._frozen = self._left_by_power_cut() if is_power_cut else self._left_by_kill()

    def thaw(self) -> None:
        """The machine starts again, and finds what was left."""
        frozen, self._frozen = self._frozen, None
        if frozen is None:
            return
        for entry in _every_file(self.folder):
            if not _is_database(entry.name):
                os.unlink(entry.path)
        for path, file in frozen.items():
            _write(os.path.join(self.folder, path), *file)
        self.settle()

    def copy_to(self, folder: Path) -> None:
        """A copy of everything as it is now, such as a person makes of a hub for the night."""
        shutil.copytree(self.folder, folder)

    def restore_from(self, folder: Path) -> None:
        """Set everything back to a copy."""
        self._frozen = None
        shutil.rmtree(self.folder)
        shutil.copytree(folder, self.folder)
        self.settle()

    def _left_by_kill(self) -> Image:
        """A killed program takes nothing with it that it has given to the system."""
        return {
            os.path.relpath(entry.path, self.folder): (_content(entry.path), *_state(entry.path))
            for entry in _every_file(self.folder)
            if not _is_database(entry.name)
        }

    def _left_by_power_cut(self) -> Image:
        chance = self.machine.chance
        now = {entry.path: entry.inode() for entry in _every_file(self.folder)}
        paths = {inode: path for path, inode in now.items()}
        names = dict(self._names)
        keeps_share = chance.choice((0.0, 0.5, 1.0))
        for change in _changes(names, now):
            if chance.random() < keeps_share:
                _apply(names, change)
        image: Image = {}
        for name in sorted(names):
            inode = names[name]
            if _is_database(name):
                continue
            durable, path = self._durable.get(inode, b""), paths.get(inode)
            content = durable if path is None else self._torn(durable, _content(path))
            state = (0o600, 0) if path is None else _state(path)
            image[os.path.relpath(name, self.folder)] = (content, *state)
        return image

    def _torn(self, durable: bytes, content: bytes) -> bytes:
        """What a power cut leaves of a file that was `durable` and had this content in memory."""
        if durable == content:
            return durable
        chance = self.machine.chance
        way = chance.random()
        if way < 0.35:
            return durable
        if way < 0.5:
            return content
        shortest = min(len(durable), len(content))
        length = chance.randint(shortest, max(len(durable), len(content)))
        if way < 0.75 and content[: len(durable)] == durable:
            return content[:length]
        old, new = durable.ljust(length, b"\0"), content.ljust(length, b"\0")
        sectors = (
            (new if chance.random() < 0.5 else old)[start : start + SECTOR_BYTES]
            for start in range(0, length, SECTOR_BYTES)
        )
        return b"".join(sectors)[:length]


Change = dict[str, int | None]
"""Paths that change together, each to its inode, or to None where it goes."""


def _changes(durable: dict[str, int], now: dict[str, int]) -> list[Change]:
    """What differs, a rename as one."""
    appeared = {inode: name for name, inode in now.items() if durable.get(name) != inode}
    changes: list[Change] = []
    taken: set[str] = set()
    for name, inode in durable.items():
        if _is_database(name) or now.get(name) == inode:
            continue
        if name not in now:
            target = appeared.get(inode)
            if target is None:
                changes.append({name: None})
            else:
                changes.append({name: None, target: inode})
                taken.add(target)
    changes += [{name: inode} for inode, name in appeared.items() if name not in taken]
    return changes


def _apply(names: dict[str, int], change: Change) -> None:
    for name, inode in change.items():
        if inode is None:
            names.pop(name, None)
        else:
            names[name] = inode


def _is_database(name: str) -> bool:
    return _DATABASE in name


def _every_file(folder: Path) -> list[os.DirEntry[str]]:
    """Every file in a folder and those within, in a fixed order."""
    found: list[os.DirEntry[str]] = []
    waiting = [str(folder)]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                else:
                    found.append(entry)
    return sorted(found, key=lambda entry: entry.path)


def _content(path: str) -> bytes:
    if _is_database(os.path.basename(path)):
        return b""
    with open(path, "rb") as file:
        return file.read()


def _state(path: str) -> tuple[int, int]:
    state = os.stat(path)
    return stat.S_IMODE(state.st_mode), state.st_mtime_ns


def _write(path: str, content: bytes, mode: int, written_ns: int) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)
    os.chmod(path, mode)
    os.utime(path, ns=(written_ns, written_ns))
