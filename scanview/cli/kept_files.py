"""Every scan file and photo of a hub held against what the ledger says of it: read from end to end, to the byte."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scanview.core.errors import ScanViewError
from scanview.formats.archive_writer import FINISHED_SUFFIX, finished_path, verify
from scanview.store.contents import stored_contents
from scanview.store.folders import PHOTOS_FOLDER, SCANS_FOLDER


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFiles:
    """What a hub's data folder keeps beside the catalogue: scan files by scan with their content hashes, and photos."""

    data: Path
    stored: dict[str, str]
    scan_files: tuple[Path, ...]
    photos: tuple[Path, ...]

    @classmethod
    def of(cls, data: Path) -> "KeptFiles":
        """What there is now; the hub may run, and may store more. BadInput where there is no such hub."""
        scan_files = tuple(sorted((data / SCANS_FOLDER).glob(f"*{FINISHED_SUFFIX}")))
        photos = tuple(sorted((data / PHOTOS_FOLDER).glob("??/*")))
        return cls(data=data, stored=stored_contents(data), scan_files=scan_files, photos=photos)

    def __len__(self) -> int:
        return len(self.stored) + len(self.photos)

    def check(self) -> Iterator[str | None]:
        """For each of them what is wrong with it, or None; at the end also the scan files that no entry speaks of."""
        for scan, content_sha256 in self.stored.items():
            yield _scan_problem(finished_path(self.data / SCANS_FOLDER, scan), scan, content_sha256)
        for photo in self.photos:
            yield _photo_problem(photo)
        known = {finished_path(self.data, scan).name for scan in stored_contents(self.data)}
        for path in self.scan_files:
            if path.name not in known:
                yield f"{path.name}: the ledger knows no such scan"


def _scan_problem(path: Path, scan: str, content_sha256: str) -> str | None:
    if not path.exists():
        return f"{path.name} is missing"
    try:
        finished = verify(path)
    except ScanViewError as error:
        return str(error) if path.name in str(error) else f"{path.name}: {error}"
    if (finished.header.scan, finished.content_sha256) != (scan, content_sha256):
        return f"{path.name} is another scan than the one that was stored"
    return None


def _photo_problem(path: Path) -> str | None:
    try:
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        return f"photo {path.name}: {error.strerror}"
    return None if sha256 == path.name else f"photo {path.name} is not what it was"
