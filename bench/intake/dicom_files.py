"""The scan of the bench as DICOM files, for the peers that speak it."""

from pathlib import Path

import numpy as np


def write_dicom(counts: np.ndarray, folder: Path, files: int) -> list[Path]:
    """So many uncompressed secondary captures of the same pixels, one channel below the other; each an own instance."""
    from pydicom.dataset import Dataset, FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian, SecondaryCaptureImageStorage, generate_uid

    data = Dataset()
    data.SOPClassUID = SecondaryCaptureImageStorage
    data.StudyInstanceUID = generate_uid()
    data.SeriesInstanceUID = generate_uid()
    data.PatientID = "bench"
    data.PatientName = "bench"
    data.Modality = "OT"
    data.SamplesPerPixel = 1
    data.PhotometricInterpretation = "MONOCHROME2"
    data.Rows, data.Columns = 2 * counts.shape[1], counts.shape[2]
    data.BitsAllocated = data.BitsStored = 16
    data.HighBit = 15
    data.PixelRepresentation = 0
    data.PixelData = counts.tobytes()
    folder.mkdir(exist_ok=True)
    paths = [folder / f"{number}.dcm" for number in range(files)]
    for path in paths:
        data.SOPInstanceUID = generate_uid()
        meta = FileMetaDataset()
        meta.MediaStorageSOPClassUID = data.SOPClassUID
        meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
        meta.TransferSyntaxUID = ExplicitVRLittleEndian
        data.file_meta = meta
        data.save_as(path, enforce_file_format=True)
    return paths
