import numpy as np
import pytest
import tifffile

from scanview.core.errors import BadInput
from scanview.core.scan import Channel, View
from scanview.formats import read_scan
from scanview.formats.archive_reader import ArchiveReader, sniff
from scanview.formats.archive_writer import ArchiveWriter
from scanview.formats.tiff_chain import check_whole
from scanview.imaging.growing_pyramid import DEPTH, GrowingPyramid
from scanview.imaging.pyramid import strip_levels
from tests.unit.formats.archive_scans import scan_header, scan_image, strip_records, view_header

HEADERS = {
    "one view": (scan_header(container="CSQU 3054383 <上海>\0"), (300,)),
    "two views": (scan_header(view_header(), view_header(View.TOP, rows=20)), (300, 129)),
    "grey": (scan_header(view_header(channels=(Channel.GREY,))), (64,)),
    "one pixel": (scan_header(view_header(rows=1)), (1,)),
    "a view not reached": (scan_header(view_header(), view_header(View.TOP)), (40, 0)),
}


@pytest.fixture(params=HEADERS)
def scan(request, tmp_path):
    header, columns = HEADERS[request.param]
    image = scan_image(columns, header)
    writer = ArchiveWriter.create(tmp_path, header)
    for record in strip_records(image):
        writer.append(record)
    return image, writer.finish().path


def test_every_level_of_every_view_reads_back(scan):
    image, path = scan
    reader = ArchiveReader(path)
    assert (reader.header, reader.is_finished) == (image.header, True)
    for number, counts in enumerate(image.views):
        assert reader.columns[number] == counts.shape[2]
        for level, expected in enumerate(strip_levels(counts) if counts.size else []):
            np.testing.assert_array_equal(reader.read_level(number, level), expected)
    for got, expected in zip(read_scan(path).views, image.views, strict=True):
        np.testing.assert_array_equal(got, expected)


def test_other_tools_open_every_level_and_channel(scan):
    image, path = scan
    seen = [(view, counts) for view, counts in zip(image.header.views, image.views, strict=True) if counts.size]
    with path.open("rb") as file:
        check_whole(file, path.name)
    with tifffile.TiffFile(path) as tiff:
        assert len(tiff.series) == len(seen)
        assert len(tiff.pages) == sum(len(view.channels) for view, _ in seen)
        for series, (view, counts) in zip(tiff.series, seen, strict=True):
            assert series.name == view.view
            assert len(series.levels) == 4
            for level, expected in zip(series.levels, strip_levels(counts), strict=True):
                np.testing.assert_array_equal(level.asarray().reshape(expected.shape), expected)
        described = tifffile.xml2dict(tiff.ome_metadata)["OME"]
    first = described["Image"] if len(seen) == 1 else described["Image"][0]
    assert (first["Pixels"]["PhysicalSizeX"], first["Pixels"]["PhysicalSizeXUnit"]) == (5.0, "mm")


def test_a_growing_file_reads_as_far_as_it_goes(tmp_path):
    image = scan_image((300,))
    writer = ArchiveWriter.create(tmp_path, image.header)
    with pytest.raises(BadInput, match="no pixels yet"):
        read_scan(writer.path)
    records = strip_records(image)
    writer.append(records[0])
    writer.append(records[1])
    with writer.path.open("ab") as file:
        file.write(records[2][:-1])
    reader = ArchiveReader(writer.path)
    assert not reader.is_finished
    np.testing.assert_array_equal(reader.read_level(0), image.views[0][:, :, :256])
    writer.close()


def test_a_view_or_level_that_is_not_there_is_refused(tmp_path):
    image = scan_image((20,))
    writer = ArchiveWriter.create(tmp_path, image.header)
    writer.append(strip_records(image)[0])
    reader = ArchiveReader(writer.finish().path)
    for view, level in ((1, 0), (-1, 0), (0, 4), (0, -1)):
        with pytest.raises(BadInput):
            reader.read_level(view, level)


def test_only_scan_files_are_taken_for_scan_files(tmp_path):
    image = scan_image((20,))
    writer = ArchiveWriter.create(tmp_path, image.header)
    writer.append(strip_records(image)[0])
    path = writer.finish().path
    assert sniff(path.read_bytes()[:64], path)
    foreign = tmp_path / "foreign.tif"
    tifffile.imwrite(foreign, image.views[0], bigtiff=True)
    assert not sniff(foreign.read_bytes()[:64], foreign)
    assert not sniff(b"", path)


def test_a_view_as_it_was_when_some_columns_had_come(tmp_path):
    header, _ = HEADERS["two views"]
    image = scan_image((300, 300), header)
    writer = ArchiveWriter.create(tmp_path, header)
    for record in strip_records(image):
        writer.append(record)
    writer.close()
    reader = ArchiveReader(writer.path)

    for columns in (0, 128, 300):
        pyramid = reader.read_pyramid(View.TOP, columns)
        expected = GrowingPyramid.of(header.views[1], image.views[1][:, :, :columns])
        assert pyramid.columns == columns
        for level in range(DEPTH):
            np.testing.assert_array_equal(pyramid.plane(1, level), expected.plane(1, level))
    for columns in (1, 129, 301):
        with pytest.raises(BadInput, match="column"):
            reader.read_pyramid(View.TOP, columns)


def test_a_view_that_the_scan_lacks_has_no_pyramid(tmp_path):
    writer = ArchiveWriter.create(tmp_path, HEADERS["one view"][0])
    writer.close()
    with pytest.raises(BadInput, match="top"):
        ArchiveReader(writer.path).read_pyramid(View.TOP, 0)
