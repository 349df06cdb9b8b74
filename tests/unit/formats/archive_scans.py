"""Small scans, cut into strip records, for the tests of the archive."""

import numpy as np

from scanview.core.scan import STRIP_COLUMNS, Calibration, Channel, ScanHeader, Source, View, ViewHeader
from scanview.imaging.pyramid import strip_levels
from scanview.imaging.scan_image import ScanImage
from scanview.wire.tiles import encode_strip

SCAN = "00112233445566778899aabbccddeeff"


def view_header(view=View.SIDE, rows=37, channels=(Channel.HIGH, Channel.LOW)):
    return ViewHeader(
        view=view,
        rows=rows,
        channels=channels,
        pitch_x_mm=5.0,
        pitch_y_mm=4.5,
        pitch_source=Source.MEASURED,
        calibrations=tuple(Calibration(air=60_000.0, dark=100.0, source=Source.MEASURED) for _ in channels),
        energies_mv=(6.0, 3.0)[: len(channels)],
    )


def scan_header(*views, **fields):
    return ScanHeader(scan=SCAN, lane="CNSHA-03", started_at=1.75e9, views=views or (view_header(),), **fields)


def scan_image(columns=(300,), header=None, seed=0):
    header = header or scan_header()
    random = np.random.default_rng(seed)
    views = tuple(
        random.integers(0, 65_536, (len(view.channels), view.rows, width), dtype=np.uint16)
        for view, width in zip(header.views, columns, strict=True)
    )
    return ScanImage(header=header, views=views)


def strip_records(image):
    """The records of `image`, its views in turn as they would come from a lane."""
    strips = [
        (start, view, counts[:, :, start : start + STRIP_COLUMNS])
        for view, counts in enumerate(image.views)
        for start in range(0, counts.shape[2], STRIP_COLUMNS)
    ]
    strips.sort(key=lambda strip: strip[:2])
    return [
        encode_strip(strip_levels(counts), sequence=sequence, view=view)
        for sequence, (_, view, counts) in enumerate(strips)
    ]
