"""A disk of its own for one folder, so small that a test can fill it: a tmpfs, which only root can mount."""

import errno
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

BALLAST = "ballast"
_BLOCKS = (1 << 20, 1 << 12, 1)


@cache
def is_possible() -> bool:
    """Whether this process may mount a disk here."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        return False
    with TemporaryDirectory() as folder:
        return _mount(Path(folder), 1 << 20) and _unmount(Path(folder))


class SmallDisk:
    """The folder, which is made, is on a disk of `size_bytes` until `close`, which leaves the files where they are."""

    def __init__(self, folder: Path, size_bytes: int) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        assert _mount(folder, size_bytes), f"nothing can be mounted at {folder}"

    def fill(self) -> None:
        """Leave not a byte."""
        with (self._folder / BALLAST).open("ab", buffering=0) as ballast:
            for block in _BLOCKS:
                _write_until_full(ballast, block)

    def make_room(self) -> None:
        """Take away what `fill` wrote."""
        (self._folder / BALLAST).unlink(missing_ok=True)

    def close(self) -> None:
        """Give the disk up; its files stay."""
        self.make_room()
        kept = self._folder.with_name(f"{self._folder.name}.kept")
        shutil.copytree(self._folder, kept)
        assert _unmount(self._folder), f"{self._folder} is in use"
        self._folder.rmdir()
        kept.rename(self._folder)


def _write_until_full(file, block: int) -> None:
    try:
        while True:
            file.write(bytes(block))
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise


def _mount(folder: Path, size_bytes: int) -> bool:
    options = f"size={size_bytes},mode=0700"
    return _run("mount", "-t", "tmpfs", "-o", options, "scanview-test", str(folder))


def _unmount(folder: Path) -> bool:
    return _run("umount", str(folder))


def _run(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
