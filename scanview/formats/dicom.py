"""DICOM files: DICOS goes to scanview.formats.dicos, plain pictures such as DX and CR become one GREY channel."""

from pathlib import Path

import numpy as np

from scanview.core.scan import Channel, Source, View, ViewHeader
from scanview.formats import dicos
from scanview.formats.dicom_dataset import (
    MAGIC,
    PREAMBLE_BYTES,
    device_of,
    first_frame,
    is_monochrome1,
    pitch_mm,
    read_elements,
)
from scanview.formats.origin import ASSUMED_PITCH_MM, Origin, container_in
from scanview.imaging.scan_image import ScanImage

KIND = "DICOM"

_SUFFIXES = frozenset({".dcm", ".dcs", ".dicom", ".dicos"})
_FIRST_GROUPS = (b"\x02\x00", b"\x08\x00")


def sniff(head: bytes, path: Path) -> bool:
    """Whether the file is DICOM: by its magic, or by name and first element where it has none."""
    has_magic = head[PREAMBLE_BYTES : PREAMBLE_BYTES + len(MAGIC)] == MAGIC
    return has_magic or (path.suffix.lower() in _SUFFIXES and head.startswith(_FIRST_GROUPS))


def read(path: Path, origin: Origin) -> ScanImage:
    """The picture in a DICOM or DICOS file: of several frames the first, stretched to 16 bits.

    Raises:
        BadInput: it holds no picture, is truncated or too large, or of a kind that is not read.
        Unavailable: the decoder for its compression is not installed.
    """
    dataset = read_elements(path, dicos.WANTED, origin.name)
    if dicos.is_dicos(dataset):
        return dicos.read_dataset(dataset, origin)
    frame = first_frame(dataset, origin, is_inverted=is_monochrome1(dataset))
    spacing = pitch_mm(dataset)
    pitch_x, pitch_y = spacing or (ASSUMED_PITCH_MM, ASSUMED_PITCH_MM)
    view = ViewHeader(
        view=View.SIDE,
        rows=frame.counts.shape[0],
        channels=(Channel.GREY,),
        pitch_x_mm=pitch_x,
        pitch_y_mm=pitch_y,
        pitch_source=Source.MEASURED if spacing else Source.ASSUMED,
    )
    notes = ["one channel without physical units", *frame.notes]
    if not spacing:
        notes.append(f"pixels of {ASSUMED_PITCH_MM} mm assumed")
    header = origin.header(
        [view], container=container_in(str(dataset.get("PatientID", ""))), device=device_of(dataset), notes=notes
    )
    return ScanImage(header=header, views=(frame.counts[np.newaxis],))
