"""Reading what a hub holds of a scan, growing or finished, record by record and without decoding it."""

from dataclasses import dataclass
from pathlib import Path

from scanview.core.errors import Unavailable
from scanview.core.scan import ScanHeader
from scanview.formats.archive_index import ArchiveIndex, open_archive
from scanview.formats.archive_writer import finished_path, growing_path


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldScan:
    """The strips of one scan. Safe to read from any thread while another one writes."""

    folder: Path
    index: ArchiveIndex

    @classmethod
    def open(cls, path: Path) -> "HeldScan":
        """A finished or growing scan file as it is now; BadInput where it is none, Unavailable where it is gone."""
        return cls(folder=path.parent, index=open_archive(path).index)

    @property
    def header(self) -> ScanHeader:
        """What the port said of the scan."""
        return self.index.header

    @property
    def strips(self) -> int:
        """Strips that can be read now."""
        return len(self.index.places)

    def read(self, first: int, count: int, limit_bytes: int) -> list[bytes]:
        """The records of strips `first` to `first + count - 1` that are there, as many as fit into `limit_bytes`.

        One record is read even where it is longer than that. Unavailable where the file cannot be read.
        """
        records: list[bytes] = []
        total = 0
        places = self.index.places[first : first + count]
        if not places:
            return records
        try:
            with self._path().open("rb") as file:
                for place in places:
                    total += place.length
                    if records and total > limit_bytes:
                        break
                    file.seek(place.offset)
                    records.append(file.read(place.length))
        except OSError as error:
            raise Unavailable(
                f"scan {self.header.scan} cannot be read: {error.strerror}", code="unreadable-scan"
            ) from error
        return records

    def _path(self) -> Path:
        """Where the file is now: it gets its final name while readers are at it."""
        growing = growing_path(self.folder, self.header.scan)
        return growing if growing.exists() else finished_path(self.folder, self.header.scan)
