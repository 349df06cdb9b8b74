"""One program per folder: a lock that the system takes away when its holder dies, however that happens."""

import os
import sys
from pathlib import Path

from scanview.core.errors import Unavailable

if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _try_lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class FolderLock:
    """Holds the lock file at `path` until it is closed; Unavailable where another program does, or the disk refuses."""

    def __init__(self, path: Path) -> None:
        try:
            self._descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        except OSError as error:
            raise Unavailable(
                f"{path} cannot be opened: {error.strerror}",
                code="folder-unavailable",
                remedy="Look at the free space and the permissions of its folder",
            ) from error
        try:
            _try_lock(self._descriptor)
        except OSError as error:
            os.close(self._descriptor)
            raise Unavailable(
                f"another program works in {path.parent}",
                code="folder-in-use",
                remedy="Stop it, or choose another folder",
            ) from error

    def close(self) -> None:
        """Let go of the folder."""
        os.close(self._descriptor)

    def __enter__(self) -> "FolderLock":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
