import subprocess
import sys
from importlib.metadata import EntryPoint
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanview import formats
from scanview.core.errors import BadInput, Unavailable
from scanview.core.scan import View
from scanview.formats import kind_of, read_scan, readable_suffixes, write_scan
from scanview.formats.archive_files import strip_records, write_archive
from scanview.formats.archive_writer import ArchiveWriter, verify
from scanview.formats.greys import estimate_calibration, full_scale, to_counts
from scanview.formats.inspection import convert, describe
from scanview.formats.limits import MAX_SAMPLES, check_picture, check_samples, clip_text
from scanview.formats.origin import container_in
from tests.unit.formats.archive_scans import SCAN, scan_header, scan_image, view_header

TWO_VIEWS = scan_header(view_header(), view_header(View.TOP, rows=20))


def test_a_scan_file_keeps_its_id_and_lane_unless_told(tmp_path):
    write_scan(scan_image((150,)), tmp_path / "a.tif")
    kept = read_scan(tmp_path / "a.tif").header
    assert (kept.scan, kept.lane) == (SCAN, "CNSHA-03")
    told = read_scan(tmp_path / "a.tif", scan="1" * 32, lane="NLRTM-1").header
    assert (told.scan, told.lane) == ("1" * 32, "NLRTM-1")


def test_a_foreign_file_gets_the_same_id_every_time(tmp_path):
    write_scan(scan_image((150,)), tmp_path / "a.png")
    first, second = read_scan(tmp_path / "a.png").header, read_scan(tmp_path / "a.png").header
    assert (first.scan, first.lane, first.source_name) == (first.source_sha256[:32], "XXTST-01", "a.png")
    assert first == second


def test_what_is_written_is_the_file_that_strips_would_make(tmp_path):
    image = scan_image((300, 140), TWO_VIEWS)
    written = write_archive(image, tmp_path / "written.tif")
    writer = ArchiveWriter.create(tmp_path / "grown", image.header)
    for record in strip_records(image):
        writer.append(record)
    grown = writer.finish()
    assert written.path.read_bytes() == grown.path.read_bytes()
    assert verify(written.path) == written
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["written.tif"]


def test_a_name_without_a_format_is_refused(tmp_path):
    with pytest.raises(BadInput, match="no format"):
        write_scan(scan_image((10,)), tmp_path / "a.xyz")
    with pytest.raises(Unavailable):
        write_scan(scan_image((10,)), tmp_path / "missing" / "a.png")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_not_there_is_unavailable(tmp_path):
    with pytest.raises((Unavailable, BadInput), match=r"a\.png"):
        read_scan(tmp_path / "a.png")


def test_suffixes_cover_what_can_be_written():
    assert {".tif", ".tiff", ".dcs", ".dcm", ".png", ".jpg", ".jpeg"} <= readable_suffixes()


def test_other_packages_bring_readers(tmp_path, monkeypatch):
    image = scan_image((10,))
    reader = SimpleNamespace(
        KIND="raw", sniff=lambda head, path: head.startswith(b"RAW"), read=lambda path, origin: image
    )
    monkeypatch.setattr(EntryPoint, "load", lambda entry: reader)
    entry = EntryPoint(name="raw", value="other:reader", group="scanview.readers")
    monkeypatch.setattr(formats, "entry_points", lambda group: [entry] if group == "scanview.readers" else [])
    (tmp_path / "a.raw").write_bytes(b"RAW pixels")
    assert kind_of(tmp_path / "a.raw") == "raw"
    assert read_scan(tmp_path / "a.raw").views == image.views


def test_a_scan_is_described(tmp_path):
    image = scan_image((300, 140), TWO_VIEWS)
    finished = write_archive(image, tmp_path / "a.tif")
    description = describe(finished.path)
    assert (description.kind, description.is_finished) == ("scan file", True)
    assert description.content_sha256 == finished.content_sha256
    assert description.size_bytes == finished.size_bytes
    high = description.views[0].channels[0]
    assert (high.lowest, high.highest) == (image.views[0][0].min(), image.views[0][0].max())
    assert description.views[1].columns == 140
    plain = description.as_json()
    assert plain["scan"] == str(finished.path)
    assert plain["header"]["lane"] == "CNSHA-03"
    for word in ("scan file", "300 x 37 pixels of 5 x 4.5 mm", "air 60000", "6 MV", finished.content_sha256):
        assert word in description.as_text()


