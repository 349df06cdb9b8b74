"""A whole scan in memory to a scan file, as a port would have sent it strip by strip."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from scanview.core.scan import STRIP_COLUMNS
from scanview.formats.archive_writer import ArchiveWriter, FinishedArchive
from scanview.imaging.pyramid import strip_levels
from scanview.imaging.scan_image import ScanImage
from scanview.wire.tiles import encode_strip


def strip_records(image: ScanImage) -> Iterator[bytes]:
    """The records of `image` in the order a lane sends them: strip by strip, its views in turn."""
    sequence = 0
    for start in range(0, max(counts.shape[2] for counts in image.views), STRIP_COLUMNS):
        for view, counts in enumerate(image.views):
            # Read once out of the picture's long rows, and after that out of the processor's cache.
            strip = np.ascontiguousarray(counts[:, :, start : start + STRIP_COLUMNS])
            if strip.shape[2]:
                yield encode_strip(strip_levels(strip), sequence=sequence, view=view)
                sequence += 1


def write_archive(image: ScanImage, path: Path) -> FinishedArchive:
    """Write `image` as a finished scan file at `path`, which is replaced only when all is there."""
    with TemporaryDirectory(dir=path.parent, prefix=".writing-") as folder:
        writer = ArchiveWriter.create(Path(folder), image.header)
        try:
            for record in strip_records(image):
                writer.append(record)
            return writer.finish().moved_to(path)
        finally:
            writer.close()
