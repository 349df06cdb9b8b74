"""What DICOM and DICOS files share: their elements, and the picture inside, taken out within the limits.

Only the elements that are asked for are kept while a file is read, so one with millions of others costs no memory.
Files of the field break rules (illegal UIDs, odd elements): that is noted in the log, not refused.
"""

import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.encaps import get_frame
from pydicom.filereader import read_dataset
from pydicom.pixels import get_decoder, pixel_array

from scanview.core.errors import BadInput, Unavailable
from scanview.formats.codestreams import codestream_size
from scanview.formats.greys import full_scale, grey_of_colour, inverted
from scanview.formats.limits import MAX_PITCH_MM, MIN_PITCH_MM, check_picture
from scanview.formats.origin import Origin
from scanview.imaging.scan_image import Counts

_log = logging.getLogger(__name__)

PREAMBLE_BYTES = 128
MAGIC = b"DICM"

_META_GROUP = 0x0002
_DEFLATED = frozenset({"1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.4.95", "1.2.840.10008.1.2.4.205"})
"""Transfer syntaxes that inflate the whole file before a limit could be held against it."""

_SHARED_TAGS = (
    "SamplesPerPixel",
    "PhotometricInterpretation",
    "PlanarConfiguration",
    "NumberOfFrames",
    "Rows",
    "Columns",
    "BitsAllocated",
    "BitsStored",
    "HighBit",
    "PixelRepresentation",
    "PixelData",
    "FloatPixelData",
    "DoubleFloatPixelData",
    "ExtendedOffsetTable",
    "ExtendedOffsetTableLengths",
    "SOPClassUID",
    "PatientID",
    "PixelSpacing",
    "ImagerPixelSpacing",
    "Manufacturer",
    "ManufacturerModelName",
    "StationName",
)

UNKNOWN = "unknown"
"""What toolkits write where they have nothing to say."""

