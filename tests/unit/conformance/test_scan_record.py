"""What the checks make of a record that is wrong in one place."""

import struct
import zlib

import numpy as np
import pytest

from scanview.conformance.scan_record import ScanSoFar
from scanview.core.errors import Refused
from scanview.core.scan import ScanHeader
from scanview.formats.archive_files import write_archive
from scanview.formats.header_json import encode_header
from scanview.imaging.pyramid import strip_levels
from scanview.imaging.scan_image import ScanImage
from scanview.wire.tiles import encode_strip
from tests.flow.upload_network import LANE, scan_counts, view_header

HEADER = ScanHeader(scan="0123456789abcdef" * 2, lane=LANE, views=(view_header(),), started_at=1.75e9)


def record(sequence: int, columns: int = 128, seed: int = 1) -> bytes:
    return encode_strip(strip_levels(scan_counts(columns, seed=seed) | 1), sequence=sequence, view=0)


def seen(*records: bytes) -> ScanSoFar:
    scan = ScanSoFar(scan=HEADER.scan, header_bytes=encode_header(HEADER))
    for sequence, known in enumerate(records):
        scan.take(sequence, known)
    return scan


def test_the_hash_is_that_of_the_scan_file(tmp_path) -> None:
    image = ScanImage(header=HEADER, views=(np.concatenate([scan_counts(128, seed=n) | 1 for n in (1, 2)], axis=2),))
    finished = write_archive(image, tmp_path / "scan.tif")
    assert seen(record(0, seed=1), record(1, seed=2)).content_sha256 == finished.content_sha256


def test_a_repeated_strip_has_the_same_bytes() -> None:
    scan = seen(record(0), record(1))
    scan.take(0, record(0))
    with pytest.raises(Refused, match="other bytes"):
        scan.take(1, record(1, seed=2))


def other_level() -> bytes:
    levels = strip_levels(scan_counts(128) | 1)
    levels[2] = levels[2] + 1
    return encode_strip(levels, sequence=0, view=0)


def checksum_missed() -> bytes:
    good = bytearray(record(0))
    good[-1] ^= 1
    return bytes(good)


def tile_of_another_size() -> bytes:
    """A whole record with a right checksum whose first tile unpacks to something else."""
    good = record(0)
    lengths = list(struct.unpack_from("<8I", good, 20))
    second = good[52 + lengths[0] : 52 + lengths[0] + lengths[1]]
    last = good[-lengths[-1] :]
    body = struct.pack("<8I", lengths[-1], *lengths[1:]) + last + second + good[52 + lengths[0] + lengths[1] :]
    return good[:16] + struct.pack("<I", zlib.crc32(body)) + body


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (record(1), "says that it is strip 1"),
        (other_level(), "level 2 is not"),
        (checksum_missed(), "checksum differs"),
        (tile_of_another_size(), "does not unpack"),
        (b"SVR0" + record(0)[4:], "do not begin with a strip record"),
        (encode_strip(strip_levels(scan_counts(128, rows=80)), sequence=0, view=1), "view 1 of a scan with 1"),
    ],
)
def test_a_wrong_record_is_told_from_a_right_one(wrong: bytes, why: str) -> None:
    with pytest.raises(Refused, match=why):
        seen(wrong)


def test_nothing_follows_a_narrow_strip() -> None:
    with pytest.raises(Refused, match="follows a narrower strip"):
        seen(record(0, columns=70), record(1))


def test_a_strip_that_is_left_out_is_missed() -> None:
    with pytest.raises(Refused, match="strip 1 is due"):
        seen(record(0)).take(2, record(2))


def test_a_header_has_one_form() -> None:
    written = encode_header(HEADER).replace(b'":', b'": ')
    with pytest.raises(Refused, match="canonical"):
        _ = ScanSoFar(scan=HEADER.scan, header_bytes=written).header
