"""What is said of a reading agrees with what imaging measured, in both languages; and shapes are drawn as meant."""

from dataclasses import replace

import numpy as np
import pytest

from scanview.core.errors import BadInput, Fault
from scanview.core.scan import Source
from scanview.imaging.mass import MassEstimate, estimate_mass
from scanview.imaging.region import Area
from scanview.imaging.selection import rectangle
from scanview.imaging.statistics import region_statistics, steel_thickness
from scanview.imaging.weight import compare_with_declared
from scanview.ui.measuring.commands import declared_kg
from scanview.ui.measuring.plot import thinned
from scanview.ui.measuring.readings import (
    LoadReading,
    Trust,
    found_load,
    read_area,
    read_line,
    read_load,
    read_mass,
)
from scanview.ui.measuring.shapes import Drawing, Shape, ShapeKind, corners, within
from scanview.ui.measuring.sheet import area_sheet, length_text, line_sheet, load_sheet
from scanview.ui.text import Language, phrase, speak
from tests.golden.wedges import WEDGE_VIEW, band, display_pyramid, step, wedge_counts

COUNTS = wedge_counts()
SIZE = (COUNTS.shape[2], COUNTS.shape[1])
MEASURED = Trust(pitch=Source.MEASURED, calibration=Source.MEASURED)
THIN = Shape(
    kind=ShapeKind.RECTANGLE,
    points=((step(1).start, band("iron").start), (step(1).stop, band("iron").stop)),
)
LINE = Shape(kind=ShapeKind.LENGTH, points=((10.0, 10.0), (40.0, 10.0)))


def told(sheet, language=Language.EN):
    return {speak(language, row.name): speak(language, row.value) for row in sheet.rows}


def mass(kilograms, uncertainty=10.0, opaque=0):
    return MassEstimate(
        mass_kg=kilograms, uncertainty_kg=uncertainty, area_mm2=1e6, pixels=1_000, opaque_pixels=opaque, opaque_kg=0.0
    )


def test_a_line_has_its_length_and_what_lies_along_it():
    reading = read_line(WEDGE_VIEW, COUNTS, LINE)
    sheet = line_sheet(reading, MEASURED)

    assert reading.length_mm == pytest.approx(30 * WEDGE_VIEW.pitch_x_mm)
    assert told(sheet) == {"Length": "120 mm"}
    assert sheet.profile is not None
    assert sheet.profile.distance_mm[-1] == pytest.approx(120)
    assert sheet.notes == ()


def test_a_line_without_a_length_has_no_profile():
    at = Shape(kind=ShapeKind.LENGTH, points=((3.0, 3.0), (3.0, 3.0)))

    assert read_line(WEDGE_VIEW, COUNTS, at).profile is None


@pytest.mark.parametrize(
    ("mm", "rough", "text"), [(999.4, False, "999 mm"), (1_234, False, "1.23 m"), (80, True, "≈ 80 mm")]
)
def test_lengths_are_said_as_in_the_trade(mm, rough, text):
    assert length_text(mm, rough=rough) == text


def test_an_area_says_what_imaging_measures():
    area, weighed = read_area(WEDGE_VIEW, COUNTS, THIN), read_mass(WEDGE_VIEW, COUNTS, THIN)
    values = told(area_sheet(THIN.kind, area, weighed, MEASURED))
    selected = rectangle(*THIN.points, SIZE)
    high = region_statistics(WEDGE_VIEW, COUNTS, selected).channels[0].transmission
    steel = steel_thickness(WEDGE_VIEW, COUNTS, selected)

    assert values["Size"] == "96 mm × 90 mm"
    assert values["Transmission HIGH"].startswith(f"{100 * high.mean:.1f} %")
    assert values["As steel"] == f"{steel.mean_mm:.0f} mm, thickest {steel.thickest_mm:.0f} mm"
    assert values["Opaque"] == "0.0 %"
    in_beam = estimate_mass(WEDGE_VIEW, COUNTS, selected)
    assert values["All in the beam"] == f"{in_beam.mass_kg:.2f} ± {in_beam.margin_kg:.2f} kg"
    assert in_beam.mass_kg == pytest.approx(12.0 * 9.6 * 9.0 / 1_000, rel=0.03)


