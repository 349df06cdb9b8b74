import struct

import numpy as np
import pytest
import tifffile

from scanview.core.errors import BadInput
from scanview.core.scan import Channel, Source, View
from scanview.formats import kind_of, read_scan
from scanview.formats.tiff_chain import check_whole

FACTS = {"air_high": "50000", "air_low": "40000", "dark_high": "10", "energy_high_mv": "6.0", "energy_low_mv": "3.0"}


def a_picture(channels=2, rows=40, columns=60, seed=3):
    """Noise behind which one column is unobstructed."""
    counts = np.random.default_rng(seed).integers(500, 30_000, (channels, rows, columns), dtype=np.uint16)
    counts[:, :, 7] = 48_000
    return counts


def write_ome(path, counts, *, names=("HIGH", "LOW"), facts=FACTS, pitch=True, axes="CYX", **options):
    metadata = {"axes": axes, "Channel": {"Name": list(names)}}
    if pitch:
        metadata |= {"PhysicalSizeX": 4.0, "PhysicalSizeXUnit": "mm", "PhysicalSizeY": 0.5, "PhysicalSizeYUnit": "cm"}
    if facts:
        metadata |= {"MapAnnotation": facts}
    tifffile.imwrite(path, counts, ome=True, metadata=metadata, **options)
    return path


@pytest.mark.parametrize(
    "options", [{}, {"compression": "zlib", "tile": (16, 16), "predictor": True}, {"bigtiff": True}]
)
def test_an_ome_tiff_brings_names_pitch_and_calibration(tmp_path, options):
    counts = a_picture()
    path = write_ome(tmp_path / "CSQU3054383.ome.tif", counts, **options)
    image = read_scan(path, lane="CNSHA-03")
    view, pixels = image.side
    np.testing.assert_array_equal(pixels, counts)
    assert view.channels == (Channel.HIGH, Channel.LOW)
    assert (view.pitch_x_mm, view.pitch_y_mm, view.pitch_source) == (4.0, 5.0, Source.MEASURED)
    assert [(c.air, c.dark, c.source) for c in view.calibrations] == [
        (50_000.0, 10.0, Source.MEASURED),
        (40_000.0, 0.0, Source.MEASURED),
    ]
    assert view.energies_mv == (6.0, 3.0)
    assert (image.header.container, image.header.lane, image.header.notes) == ("CSQU3054383", "CNSHA-03", ())
    assert kind_of(path) == "TIFF"


def test_without_air_and_dark_they_are_estimated_and_the_scan_says_so(tmp_path):
    image = read_scan(write_ome(tmp_path / "a.ome.tif", a_picture(), facts=None, pitch=False))
    view, _ = image.side
    assert [c.air for c in view.calibrations] == [48_000.0, 48_000.0]
    assert {c.source for c in view.calibrations} == {Source.ESTIMATED}
    assert (view.pitch_x_mm, view.pitch_source) == (5.0, Source.ASSUMED)
    assert image.header.notes == ("air and dark were estimated from the picture", "pixels of 5.0 mm assumed")


def test_channels_keep_the_order_of_the_file(tmp_path):
    view, _ = read_scan(write_ome(tmp_path / "a.ome.tif", a_picture(), names=("LOW", "HIGH"))).side
    assert view.channels == (Channel.LOW, Channel.HIGH)
    assert view.calibration(Channel.HIGH).air == 50_000


def test_two_images_are_side_and_top(tmp_path):
    side, top = a_picture(), a_picture(rows=20, seed=4)
    path = tmp_path / "two.ome.tif"
    with tifffile.TiffWriter(path, ome=True) as tiff:
        for name, counts in (("top", top), ("other", side)):
            tiff.write(counts, metadata={"axes": "CYX", "Name": name, "Channel": {"Name": ["HIGH", "LOW"]}})
    image = read_scan(path)
    assert [view.view for view in image.header.views] == [View.TOP, View.SIDE]
    np.testing.assert_array_equal(image.views[0], top)
    np.testing.assert_array_equal(image.side[1], side)


def test_unnamed_channels_are_taken_in_order(tmp_path):
    path = tmp_path / "plain.ome.tif"
    tifffile.imwrite(path, a_picture(), ome=True, metadata={"axes": "CYX"})
    image = read_scan(path)
    assert image.side[0].channels == (Channel.HIGH, Channel.LOW)
    assert "the first channel was taken for high energy, the second for low energy" in image.header.notes


@pytest.mark.parametrize(
    "spoil",
    [
        lambda xml: xml[:-9],
        lambda xml: xml.replace("<OME ", '<!DOCTYPE x [<!ENTITY y "z">]><OME ', 1),
        lambda xml: xml.replace('SizeC="2"', 'SizeC="9"'),
        lambda xml: xml.replace('SizeC="2"', 'SizeC="two"'),
        lambda xml: xml.replace('SizeZ="1"', 'SizeZ="5"'),
        lambda xml: xml.replace('PlaneCount="2"', 'PlaneCount="1"'),
        lambda xml: xml.replace('IFD="0"', 'IFD="5"'),
        lambda xml: xml.replace('IFD="0"', 'IFD="-1"'),
        lambda xml: xml.replace("50000", "fifty"),
        lambda xml: xml.replace("50000", "nan"),
        lambda xml: xml.replace('PhysicalSizeX="4.0"', 'PhysicalSizeX="wide"'),
        lambda xml: xml.replace("<Image ", "<Picture ").replace("</Image>", "</Picture>"),
    ],
)
def test_a_damaged_description_is_refused(tmp_path, spoil):
    path = write_ome(tmp_path / "a.ome.tif", a_picture())
    with tifffile.TiffFile(path) as tiff:
        description = tiff.ome_metadata
    assert spoil(description) != description
    with tifffile.TiffFile(path, mode="r+b") as tiff:
        tiff.pages.first.tags["ImageDescription"].overwrite(spoil(description).encode())
    with pytest.raises(BadInput, match=r"a\.ome\.tif"):
        read_scan(path)


