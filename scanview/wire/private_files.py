"""Files that only their owner reads, that are whole or not there at all, and that survive a power cut."""

import contextlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FOLDER_MODE = 0o700
_FILE_MODE = 0o600


def make_private_folder(folder: Path) -> None:
    """Make `folder` for its owner alone; one that exists is left as it is."""
    folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)


def create_private(path: Path, content: bytes) -> bool:
    """Write `content` to a new file at `path`; False where somebody was faster, and then their file stays."""
    with _temporary(path, content) as temporary:
        try:
            os.link(temporary, path)
        except FileExistsError:
            return False
    sync_folder(path.parent)
    return True


def replace_private(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Write `content` to the file at `path`, old or new. Without `durable`, a power cut may bring the old one back."""
    with _temporary(path, content, durable=durable) as temporary:
        temporary.replace(path)
    if durable:
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make new names in `folder` durable; Windows needs and offers no such thing."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _temporary(path: Path, content: bytes, *, durable: bool = True) -> Iterator[Path]:
    """A file beside `path` with `content` in it; gone afterwards unless it was renamed."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE_MODE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        yield temporary
    finally:
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()