def sheet_of(counts, shape):
    return area_sheet(shape.kind, read_area(WEDGE_VIEW, counts, shape), read_mass(WEDGE_VIEW, counts, shape), MEASURED)


@pytest.mark.parametrize(
    ("material", "index", "english", "chinese"),
    [
        ("polyethylene", 2, "organic", "有机物"),
        ("aluminium", 2, "light metal or mixture", "轻金属或混合物"),
        ("iron", 3, "metal like steel", "钢类金属"),
        ("lead", 3, "heavy metal like lead", "铅类重金属"),
        ("lead", 0, "cannot be told here", "此处无法判定"),
    ],
)
def test_an_area_of_one_thing_says_its_material(material, index, english, chinese):
    at = (step(index).start + 3, band(material).start + 3), (step(index).stop - 3, band(material).stop - 3)
    sheet = sheet_of(COUNTS, Shape(kind=ShapeKind.RECTANGLE, points=at))

    assert told(sheet)["Material"] == english
    assert told(sheet, Language.ZH)["材料"] == chinese


def test_what_is_uneven_or_small_has_no_material():
    everything = Shape(kind=ShapeKind.RECTANGLE, points=((0.0, 0.0), (float(SIZE[0]), float(SIZE[1]))))
    noisy = wedge_counts(noise=0.03)
    left, top = step(2).start + 4, band("iron").start + 4
    pixel = Shape(kind=ShapeKind.RECTANGLE, points=((left, top), (left + 2.0, top + 2.0)))

    assert told(sheet_of(COUNTS, everything))["Material"] == "cannot be told here"
    few = told(sheet_of(noisy, pixel))["Material"]
    assert few.startswith("not told: needs ")


def test_while_mass_is_on_its_way_the_rest_is_there():
    values = told(area_sheet(THIN.kind, read_area(WEDGE_VIEW, COUNTS, THIN), None, MEASURED))

    assert values["All in the beam"] == values["Without background"] == "measuring …"
    assert "Transmission LOW" in values


def test_what_nothing_passes_through_is_a_lower_bound():
    counts = COUNTS.copy()
    counts[:, band("lead"), step(5)] = 300
    shape = Shape(
        kind=ShapeKind.RECTANGLE, points=((step(5).start, band("lead").start), (step(5).stop, band("lead").stop))
    )
    values = told(
        area_sheet(shape.kind, read_area(WEDGE_VIEW, counts, shape), read_mass(WEDGE_VIEW, counts, shape), MEASURED)
    )

    assert values["Opaque"] == "100.0 %"
    assert values["As steel"].startswith("at least ")
    assert values["All in the beam"].startswith("at least ")


def test_from_edge_to_edge_nothing_lies_beside():
    whole = Shape.around(Area(x0=0, y0=0, x1=SIZE[0], y1=SIZE[1]))
    weighed = read_mass(WEDGE_VIEW, COUNTS, whole)

    assert weighed.standing_out is None
    assert "Without background" not in told(area_sheet(whole.kind, None, weighed, MEASURED))


def test_a_picture_without_units_says_what_cannot_be_measured():
    pyramid = display_pyramid()
    planes, trust = (pyramid.plane(0, 0),), Trust.of(pyramid.header)
    shape = Shape(kind=ShapeKind.POLYGON, points=((10, 10), (60, 10), (60, 40)))
    sheet = area_sheet(shape.kind, read_area(pyramid.header, planes, shape), None, trust)

    assert set(told(sheet)) == {"Extent", "Area", "Counts GREY"}
    assert told(sheet)["Extent"] == "≈ 200 mm × 120 mm"
    assert [speak(Language.EN, note) for note in sheet.notes] == [
        "≈ The size of a pixel is assumed.",
        "No calibration: transmission, steel and mass cannot be measured.",
    ]
    with pytest.raises(BadInput):
        read_load(pyramid.header, planes, shape, 100.0)
    with pytest.raises(BadInput):
        found_load(pyramid.header, planes)


