"""A peer to measure intake against: dcmtk's storescu and storescp, where they are installed."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import numpy as np

STORESCP_PORT = 11_912


def receiver(counts: np.ndarray, folder: Path, opened: ExitStack) -> Callable[[int], float] | None:
    """What sends so many scans by storescu to storescp +B, each with an fsync, and returns the seconds it took.

    None where dcmtk is not installed. The server runs until `opened` is closed.
    """
    if not (shutil.which("storescu") and shutil.which("storescp")):
        return None
    received, source = folder / "dcmtk", folder / "scan.dcm"
    received.mkdir()
    _write_dicom(counts, source)
    server = subprocess.Popen(
        ["storescp", "+B", "--max-pdu", "131072", "--unique-filenames", "-od", str(received), str(STORESCP_PORT)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    opened.callback(server.wait)
    opened.callback(server.kill)
    time.sleep(0.5)

    def take_turn(scans: int) -> float:
        started = time.perf_counter()
        client = ["storescu", "--max-pdu", "131072", "--max-send-pdu", "131072", "127.0.0.1", str(STORESCP_PORT)]
        subprocess.run([*client, *[str(source)] * scans], check=True, capture_output=True)
        for path in received.iterdir():
            with path.open("rb") as file:
                os.fsync(file.fileno())
        seconds = time.perf_counter() - started
        arrived = list(received.iterdir())
        if len(arrived) != scans:
            raise RuntimeError(f"dcmtk received {len(arrived)} of {scans} scans")
        for path in arrived:
            path.unlink()
        return seconds

    return take_turn


def _write_dicom(counts: np.ndarray, path: Path) -> None:
    """The same pixels as an uncompressed secondary capture, both channels below each other."""
    from pydicom.dataset import Dataset, FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian, SecondaryCaptureImageStorage, generate_uid

    data = Dataset()
    data.SOPClassUID = SecondaryCaptureImageStorage
    data.SOPInstanceUID = generate_uid()
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
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = data.SOPClassUID
    meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.file_meta = meta
    data.save_as(path, enforce_file_format=True)
