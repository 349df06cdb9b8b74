"""Photos of inspections in the hub's data folder, each under the SHA-256 of its content. Nobody here decodes one."""

import hashlib
import time
from collections.abc import Collection
from pathlib import Path

from scanview.core.errors import BadInput, NotAllowed, Unavailable
from scanview.core.inspection import MAX_PHOTO_BYTES, Photo, photo_form
from scanview.wire.private_files import create_private, make_private_folder

_UNNAMED_S = 24 * 3_600.0


class PhotoFolder:
    """The photos below `folder`. For any thread; two that put the same photo put it once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, sha256: str, content: bytes) -> None:
        """Keep a photo; durable when this returns, nothing where it is there.

        Raises:
            BadInput: it is too long, no JPEG or PNG, or not the content that is named.
            Unavailable: the disk refuses.
        """
        if len(content) > MAX_PHOTO_BYTES:
            raise BadInput(f"a photo of {len(content)} bytes is more than {MAX_PHOTO_BYTES}", code="photo-too-large")
        photo_form(content)
        if hashlib.sha256(content).hexdigest() != sha256:
            raise BadInput("the photo is not the content that is named", code="bad-photo")
        path = self._path(sha256)
        try:
            make_private_folder(path.parent)
            create_private(path, content)
        except OSError as error:
            raise Unavailable(f"the photo cannot be kept: {error.strerror}", code="disk-failed") from error

    def check(self, photo: Photo) -> None:
        """NotAllowed (code `photo-missing`) unless the photo is here as it is described."""
        path = self._path(photo.sha256)
        try:
            with path.open("rb") as file:
                form = photo_form(file.read(16))
            is_here = path.stat().st_size == photo.size_bytes and form is photo.form
        except FileNotFoundError:
            is_here = False
        except OSError as error:
            raise Unavailable(f"the photo cannot be read: {error.strerror}", code="disk-failed") from error
        if not is_here:
            raise NotAllowed("a photo of this result is not here", code="photo-missing", remedy="Send it before")

    def read(self, sha256: str) -> bytes:
        """The photo as it was put.

        Raises:
            NotAllowed: it is not here.
            BadInput: it is not what it was.
            Unavailable: the disk refuses.
        """
        try:
            content = self._path(sha256).read_bytes()
        except FileNotFoundError as error:
            raise NotAllowed("the photo is not here any more", code="photo-missing") from error
        except OSError as error:
            raise Unavailable(f"the photo cannot be read: {error.strerror}", code="disk-failed") from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise BadInput("the photo was altered on the hub's disk", code="bad-photo")
        return content

    def sweep(self, named: Collection[str]) -> int:
        """Forget photos that no result names and that came more than a day ago; how many those were."""
        old = [
            path
            for path in self._folder.glob("??/*")
            if path.name not in named and time.time() - path.stat().st_mtime > _UNNAMED_S
        ]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256