def test_an_estimated_calibration_is_said():
    estimated = tuple(replace(c, source=Source.ESTIMATED) for c in WEDGE_VIEW.calibrations)
    trust = Trust.of(replace(WEDGE_VIEW, calibrations=estimated, pitch_source=Source.ESTIMATED))

    assert line_sheet(read_line(WEDGE_VIEW, COUNTS, LINE), trust).notes == (
        phrase("measure.pitch-estimated"),
        phrase("measure.calibration-rough"),
    )


@pytest.mark.parametrize(
    ("declared", "english", "chinese", "warns"),
    [
        (1_000, "=  AGREES", "=  相符", False),
        (900, "▲  HEAVIER", "▲  偏重", True),
        (1_100, "▼  LIGHTER", "▼  偏轻", True),
        (0, "–  UNDECLARED", "–  未申报", False),
    ],
)
def test_the_load_is_compared_with_the_declaration(declared, english, chinese, warns):
    estimate = mass(1_000.0, opaque=5)
    sheet = load_sheet(
        LoadReading(mass=estimate, comparison=compare_with_declared(estimate, declared)), declared, MEASURED
    )

    assert speak(Language.EN, sheet.verdict) == english
    assert speak(Language.ZH, sheet.verdict) == chinese
    assert sheet.warns is warns
    assert told(sheet)["Estimated"] == "at least 1,000 ± 20 kg"
    assert told(sheet)["Declared"] == (
        f"{declared:,} kg" if declared >= 1_000 else "no weight" if not declared else "900 kg"
    )
    assert told(sheet)["Opaque"] == "0.5 %"


def test_a_load_that_cannot_be_weighed_says_why():
    sheet = load_sheet(None, 500.0, MEASURED, problem=phrase("error.no-calibration"))

    assert speak(Language.EN, sheet.verdict) == "This scan has no calibration"
    assert list(told(sheet)) == ["Declared"]


def test_the_uncertainty_of_a_load_knows_that_walls_differ():
    shape = Shape.around(Area(x0=0, y0=0, x1=SIZE[0], y1=SIZE[1]))
    reading = read_load(WEDGE_VIEW, COUNTS, shape, 0.0)
    in_beam = estimate_mass(WEDGE_VIEW, COUNTS, rectangle((0, 0), SIZE, SIZE))

    assert reading.mass.uncertainty_kg > 0.4e-1 * 7.8 * in_beam.area_mm2 / 100 / 1_000
    assert reading.mass.mass_kg < in_beam.mass_kg


def test_nothing_on_the_screen_declares_nothing():
    assert declared_kg(None) == 0.0


# -- drawing -----------------------------------------------------------------------------------------------------


def test_a_drag_makes_a_line_or_a_rectangle():
    drawn = Drawing(kind=ShapeKind.RECTANGLE).pressed((1.0, 2.0)).moved((5.0, 9.0))

    assert drawn.released() == Shape(kind=ShapeKind.RECTANGLE, points=((1.0, 2.0), (5.0, 9.0)))
    assert drawn.pressed((7.0, 7.0)).points == ((7.0, 7.0),)


def test_a_polygon_takes_corners_until_it_is_closed():
    drawn = Drawing(kind=ShapeKind.POLYGON).pressed((0.0, 0.0)).pressed((9.0, 0.0))
    assert drawn.closed() is None
    assert drawn.released() is None

    closed = drawn.pressed((9.0, 9.0)).moved((3.0, 3.0)).closed()
    assert closed == Shape(kind=ShapeKind.POLYGON, points=((0.0, 0.0), (9.0, 0.0), (9.0, 9.0)))
    assert closed.extent == (9.0, 9.0)


def test_points_stay_on_the_view():
    assert within((-3.0, 70.0), (100, 60)) == (0.0, 60.0)


def test_a_rectangle_has_four_corners():
    assert corners(ShapeKind.RECTANGLE, ((0, 0), (4, 3))) == ((0, 0), (4, 0), (4, 3), (0, 3))


def test_a_line_has_no_inside():
    with pytest.raises(Fault):
        LINE.selection(SIZE)


def test_the_profile_is_drawn_without_losing_a_peak():
    values = np.zeros(10_000)
    values[7_123], values[55] = 1.0, -1.0
    index, kept = thinned(values, 200)

    assert len(kept) <= 400
    assert (kept.max(), kept.min()) == (1.0, -1.0)
    assert np.all(np.diff(index) > 0)