def test_a_growing_and_a_foreign_file_are_described(tmp_path):
    writer = ArchiveWriter.create(tmp_path, scan_header())
    writer.append(next(strip_records(scan_image((150,)))))
    growing = describe(writer.path)
    assert (growing.is_finished, growing.views[0].columns) == (False, 128)
    assert "still growing" in growing.as_text()
    assert growing.content_sha256 == writer.finish().content_sha256
    write_scan(scan_image((150,)), tmp_path / "a.png")
    foreign = describe(tmp_path / "a.png")
    assert (foreign.kind, foreign.content_sha256) == ("picture", "")
    assert "note: one channel without physical units" in foreign.as_text()


def test_formats_convert_into_each_other(tmp_path):
    image = scan_image((150,))
    write_scan(image, tmp_path / "a.dcs")
    convert(tmp_path / "a.dcs", tmp_path / "b.tif")
    convert(tmp_path / "b.tif", tmp_path / "c.dcs")
    np.testing.assert_array_equal(read_scan(tmp_path / "c.dcs").views[0], image.views[0])


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("CSQU3054383.tif", "CSQU3054383"),
        ("gate 4 csqu 305438 3 truck.png", "CSQU3054383"),
        ("MSKU1234560_CSQU3054383.dcs", "CSQU3054383"),
        ("CSQU3054384.tif", "CSQU3054384"),
        ("XCSQU3054383.tif", ""),
        ("CSQX3054383.tif", ""),
        ("CSQU30543831.tif", ""),
        ("", ""),
    ],
)
def test_container_numbers_are_found_in_names(text, number):
    assert container_in(text) == number


@given(st.text())
def test_clipped_text_is_one_short_printable_line(text):
    clipped = clip_text(text)
    assert len(clipped) <= 256
    assert clipped.isprintable()
    assert clip_text(clipped) == clipped


def test_limits_are_held():
    check_samples("a", MAX_SAMPLES)
    with pytest.raises(BadInput, match="a has"):
        check_samples("a", MAX_SAMPLES + 1)
    check_picture("a", rows=1_000, columns=1_000, channels=1, file_bytes=1_000)
    for size in ({"rows": 0}, {"rows": 16_385}, {"columns": 1_000_001}, {"channels": 2}, {"file_bytes": 800}):
        with pytest.raises(BadInput, match="a "):
            check_picture("a", **({"rows": 1_000, "columns": 1_000, "channels": 1, "file_bytes": 1_000} | size))


def test_air_is_estimated_from_unobstructed_columns():
    counts = np.full((100, 400), 9_000, np.uint16)
    counts[:, 100:110] = 52_000
    counts[30:60, 200:210] = 65_535
    counts[:40, 300] = 60
    calibration = estimate_calibration(counts)
    assert (calibration.air, calibration.dark) == (52_000.0, 0.0)
    counts[:, 301:303] = 90
    assert estimate_calibration(counts).dark == pytest.approx(60, abs=30)
    assert estimate_calibration(np.zeros((20, 20), np.uint16)) is None


def test_counts_are_flat_and_unsigned():
    assert full_scale(np.array([[0, 1, 3]], np.uint16), 2).tolist() == [[0, 21_845, 65_535]]
    assert to_counts(np.array([[1]], ">u2"), "a").tolist() == [[1]]
    for pixels in (np.zeros((2, 2), np.int16), np.zeros(3, np.uint8)):
        with pytest.raises(BadInput):
            to_counts(pixels, "a")


def test_the_package_needs_no_numpy_until_a_file_is_read():
    program = "import sys, scanview.formats; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