_GREYS = frozenset({"MONOCHROME1", "MONOCHROME2"})
_COLOURS = frozenset({"RGB", "YBR_FULL", "YBR_FULL_422", "YBR_ICT", "YBR_RCT"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FramePixels:
    """The first frame of a file: `counts` of shape (rows, columns), bright where the beam met nothing."""

    counts: Counts
    notes: tuple[str, ...]


def read_elements(path: Path, wanted: Sequence[str | int], name: str) -> pydicom.Dataset:
    """The `wanted` elements of a file and those that every picture needs.

    Raises:
        BadInput: it is no DICOM file, or a deflated one.
    """
    with quiet(name):
        if _declared_syntax(path) in _DEFLATED:
            raise BadInput(
                f"{name} is deflated, which is not read",
                code="deflated-file",
                remedy="Write it uncompressed, in RLE or in lossless JPEG",
            )
        return pydicom.dcmread(path, force=True, specific_tags=[*_SHARED_TAGS, *wanted])


def first_frame(dataset: pydicom.Dataset, origin: Origin, *, is_inverted: bool) -> FramePixels:
    """The first frame of a file that `read_elements` read, as counts.

    With `is_inverted` its large values stand where little of the beam arrived.

    Raises:
        BadInput: there is no picture, it is truncated or too large, or its pixels are of a kind that is not read.
        Unavailable: the decoder for its compression is not installed.
    """
    with quiet(origin.name):
        kind, bits = _check_kind(dataset, origin.name)
        _check_size(dataset, origin)
        _check_decoder(dataset, origin.name)
        pixels = pixel_array(dataset, index=0)
        notes = []
        if int(dataset.get("NumberOfFrames") or 1) > 1:
            notes.append("only the first frame of several was read")
        if kind in _COLOURS:
            pixels = grey_of_colour(pixels)
            notes.append("colours were turned into grey")
        if pixels.ndim != 2:
            raise BadInput(f"{origin.name} is not one flat picture", code="not-flat")
        if pixels.dtype.kind == "i":
            notes.append("pixels with a sign were shifted to start at 0")
        if bits < 16:
            notes.append(f"{bits} bits were stretched to 16")
        counts = _counts(pixels, bits)
        return FramePixels(counts=inverted(counts) if is_inverted else counts, notes=tuple(notes))


def is_monochrome1(dataset: pydicom.Dataset) -> bool:
    """Whether the file asks for its smallest value to be shown white."""
    return bool(dataset.get("PhotometricInterpretation") == "MONOCHROME1")


def pitch_mm(dataset: pydicom.Dataset) -> tuple[float, float] | None:
    """(x, y) size of a pixel; None where the file gives none that can be one."""
    for keyword in ("PixelSpacing", "ImagerPixelSpacing"):
        try:
            pitch_y, pitch_x = (float(size) for size in dataset.get(keyword) or ())
        except (ValueError, TypeError):
            continue
        if min(pitch_x, pitch_y) >= MIN_PITCH_MM and max(pitch_x, pitch_y) <= MAX_PITCH_MM:
            return pitch_x, pitch_y
    return None


def device_of(dataset: pydicom.Dataset) -> str:
    """Manufacturer, model and name of the machine, as far as the file knows them."""
    words = (str(dataset.get(keyword) or "") for keyword in ("Manufacturer", "ManufacturerModelName", "StationName"))
    return " ".join(word for word in words if word and word.lower() != UNKNOWN)


@contextmanager
def quiet(name: str) -> Iterator[None]:
    """Put what pydicom warns of into the log: a sloppy file is read all the same."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            yield
        finally:
            for warning in {str(one.message) for one in caught}:
                _log.info("%s: %s", name, warning)


def _declared_syntax(path: Path) -> str:
    """The transfer syntax that the file's meta group names, read without what follows it; empty where it has none."""
    with path.open("rb") as file:
        has_preamble = file.read(PREAMBLE_BYTES + len(MAGIC)).endswith(MAGIC)
        file.seek(PREAMBLE_BYTES + len(MAGIC) if has_preamble else 0)
        meta = read_dataset(file, False, True, stop_when=lambda tag, vr, length: tag.group != _META_GROUP)
    return str(meta.get("TransferSyntaxUID", ""))


def _check_kind(dataset: pydicom.Dataset, name: str) -> tuple[str, int]:
    """(photometric interpretation, bits stored) of a picture that can be read."""
    if "PixelData" not in dataset:
        raise _without_pixels(dataset, name)
    kind = str(dataset.get("PhotometricInterpretation", "")) or "MONOCHROME2"
    if kind not in _GREYS | _COLOURS:
        raise BadInput(f"{name} has {kind} pixels: grey and RGB are read", code="bad-pixel-type")
    allocated = int(dataset.get("BitsAllocated") or 0)
    bits = int(dataset.get("BitsStored") or allocated)
    if allocated not in (8, 16) or not 1 <= bits <= allocated:
        raise BadInput(f"{name} has {bits} of {allocated} bits per pixel: 8 and 16 are read", code="bad-pixel-type")
    return kind, bits


def _without_pixels(dataset: pydicom.Dataset, name: str) -> BadInput:
    """Why there are no integer pixels: a file that says how many there are and ends before them was cut."""
    if "FloatPixelData" in dataset or "DoubleFloatPixelData" in dataset:
        return BadInput(f"{name} has floating-point pixels, which are not read", code="bad-pixel-type")
    if dataset.get("Rows"):
        return BadInput(f"{name} is cut short: its pixels are missing", code="truncated-file")
    return BadInput(f"{name} holds no picture", code="not-an-image")


def _check_size(dataset: pydicom.Dataset, origin: Origin) -> None:
    """BadInput unless the picture can be in the file and in memory."""
    rows, columns = int(dataset.get("Rows") or 0), int(dataset.get("Columns") or 0)
    samples = int(dataset.get("SamplesPerPixel") or 1)
    check_picture(origin.name, rows=rows, columns=columns, channels=samples, file_bytes=origin.file_bytes)
    syntax = _syntax(dataset)
    needed = rows * columns * samples * int(dataset.BitsAllocated) // 8
    if syntax is None or not syntax.is_compressed:
        if len(dataset.PixelData) < needed * 2 // 3:  # YBR_FULL_422 keeps two thirds of the samples
            raise BadInput(f"{origin.name} is cut short", code="truncated-file")
        return
    size = codestream_size(get_frame(dataset.PixelData, 0, number_of_frames=int(dataset.get("NumberOfFrames") or 1)))
    if size is not None and (size.rows, size.columns) != (rows, columns):
        raise BadInput(
            f"{origin.name} says {columns} x {rows} pixels, its codestream {size.columns} x {size.rows}",
            code="damaged-file",
        )


def _check_decoder(dataset: pydicom.Dataset, name: str) -> None:
    """Give a file without file meta a transfer syntax; refuse what cannot be decoded here."""
    syntax = _syntax(dataset)
    if syntax is None:
        if not hasattr(dataset, "file_meta"):
            dataset.file_meta = pydicom.dataset.FileMetaDataset()
        is_implicit, is_little = dataset.original_encoding
        dataset.file_meta.TransferSyntaxUID = (
            pydicom.uid.ImplicitVRLittleEndian if is_implicit or not is_little else pydicom.uid.ExplicitVRLittleEndian
        )
        return
    try:
        decoder = get_decoder(syntax)
    except NotImplementedError as error:
        raise BadInput(f"{name} is encoded as {syntax.name}, which is not read", code="bad-encoding") from error
    if not decoder.is_available:
        raise Unavailable(f"no decoder for {syntax.name} is installed, as {name} needs", code="no-decoder")


def _syntax(dataset: pydicom.Dataset) -> pydicom.uid.UID | None:
    meta = getattr(dataset, "file_meta", None)
    return meta.get("TransferSyntaxUID") if meta is not None else None


def _counts(pixels: NDArray[np.integer], bits: int) -> Counts:
    """Integers of `bits` bits, with or without sign, as counts over the whole range of 16 bits."""
    if pixels.dtype.kind == "i":
        pixels = (pixels.astype(np.int32) + (1 << (bits - 1))).clip(0, (1 << bits) - 1)
    unsigned: NDArray[np.unsignedinteger] = pixels.astype(np.uint16, copy=False)
    return unsigned if bits == 16 else full_scale(unsigned, bits)