@pytest.mark.parametrize("size", ["0", "-4", "nan", "1e9"])
def test_a_size_that_no_pixel_has_is_not_believed(tmp_path, size):
    path = tmp_path / "a.ome.tif"
    metadata = {"axes": "CYX", "PhysicalSizeX": 4.0, "PhysicalSizeXUnit": "mm", "PhysicalSizeY": size}
    tifffile.imwrite(path, a_picture(), ome=True, metadata=metadata)
    image = read_scan(path)
    assert (image.side[0].pitch_x_mm, image.side[0].pitch_source) == (5.0, Source.ASSUMED)
    assert "pixels of 5.0 mm assumed" in image.header.notes


def test_a_stack_or_three_unknown_channels_are_refused(tmp_path):
    for name, axes in (("z", "ZYX"), ("c", "CYX")):
        path = tmp_path / f"{name}.ome.tif"
        tifffile.imwrite(path, a_picture(3), ome=True, metadata={"axes": axes}, photometric="minisblack")
        with pytest.raises(BadInput):
            read_scan(path)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"planarconfig": "separate"},
        {"byteorder": ">"},
        {"compression": "zstd"},
        {"bigtiff": True, "byteorder": ">"},
    ],
)
def test_two_planes_of_16_bits_are_high_and_low(tmp_path, options):
    path = tmp_path / "plain.tif"
    tifffile.imwrite(path, a_picture(), metadata=None, photometric="minisblack", **options)
    image = read_scan(path)
    np.testing.assert_array_equal(image.side[1], a_picture())
    assert image.side[0].channels == (Channel.HIGH, Channel.LOW)
    assert len(image.header.notes) == 3


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_one_plane_is_grey(tmp_path, dtype):
    plane = a_picture(1)[0].astype(dtype)
    path = tmp_path / "plain.tif"
    tifffile.imwrite(path, plane, metadata=None)
    view, pixels = read_scan(path).side
    np.testing.assert_array_equal(pixels[0], plane.astype(np.uint16) * (257 if dtype == np.uint8 else 1))
    assert (view.channels, view.calibrations) == ((Channel.GREY,), ())


def test_colours_and_white_for_zero(tmp_path):
    colours = np.zeros((16, 20, 3), np.uint8)
    colours[:, :10] = (255, 255, 255)
    colours[:, 10:] = (0, 0, 255)
    tifffile.imwrite(tmp_path / "colour.tif", colours, photometric="rgb", metadata=None)
    _, pixels = read_scan(tmp_path / "colour.tif").side
    assert pixels[0, 0, 0] == 65_535
    assert pixels[0, 0, 15] == pytest.approx(0.114 * 65_535, abs=257)
    tifffile.imwrite(tmp_path / "white.tif", a_picture(1)[0], photometric="miniswhite", metadata=None)
    np.testing.assert_array_equal(read_scan(tmp_path / "white.tif").side[1][0], 65_535 - a_picture(1)[0])


def test_a_palette_is_refused(tmp_path):
    colours = np.zeros((3, 256), np.uint16)
    tifffile.imwrite(tmp_path / "a.tif", np.zeros((16, 16), np.uint8), photometric="palette", colormap=colours)
    with pytest.raises(BadInput, match="grey or RGB"):
        read_scan(tmp_path / "a.tif")


def test_a_thumbnail_is_no_second_energy(tmp_path):
    path = tmp_path / "thumbnail.tif"
    with tifffile.TiffWriter(path) as tiff:
        tiff.write(a_picture(1)[0], metadata=None)
        tiff.write(a_picture(1)[0][::2, ::2], metadata=None)
    assert read_scan(path).side[0].channels == (Channel.GREY,)


@pytest.mark.parametrize("dtype", [np.float32, np.int16, np.uint32])
def test_other_kinds_of_numbers_are_refused(tmp_path, dtype):
    path = tmp_path / "odd.tif"
    tifffile.imwrite(path, np.zeros((16, 16), dtype), metadata=None)
    with pytest.raises(BadInput, match="16 bits without sign"):
        read_scan(path)


def test_a_compression_without_bounds_is_refused(tmp_path):
    path = tmp_path / "odd.tif"
    tifffile.imwrite(path, a_picture(1)[0], compression="jpeg2000", metadata=None)
    with pytest.raises(BadInput, match="is not read"):
        read_scan(path)


@pytest.mark.parametrize("bigtiff", [False, True])
def test_a_chain_of_pages_must_end_within_the_file(tmp_path, bigtiff):
    path = tmp_path / "chain.tif"
    tifffile.imwrite(path, a_picture(), metadata=None, photometric="minisblack", bigtiff=bigtiff)
    whole = path.read_bytes()
    with path.open("rb") as file:
        check_whole(file, "chain.tif")
    with tifffile.TiffFile(path) as tiff:
        first, second = tiff.pages[0].offset, tiff.pages[1].offset
    number = struct.Struct("<Q" if bigtiff else "<I")
    for target in (first, len(whole) - 1, len(whole) + 100):
        path.write_bytes(whole.replace(number.pack(second), number.pack(target)))
        with path.open("rb") as file, pytest.raises(BadInput):
            check_whole(file, "chain.tif")
