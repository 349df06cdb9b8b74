"""What a file holds, as values: for `scanview inspect` and `scanview convert`."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from scanview.core.scan import Channel, ScanHeader, View, ViewHeader
from scanview.formats import archive_reader, kind_of, write_scan
from scanview.formats.apart import read_scan_apart
from scanview.formats.archive_writer import content_sha256, verify
from scanview.formats.origin import origin_of
from scanview.imaging.scan_image import ScanImage


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelFacts:
    """The counts of one channel in numbers."""

    channel: Channel
    lowest: int
    highest: int
    mean: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewFacts:
    """One view in numbers."""

    view: View
    rows: int
    columns: int
    channels: tuple[ChannelFacts, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """One file: `sha256` is that of its bytes, `content_sha256` names the scan in a scan file, else it is empty."""

    path: Path
    kind: str
    size_bytes: int
    sha256: str
    header: ScanHeader
    views: tuple[ViewFacts, ...]
    is_finished: bool
    content_sha256: str = ""

    def as_json(self) -> dict[str, Any]:
        """For programs: the fields as plain JSON values, `path` under the name that result files use, "scan"."""
        fields: dict[str, Any] = msgspec.to_builtins(self, enc_hook=str)
        return {"scan": fields.pop("path"), **fields}

    def as_text(self) -> str:
        """For people: a line of what it is, a line per view, a line per note."""
        header = self.header
        state = "" if self.is_finished else ", still growing"
        names = " ".join(name for name in (header.container, header.plate, header.device) if name)
        views = zip(self.views, header.views, strict=True)
        lines = [
            f"{self.path}: {self.kind}{state}, {self.size_bytes} bytes",
            f"  scan {header.scan} of lane {header.lane} {names}".rstrip(),
            *(f"  {line}" for facts, view in views for line in _lines(facts, view)),
            *(f"  note: {note}" for note in header.notes),
            f"  SHA-256 {self.sha256}",
        ]
        if self.content_sha256:
            lines.append(f"  content SHA-256 {self.content_sha256}")
        return "\n".join(lines)


def describe(path: Path) -> Description:
    """Read the file at `path` to its end and say what is in it; a finished scan file is verified byte for byte.

    Raises:
        BadInput: it cannot be read as a scan, or is a damaged scan file.
        Unavailable: it cannot be read now.
    """
    kind = kind_of(path)
    is_finished, content = True, ""
    if kind == archive_reader.KIND:
        is_finished = archive_reader.ArchiveReader(path).is_finished
        content = verify(path).content_sha256 if is_finished else content_sha256(path)
    image = read_scan_apart(path)
    origin = origin_of(path)
    return Description(
        path=path,
        kind=kind,
        size_bytes=origin.file_bytes,
        sha256=origin.sha256,
        header=image.header,
        views=_views(image),
        is_finished=is_finished,
        content_sha256=content,
    )


def convert(source: Path, target: Path) -> ScanImage:
    """Read `source`, write it in the format that the ending of `target` names, and return what was written."""
    image = read_scan_apart(source)
    write_scan(image, target)
    return image


def _lines(facts: ViewFacts, view: ViewHeader) -> Iterator[str]:
    """One view and its channels for people."""
    yield (
        f"{facts.view}: {facts.columns} x {facts.rows} pixels of {view.pitch_x_mm:g} x {view.pitch_y_mm:g} mm "
        f"({view.pitch_source})"
    )
    for number, channel in enumerate(facts.channels):
        line = f"  {channel.channel}: {channel.lowest} to {channel.highest}, mean {channel.mean:.0f}"
        if view.calibrations:
            calibration = view.calibrations[number]
            line += f"; air {calibration.air:g}, dark {calibration.dark:g} ({calibration.source})"
        if view.energies_mv:
            line += f"; {view.energies_mv[number]:g} MV"
        yield line


def _views(image: ScanImage) -> tuple[ViewFacts, ...]:
    return tuple(
        ViewFacts(
            view=view.view,
            rows=view.rows,
            columns=counts.shape[2],
            channels=tuple(
                ChannelFacts(
                    channel=channel, lowest=int(plane.min()), highest=int(plane.max()), mean=float(plane.mean())
                )
                for channel, plane in zip(view.channels, counts, strict=True)
                if plane.size
            ),
        )
        for view, counts in zip(image.header.views, image.views, strict=True)
    )
