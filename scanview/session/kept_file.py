"""Owns how the session keeps small things on disk: whole or not at all, and on the disk before anybody goes on."""

import os
from pathlib import Path
from typing import TypeVar

import msgspec

from scanview.core.errors import BadInput

T = TypeVar("T")


def make_folder(folder: Path) -> None:
    """Make `folder` for this user alone."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def write(path: Path, content: bytes) -> None:
    """Put `content` into the file `path`, for this user alone; OSError where the disk refuses."""
    growing = path.with_suffix(".part")
    descriptor = os.open(growing, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    growing.replace(path)
    _sync(path.parent)


def remove(path: Path) -> None:
    """Delete the file `path`, for good; nothing where there is none. OSError where the disk refuses."""
    try:
        path.unlink()
    except FileNotFoundError:
        return
    _sync(path.parent)


def read_all(folder: Path, decoder: msgspec.json.Decoder[T]) -> list[T]:
    """What the files in `folder` hold; a file that holds nothing of the kind is put aside for a person to look at."""
    held = []
    for path in sorted(folder.glob("*.json")):
        try:
            held.append(decoder.decode(path.read_bytes()))
        except (msgspec.MsgspecError, UnicodeError, BadInput):
            path.rename(path.with_suffix(".unreadable"))
    return held


def _sync(folder: Path) -> None:
    """Make the names in `folder` durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
