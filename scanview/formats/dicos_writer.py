"""Writing a scan as a DICOS V03 digital X-ray image.

The first channel of the side view is the picture that any tool reads. The other channels and the scan header go into
private elements, so that the scan comes back whole; a top view is left out, as the standard wants it in another file.
"""

from dataclasses import replace
from pathlib import Path

import pydicom

from scanview.core.scan import Channel, ScanHeader, ViewHeader
from scanview.formats.dicos import CHANNELS_TAG, CREATOR, CREATOR_TAG, DX_FOR_PROCESSING, HEADER_TAG
from scanview.formats.dicos_elements import (
    SHORT_STRING_BYTES,
    add_machine,
    add_moment,
    add_object,
    add_outcome,
    even,
    file_meta,
    moment,
    uid_of,
)
from scanview.formats.header_json import encode_header
from scanview.imaging.scan_image import ScanImage

_IMAGE_TYPES = {Channel.HIGH: "HIGH ENERGY", Channel.LOW: "LOW ENERGY", Channel.GREY: "INTENSITY"}

_COORDINATE_SYSTEM = 0x0008_2108
_IMAGE_ORIGIN = 0x0008_0118
_BELT_HEIGHT = 0x4010_1062
_EFFECTIVE_ENERGY = 0x4300_0902


def write_dicos(image: ScanImage, path: Path) -> None:
    """Write the side view of `image` to `path`.

    Source of the elements: DICOS V03, tables 12 to 16, 34 to 38, 84 and 96.
    """
    view, counts = image.side
    header = replace(image.header, views=(view,))
    dataset = pydicom.Dataset()
    dataset.file_meta = file_meta(DX_FOR_PROCESSING, uid_of(header.scan, "image"))
    _add_identity(dataset, header)
    _add_equipment(dataset, header, view)
    _add_picture(dataset, view)
    dataset.Columns = counts.shape[2]
    dataset.PixelData = counts[0].astype("<u2").tobytes()
    dataset.add_new(CREATOR_TAG, "LO", CREATOR)
    dataset.add_new(CHANNELS_TAG, "OW", counts[1:].astype("<u2").tobytes())
    dataset.add_new(HEADER_TAG, "OB", even(encode_header(header)))
    dataset.save_as(path, enforce_file_format=True)


def _add_identity(dataset: pydicom.Dataset, header: ScanHeader) -> None:
    """Object of inspection, scan, series and the modules common to all objects."""
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.SOPClassUID = DX_FOR_PROCESSING
    dataset.SOPInstanceUID = uid_of(header.scan, "image")
    for name in ("InstanceCreation", "Study", "Series", "Content"):
        add_moment(dataset, name, moment(header.started_at))
    dataset.Modality = "XRAY"
    dataset.PresentationIntentType = "FOR PROCESSING"
    add_object(dataset, header.container)
    dataset.StudyInstanceUID = uid_of(header.scan, "scan")
    dataset.SeriesInstanceUID = uid_of(header.scan, "series")
    dataset.StudyID = header.scan[:SHORT_STRING_BYTES]
    dataset.InstanceNumber = 1
    dataset.AcquisitionContextSequence = []
    add_outcome(dataset)


def _add_equipment(dataset: pydicom.Dataset, header: ScanHeader, view: ViewHeader) -> None:
    """The machine, its X-rays and where its detector stands. Zero stands for what is not known."""
    add_machine(dataset, device=header.device, port=header.port, lane=header.lane)
    dataset.KVP = f"{view.energies_mv[0] * 1_000 if view.energies_mv else 0:g}"
    dataset.XRayTubeCurrentInuA = "0"
    dataset.DetectorType = ""
    dataset.TableSpeed = 0.0
    dataset.add_new(_COORDINATE_SYSTEM, "CS", "LHS")
    dataset.add_new(_IMAGE_ORIGIN, "CS", "MACHINE")
    dataset.ImagePositionPatient = [0, 0, 0]
    dataset.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    dataset.add_new(_BELT_HEIGHT, "FL", 0.0)
    dataset.add_new(_EFFECTIVE_ENERGY, "FL", 0.0)


def _add_picture(dataset: pydicom.Dataset, view: ViewHeader) -> None:
    """What the pixels are, but for their number of columns."""
    dataset.ImageType = ["ORIGINAL", _IMAGE_TYPES[view.channels[0]]]
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.Rows = view.rows
    dataset.PixelSpacing = [f"{view.pitch_y_mm:g}", f"{view.pitch_x_mm:g}"]
    dataset.PixelSpacingCalibrationType = "GEOMETRY"
    dataset.PixelSpacingCalibrationDescription = "at the middle of the load"
    dataset.BitsAllocated = 16
    dataset.BitsStored = 16
    dataset.HighBit = 15
    dataset.PixelRepresentation = 0
    dataset.BurnedInAnnotation = "NO"
    dataset.PixelIntensityRelationship = "LIN"
    dataset.PixelIntensityRelationshipSign = 1
    dataset.RescaleIntercept = "0"
    dataset.RescaleSlope = "1"
    dataset.RescaleType = "US"
    dataset.LossyImageCompression = "00"
    dataset.PresentationLUTShape = "IDENTITY"
