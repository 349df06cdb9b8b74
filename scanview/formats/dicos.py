"""DICOS files (NEMA IIC 1): reading digital X-ray images of V02, V02A and V03.

The standard keeps each energy in a file of its own. Files that scanview.formats.dicos_writer writes carry, beside the
first channel where every tool looks for it, the other channels and the scan header in private elements.
"""

from dataclasses import replace

import numpy as np
import pydicom

from scanview.core.errors import BadInput
from scanview.core.scan import Channel, ScanHeader, Source, View, ViewHeader
from scanview.formats.dicom_dataset import UNKNOWN, device_of, first_frame, is_monochrome1, pitch_mm
from scanview.formats.greys import ESTIMATED_NOTE, UNCALIBRATED_NOTE, estimate_calibration
from scanview.formats.header_json import decode_header
from scanview.formats.origin import ASSUMED_PITCH_MM, Origin
from scanview.imaging.scan_image import Counts, ScanImage

SOP_CLASSES = "1.2.840.10008.5.1.4.1.1.501."
DX_FOR_PROCESSING = f"{SOP_CLASSES}2.2"

CREATOR = "SCANVIEW"
CREATOR_TAG = 0x0029_0010
CHANNELS_TAG = 0x0029_1001
HEADER_TAG = 0x0029_1002

WANTED = (
    "ImageType",
    "PresentationIntentType",
    "PixelIntensityRelationship",
    "PixelIntensityRelationshipSign",
    "KVP",
    CREATOR_TAG,
    CHANNELS_TAG,
    HEADER_TAG,
)

_NOT_IMAGES = {
    "1": "a DICOS computed tomography volume",
    "3": "a DICOS threat detection report",
    "4": "a DICOS scan of a person",
    "5": "a DICOS scan of a person",
    "6": "a DICOS quadrupole resonance measurement",
}
_ENERGIES = {"HIGH ENERGY": Channel.HIGH, "LOW ENERGY": Channel.LOW}


def is_dicos(dataset: pydicom.Dataset) -> bool:
    """Whether the file says it is one of the DICOS objects."""
    return str(dataset.get("SOPClassUID", "")).startswith(SOP_CLASSES)


def read_dataset(dataset: pydicom.Dataset, origin: Origin) -> ScanImage:
    """The scan in a DICOS file.

    A linear image for processing is HIGH energy unless it says LOW; any other is one GREY channel.

    Raises:
        BadInput: it is no X-ray image, is truncated or too large, or of a kind that is not read.
        Unavailable: the decoder for its compression is not installed.
    """
    object_class = str(dataset.SOPClassUID).removeprefix(SOP_CLASSES).partition(".")[0]
    if object_class in _NOT_IMAGES:
        raise BadInput(f"{origin.name} is {_NOT_IMAGES[object_class]}, not an image", code="not-an-image")
    frame = first_frame(dataset, origin, is_inverted=_is_inverted(dataset))
    if dataset.get_item(CREATOR_TAG) is not None and str(dataset[CREATOR_TAG].value).strip() == CREATOR:
        return _with_own_elements(dataset, frame.counts, origin)
    notes = list(frame.notes)
    view = _view(dataset, frame.counts, notes)
    container = str(dataset.get("PatientID") or "")
    header = origin.header(
        [view],
        container="" if container.lower() == UNKNOWN else container,
        device=device_of(dataset),
        notes=notes,
    )
    return ScanImage(header=header, views=(frame.counts[np.newaxis],))


def _is_inverted(dataset: pydicom.Dataset) -> bool:
    """Whether large values mean little intensity; where the file does not say, whether they are to be shown dark."""
    sign = dataset.get("PixelIntensityRelationshipSign")
    return int(sign) < 0 if sign in (1, -1) else is_monochrome1(dataset)


def _view(dataset: pydicom.Dataset, counts: Counts, notes: list[str]) -> ViewHeader:
    """The header of a file with one energy; adds to `notes` what had to be assumed."""
    channel = _channel(dataset)
    calibration = None if channel is Channel.GREY else estimate_calibration(counts)
    if channel is Channel.GREY:
        notes.append("one channel without physical units")
    else:
        notes.append(ESTIMATED_NOTE if calibration else UNCALIBRATED_NOTE)
    spacing = pitch_mm(dataset)
    if not spacing:
        notes.append(f"pixels of {ASSUMED_PITCH_MM} mm assumed")
    pitch_x, pitch_y = spacing or (ASSUMED_PITCH_MM, ASSUMED_PITCH_MM)
    energy_mv = _energy_mv(dataset)
    return ViewHeader(
        view=View.SIDE,
        rows=counts.shape[0],
        channels=(channel,),
        pitch_x_mm=pitch_x,
        pitch_y_mm=pitch_y,
        pitch_source=Source.MEASURED if spacing else Source.ASSUMED,
        calibrations=(calibration,) if calibration else (),
        energies_mv=(energy_mv,) if energy_mv else (),
    )


def _channel(dataset: pydicom.Dataset) -> Channel:
    kinds = dataset.get("ImageType") or []
    named = [_ENERGIES[kind] for kind in ([kinds] if isinstance(kinds, str) else kinds) if kind in _ENERGIES]
    if named:
        return named[0]
    is_linear = dataset.get("PixelIntensityRelationship", "LIN") == "LIN"
    is_intensity = dataset.get("PresentationIntentType") == "FOR PROCESSING" and "INTENSITY" in kinds
    return Channel.HIGH if is_linear and is_intensity else Channel.GREY


def _energy_mv(dataset: pydicom.Dataset) -> float:
    """The accelerating potential in megavolt; 0 where the file has none that makes sense."""
    try:
        energy_mv = float(dataset.get("KVP") or 0) / 1_000
    except (ValueError, TypeError):
        return 0.0
    return energy_mv if 0.02 <= energy_mv <= 20 else 0.0


def _with_own_elements(dataset: pydicom.Dataset, first: Counts, origin: Origin) -> ScanImage:
    """The scan that dicos_writer wrote; its id and lane are those of the file, as for any other."""
    try:
        written, others = bytes(dataset[HEADER_TAG].value), bytes(dataset[CHANNELS_TAG].value)
    except (KeyError, TypeError) as error:
        raise BadInput(f"{origin.name}: a private element is missing", code="damaged-file") from error
    header: ScanHeader = decode_header(written.rstrip(b"\0 "))
    view = header.views[0]
    shape = (len(view.channels) - 1, *first.shape)
    if len(header.views) != 1 or view.rows != first.shape[0] or len(others) != 2 * int(np.prod(shape)):
        raise BadInput(f"{origin.name}: its private elements do not fit its picture", code="damaged-file")
    counts = np.concatenate([first[np.newaxis], np.frombuffer(others, "<u2").reshape(shape)])
    header = replace(header, scan=origin.scan, lane=origin.lane, source_name=origin.name, source_sha256=origin.sha256)
    return ScanImage(header=header, views=(counts.astype(np.uint16, copy=False),))
