"""Owns what the measuring panel says of a reading, as phrases: names and figures row by row, and what to beware of."""

import math
from dataclasses import dataclass

from scanview.core.scan import Source
from scanview.imaging.mass import MassEstimate
from scanview.imaging.measure import Profile
from scanview.imaging.statistics import ChannelStatistics, SteelThickness
from scanview.imaging.trust import MaterialReading
from scanview.imaging.weight import Agreement
from scanview.ui.measuring.readings import AreaReading, LineReading, LoadReading, MassReading, Trust
from scanview.ui.measuring.shapes import ShapeKind
from scanview.ui.text import NOTHING, Phrase, phrase, verbatim

SIGNS = {Agreement.AGREES: "=", Agreement.HEAVIER: "▲", Agreement.LIGHTER: "▼", Agreement.UNDECLARED: "–"}
"""The shape that says the same as the word."""

_MATERIALS = {
    "polyethylene": "measure.material-polyethylene",
    "aluminium": "measure.material-aluminium",
    "iron": "measure.material-iron",
    "lead": "measure.material-lead",
}
_PENDING = phrase("measure.pending")


@dataclass(frozen=True, slots=True)
class Row:
    """A name and its figure."""

    name: Phrase
    value: Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What the panel shows; empty parts take no room. `warns` is whether `verdict` asks for attention."""

    title: Phrase
    hint: Phrase = NOTHING
    verdict: Phrase = NOTHING
    warns: bool = False
    rows: tuple[Row, ...] = ()
    notes: tuple[Phrase, ...] = ()
    profile: Profile | None = None


def length_text(length_mm: float, *, rough: bool) -> str:
    """A measured length: metres to the centimetre from one metre on, else whole millimetres; ≈ where it is `rough`."""
    told = f"{length_mm / 1000:,.2f} m" if length_mm >= 1000 else f"{length_mm:.0f} mm"
    return f"≈ {told}" if rough else told


def drawing_sheet(kind: ShapeKind, *, for_load: bool) -> Sheet:
    """How to draw what is asked for."""
    if for_load:
        return Sheet(title=phrase("measure.load"), hint=phrase("measure.hint.load"))
    return Sheet(title=phrase(f"measure.title.{kind}"), hint=phrase(f"measure.hint.{kind}"))


def line_sheet(reading: LineReading, trust: Trust) -> Sheet:
    """A length and the profile along it."""
    length = verbatim(length_text(reading.length_mm, rough=trust.is_rough))
    return Sheet(
        title=phrase(f"measure.title.{ShapeKind.LENGTH}"),
        rows=(Row(phrase("measure.length"), length),),
        notes=_notes(trust),
        profile=reading.profile,
    )


def area_sheet(
    kind: ShapeKind, area: AreaReading | None, mass: MassReading | None, trust: Trust, *, problem: Phrase = NOTHING
) -> Sheet:
    """What is known of an area so far; what is not is on its way, unless there is a `problem`."""
    rows: tuple[Row, ...] = () if area is None else _area_rows(kind, area, rough=trust.is_rough)
    if trust.calibration is not None and problem == NOTHING:
        rows += _mass_rows(mass)
        if mass is not None and mass.material is not None:
            rows += (_material_row(mass.material),)
    return Sheet(title=phrase(f"measure.title.{kind}"), verdict=problem, warns=True, rows=rows, notes=_notes(trust))


def load_sheet(load: LoadReading | None, declared_kg: float, trust: Trust, *, problem: Phrase = NOTHING) -> Sheet:
    """The weight of the load beside the declared one."""
    declared = phrase("declaration.kg", kg=f"{declared_kg:,.0f}") if declared_kg else phrase("measure.nothing-declared")
    estimated = _PENDING if load is None else _estimate(load.mass)
    rows: tuple[Row, ...] = (Row(phrase("measure.estimated"), estimated), Row(phrase("measure.declared"), declared))
    if load is not None and load.mass.is_lower_bound:
        rows += (_opaque_row(load.mass.opaque_pixels, load.mass.pixels),)
    verdict, warns = problem, True
    if load is not None and problem == NOTHING:
        agreement = load.comparison.agreement
        verdict = phrase("measure.agreement", sign=SIGNS[agreement], agreement=phrase(f"agreement.{agreement}"))
        warns = agreement in (Agreement.HEAVIER, Agreement.LIGHTER)
    return Sheet(
        title=phrase("measure.load"),
        hint=NOTHING if load is None else phrase("measure.hint.load-again"),
        verdict=verdict,
        warns=warns,
        rows=rows if problem == NOTHING else rows[1:],
        notes=_notes(trust),
    )


def _area_rows(kind: ShapeKind, area: AreaReading, *, rough: bool) -> tuple[Row, ...]:
    sides = (length_text(side, rough=False) for side in (area.width_mm, area.height_mm))
    size = phrase("measure.size-value", about="≈ " if rough else "", width=next(sides), height=next(sides))
    rows = [Row(phrase("measure.size" if kind is ShapeKind.RECTANGLE else "measure.extent"), size)]
    if kind is ShapeKind.POLYGON:
        square_metres = f"{area.statistics.area_mm2 / 1e6:,.3f}"
        rows.append(
            Row(phrase("measure.area"), phrase("measure.area-value", about="≈ " if rough else "", m2=square_metres))
        )
    rows += (_channel_row(channel) for channel in area.statistics.channels)
    if area.steel is not None:
        rows += (_steel_row(area.steel), _opaque_row(area.steel.opaque_pixels, area.steel.pixels))
    return tuple(rows)


def _material_row(reading: MaterialReading) -> Row:
    if reading.is_trusted:
        return Row(phrase("measure.material"), phrase(_MATERIALS[reading.material]))
    if math.isinf(reading.demand):
        return Row(phrase("measure.material"), phrase("measure.material-untold"))
    needed = f"{math.ceil(reading.demand):,}"
    return Row(phrase("measure.material"), phrase("measure.material-more", pixels=needed))


def _channel_row(channel: ChannelStatistics) -> Row:
    seen = channel.transmission
    if seen is None:
        counts = channel.counts
        spread = {"mean": f"{counts.mean:,.0f}", "low": f"{counts.minimum:,.0f}", "high": f"{counts.maximum:,.0f}"}
        return Row(phrase("measure.counts", channel=channel.channel), phrase("measure.spread-counts", **spread))
    shares = {"mean": seen.mean, "low": seen.minimum, "high": seen.maximum}
    told = {name: f"{100 * share:z.1f}" for name, share in shares.items()}
    return Row(phrase("measure.transmission", channel=channel.channel), phrase("measure.spread", **told))


def _steel_row(steel: SteelThickness) -> Row:
    value = "measure.steel-least" if steel.opaque_pixels else "measure.steel-value"
    figures = {"mean": f"{steel.mean_mm:.0f}", "thickest": f"{steel.thickest_mm:.0f}"}
    return Row(phrase("measure.steel"), phrase(value, **figures))


def _opaque_row(opaque_pixels: int, pixels: int) -> Row:
    share = 100 * opaque_pixels / pixels
    told = "< 0.1" if 0 < share < 0.05 else f"{share:.1f}"
    return Row(phrase("measure.opaque"), phrase("measure.percent", percent=told))


def _mass_rows(mass: MassReading | None) -> tuple[Row, ...]:
    in_beam = Row(phrase("measure.mass"), _PENDING if mass is None else _estimate(mass.in_beam))
    if mass is not None and mass.standing_out is None:
        return (in_beam,)
    standing_out = _PENDING if mass is None or mass.standing_out is None else _estimate(mass.standing_out)
    return in_beam, Row(phrase("measure.standing-out"), standing_out)


def _estimate(mass: MassEstimate) -> Phrase:
    """The mass and how far it may lie from that, with as many decimals as that is worth."""
    decimals = 2 if mass.margin_kg < 1 else 1 if mass.margin_kg < 10 else 0
    value = "measure.kg-least" if mass.is_lower_bound else "measure.kg"
    return phrase(value, kg=f"{mass.mass_kg:z,.{decimals}f}", error=f"{mass.margin_kg:,.{decimals}f}")


def _notes(trust: Trust) -> tuple[Phrase, ...]:
    notes = []
    if trust.is_rough:
        notes.append(phrase(f"measure.pitch-{trust.pitch}"))
    if trust.calibration is None:
        notes.append(phrase("measure.uncalibrated"))
    elif trust.calibration is not Source.MEASURED:
        notes.append(phrase("measure.calibration-rough"))
    return tuple(notes)
