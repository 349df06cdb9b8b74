"""Small files that unpack to more than there is memory for, or that nest without end: refused by name, or kept small.

Each is read as the programs read it, by a confined decoder, and once more in a process with 700 MiB, so that a reader
which relies on its confinement alone is found.
"""

import struct
import subprocess
import sys
import zlib
from functools import cache
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
import tifffile

from scanview.core.errors import BadInput, Refused
from scanview.formats import apart
from scanview.formats.archive_index import TIFF_HEADER, TIFF_START
from scanview.wire.codec import MAX_HEADER_BYTES, decode
from scanview.wire.messages import PeerRole
from scanview.wire.tiles import decode_tile
from tests.unit.formats.test_hostile_files import nested_sequences, png_bomb, png_chunk

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory is limited by Linux")

GIB = 1 << 30
ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE OME [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]><OME>&i;</OME>"
)
READ = """
import resource, sys
from pathlib import Path
from scanview.core.errors import BadInput, Unavailable
from scanview.formats import load_readers, read_scan
load_readers()
resource.setrlimit(resource.RLIMIT_AS, (700 << 20, 700 << 20))
for path in map(Path, sys.argv[1:]):
    try:
        image = read_scan(path)
        print("read", sum(view.size for view in image.views))
    except (BadInput, Unavailable) as error:
        print(error.code, 0)
"""


def tiff_with_tile(path, packed, compression):
    """A TIFF of one tile of 16 by 16 pixels, whose packed bytes are others."""
    tifffile.imwrite(path, np.zeros((16, 16), np.uint16), tile=(16, 16), compression=compression)
    content = bytearray(path.read_bytes())
    with tifffile.TiffFile(path, mode="r+b") as tiff:
        tiff.pages.first.tags["TileOffsets"].overwrite(len(content))
        tiff.pages.first.tags["TileByteCounts"].overwrite(len(packed))
    with path.open("ab") as file:
        file.write(packed)


@cache
def deflated(size):
    packer, chunk = zlib.compressobj(9), bytes(1 << 20)
    return b"".join(packer.compress(chunk) for _ in range(size >> 20)) + packer.flush()


def ome(path, description):
    tifffile.imwrite(path, np.zeros((16, 16), np.uint16), description=description, metadata=None)


def looping(path):
    """A directory whose next one is itself."""
    tifffile.imwrite(path, np.zeros((16, 16), np.uint16))
    content = bytearray(path.read_bytes())
    first = struct.unpack_from("<I", content, 4)[0]
    count = struct.unpack_from("<H", content, first)[0]
    struct.pack_into("<I", content, first + 2 + 12 * count, first)
    path.write_bytes(content)


def archive_with_header(path, header):
    path.write_bytes(TIFF_HEADER.pack(*TIFF_START, 0) + struct.pack("<II", len(header), zlib.crc32(header)) + header)


@pytest.fixture(scope="module")
def bombs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bombs")
    tiff_with_tile(folder / "deflate.tif", deflated(GIB), "zlib")
    tiff_with_tile(folder / "zstd.tif", imagecodecs.zstd_encode(bytes(GIB // 2), 1), "zstd")
    tiff_with_tile(folder / "lzma.tif", imagecodecs.lzma_encode(bytes(GIB // 8), 1), "lzma")
    ome(folder / "entities.ome.tif", ENTITIES)
    ome(folder / "deep.ome.tif", "<OME>" + "<a>" * 300_000)
    ome(folder / "wide.ome.tif", "<OME>" + "<Image/>" * 300_000 + "</OME>")
    looping(folder / "loop.tif")
    icon = b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", struct.pack(">IIBBBBB", 16, 16, 8, 0, 0, 0, 0))
    text = b"k\0\0" + deflated(GIB)
    rows = zlib.compress(bytes(17 * 16))
    (folder / "text.png").write_bytes(
        icon + png_chunk(b"zTXt", text) + png_chunk(b"iCCP", text) + png_chunk(b"IDAT", rows) + png_chunk(b"IEND", b"")
    )
    (folder / "pixels.png").write_bytes(png_bomb(60_000, 16_000))
    (folder / "rows.png").write_bytes(icon + png_chunk(b"IDAT", deflated(GIB)) + png_chunk(b"IEND", b""))
    (folder / "nested.dcm").write_bytes(nested_sequences(20_000))
    archive_with_header(folder / "deep.tif", b'{"a":' * 200_000)
    archive_with_header(folder / "long.tif", b'{"a":"' + b"x" * (MAX_HEADER_BYTES * 2) + b'"}')
    return sorted(folder.iterdir())


SMALL = {"deflate.tif", "zstd.tif", "lzma.tif", "rows.png", "text.png"}
"""What unpacks no further than its few pixels may be read: nothing of the bomb is kept."""


def test_no_bomb_takes_more_memory_than_a_scan(bombs):
    done = subprocess.run(
        [sys.executable, "-c", READ, *bombs], capture_output=True, text=True, cwd=Path(__file__).parents[2]
    )
    told = dict(zip((path.name for path in bombs), (line.split() for line in done.stdout.splitlines()), strict=True))

    assert done.returncode == 0, done.stderr
    for name, (code, pixels) in told.items():
        assert code != "read" or (name in SMALL and int(pixels) <= 256), (name, code, pixels)


def test_a_confined_decoder_survives_every_bomb(bombs):
    for path in bombs:
        code = code_of(apart.read_scan_apart, path)
        assert code not in {"decoder-died", "decoder-stopped"}, path.name
        assert code or path.name in SMALL, path.name


def code_of(read, *given):
    """The code of the refusal; empty where there is none."""
    try:
        read(*given)
    except Refused as error:
        return error.code
    return ""


def test_a_tile_that_claims_or_holds_too_much_is_refused_before_it_is_unpacked():
    for packed in (imagecodecs.zstd_encode(bytes(GIB // 4), 1), imagecodecs.zstd_encode(bytes(100), 1), b"", b"x" * 50):
        with pytest.raises(BadInput) as refusal:
            decode_tile(packed, rows=37, columns=128, level=0)
        assert refusal.value.code == "bad-tile"


@pytest.mark.parametrize(
    "header",
    [
        b'{"kind":' * 100_000,
        b"[" * 900_000,
        b'{"kind":"ping","a":' + b"[" * 900_000,
        b'{"kind":"' + b"x" * MAX_HEADER_BYTES + b'"}',
        b'{"kind":"sign-in","request":' + b"9" * 500_000 + b"}",
        b'{"kind":"watch-scan","scan":["' + b'x","' * 200_000 + b'"]}',
    ],
    ids=["deep", "lists", "deep-inside", "long", "digits", "list-for-text"],
)
def test_a_message_without_end_is_refused(header):
    assert {code_of(decode, [header], sender) for sender in PeerRole} <= {"bad-message", "not-your-message"}
