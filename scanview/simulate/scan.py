"""Owns one simulated scan from its seed to its pixels, its header and its truth."""

import hashlib
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from scanview.core.scan import Box, Calibration, Channel, ScanHeader, Source, View, ViewHeader
from scanview.imaging.scan_image import Counts, ScanImage
from scanview.simulate.canvas import Canvas
from scanview.simulate.field_scene import Wish, build_field_scene
from scanview.simulate.hiding import Hidden
from scanview.simulate.paperwork import container_number, declaration_of, plate_number
from scanview.simulate.picture import Mask
from scanview.simulate.scanner import (
    ScannerSettings,
    acquire,
    foreign_settings,
    passing_columns,
    random_settings,
    worn_settings,
)
from scanview.simulate.scene import Scene, build_scene
from scanview.simulate.sets import PLAIN, SceneSet
from scanview.simulate.truth import TrueObject, Truth

Plane: TypeAlias = NDArray[np.float32]

DEFAULT_LANE = "CNSHA-01"
FIRST_SCAN_AT = 1_760_000_000.0
"""When the scan of seed 0 began, UTC seconds; each next seed comes two minutes later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedScan:
    """A scan as a scanner would give it, and what is true of it.

    `load_g_cm2` is the areal density of everything inside the container, float32 (rows, columns of the side view).
    """

    image: ScanImage
    truth: Truth
    load_g_cm2: Plane


def simulate_scan(
    seed: int,
    *,
    settings: ScannerSettings | None = None,
    lane: str = DEFAULT_LANE,
    pitch_mm: float = 5.0,
    hidden: int | None = None,
    with_top: bool = False,
    scene_set: SceneSet = PLAIN,
    cargo: str | None = None,
    wish: Wish | None = None,
) -> SimulatedScan:
    """The scan of `seed`: the same seed, settings, lane and set give the same bytes.

    Args:
        seed: any non-negative integer.
        settings: the scanner; None draws one of the set's (with `pitch_mm`, which a foreign scanner has its own of).
        lane: where it is said to stand.
        pitch_mm: side of a pixel where `settings` is None.
        hidden: objects to hide; None draws their number (half of the scans hide none).
        with_top: whether the scanner has a second view, from above. The side view is the same with and without it.
        scene_set: which vehicles, goods and hidden things there are, and whose designs they are.
        cargo: what is loaded, a name in `cargo.CARGO`; None draws it. Not for the plain set.
        wish: what the scene should be like beyond chance; None leaves all to it. Not for the plain set.

    Returns:
        About 860 to 970 rows and 1400 to 3400 columns at 5 mm, HIGH and LOW; 680 rows in the top view.
    """
    scene_rng, scanner_rng, paper_rng, top_rng, speed_rng = (
        np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(5)
    )
    scanner = settings or _scanner(scene_set, scanner_rng, pitch_mm)
    if scene_set.is_plain:
        scene = build_scene(scene_rng, scanner.pitch_mm, hidden, with_top=with_top)
    else:
        scene = build_field_scene(
            scene_rng, scanner.pitch_mm, scene_set, hidden=hidden, with_top=with_top, cargo=cargo, wish=wish
        )
    shown = passing_columns(scene.load.columns, scanner, speed_rng)
    views = _views(scene, scanner, (scanner_rng, top_rng), shown)
    header = ScanHeader(
        scan=hashlib.sha256(f"simulated/{lane}/{seed}".encode()).hexdigest()[:32],
        lane=lane,
        views=tuple(_view_header(scanner, view, counts.shape[1]) for view, counts in views.items()),
        started_at=FIRST_SCAN_AT + 120.0 * (seed % 1_000_000),
        container=container_number(paper_rng) if scene.container else "",
        plate=plate_number(paper_rng),
        device="simulated scanner",
        source_name=f"simulated-{seed}",
        declaration=declaration_of(scene.cargo, scene.load.total_kg, paper_rng),
        notes=("simulated",),
        container_type=scene.container,
    )
    load_g_cm2 = scene.load.total_g_cm2()
    return SimulatedScan(
        image=ScanImage(header=header, views=tuple(views.values())),
        truth=_truth(scene, shown),
        load_g_cm2=load_g_cm2 if shown is None else load_g_cm2[:, np.rint(shown).astype(int)],
    )


def _scanner(scene_set: SceneSet, rng: np.random.Generator, pitch_mm: float) -> ScannerSettings:
    if scene_set.is_plain:
        return random_settings(rng, pitch_mm=pitch_mm)
    design = scene_set.design("scanner", rng)
    return foreign_settings(design) if scene_set.is_foreign else worn_settings(design, pitch_mm=pitch_mm)


def _views(
    scene: Scene, scanner: ScannerSettings, rngs: tuple[np.random.Generator, np.random.Generator], shown: Plane | None
) -> dict[View, Counts]:
    beam = scene.load.beam
    side = _together(scene.structure.planes, scene.load.planes)
    if beam:
        side *= beam.side_obliquity(side.shape[1], scanner.pitch_mm)
    views = {View.SIDE: acquire(side, scanner, rngs[0], shown_columns=shown)}
    if scene.structure.top and scene.load.top:
        top = _together(scene.structure.top.planes, scene.load.top.planes)
        if beam:
            top *= beam.top_obliquity(top.shape[1], scanner.pitch_mm)
        views[View.TOP] = acquire(top, scanner, rngs[1], shown_columns=shown)
    return views


def _together(structure: Plane, load: Plane) -> Plane:
    """Both added up, in the memory of `structure`, which nobody needs any more."""
    for own, other in zip(structure, load, strict=True):
        if other.any():
            own += other
    return structure


def _view_header(scanner: ScannerSettings, view: View, rows: int) -> ViewHeader:
    levels = zip(scanner.air_counts, scanner.dark_counts, strict=True)
    return ViewHeader(
        view=view,
        rows=rows,
        channels=(Channel.HIGH, Channel.LOW),
        pitch_x_mm=scanner.pitch_mm,
        pitch_y_mm=scanner.pitch_mm,
        pitch_source=Source.MEASURED,
        calibrations=tuple(Calibration(air=air, dark=dark, source=Source.MEASURED) for air, dark in levels),
        energies_mv=(scanner.energy_high_mv, scanner.energy_low_mv),
    )


def _truth(scene: Scene, shown: Plane | None) -> Truth:
    return Truth(
        objects=tuple(_object(thing, scene.load, shown) for thing in scene.objects),
        empty=scene.is_empty,
        cargo=scene.cargo,
        inside=_inside(scene, shown),
        load_kg=scene.load.total_kg,
        carriage=scene.carriage,
        container=scene.container,
    )


def _object(thing: Hidden, load: Canvas, shown: Plane | None) -> TrueObject:
    box, mask = _as_shown(thing.box, thing.mask, shown)
    top, top_mask = thing.top, thing.top_mask
    if top is not None and top_mask is not None:
        top, top_mask = _as_shown(top, top_mask, shown)
    return TrueObject(
        label=thing.label,
        box=box,
        top=top,
        kind=thing.kind,
        place=thing.place,
        mask=mask,
        top_mask=top_mask,
        masses_kg=thing.masses_kg,
    )


def _as_shown(box: Box, mask: Mask, shown: Plane | None) -> tuple[Box, Mask]:
    """The box and mask of the scene's columns in the columns that the scanner shows."""
    if shown is None:
        return box, mask
    columns = np.rint(shown).astype(int)
    seen = np.flatnonzero((columns >= box.x0) & (columns < box.x1))
    if not seen.size:
        seen = np.array([int(np.abs(columns - box.x0).argmin())])
    moved = mask[:, np.clip(columns[seen] - box.x0, 0, mask.shape[1] - 1)]
    return Box(x0=int(seen[0]), y0=box.y0, x1=int(seen[-1]) + 1, y1=box.y1, view=box.view), moved


def _inside(scene: Scene, shown: Plane | None) -> Box:
    """The space inside as the middle of the load is seen."""
    pitch, space, load = scene.load.pitch_mm, scene.inside, scene.load
    x0, y0 = max(0, int(space.x0 // pitch)), max(0, int(space.y0 // pitch))
    x1, y1 = min(load.columns, int(-(-space.x1 // pitch))), min(load.rows, int(-(-space.y1 // pitch)))
    box = Box(x0=x0, y0=y0, x1=x1, y1=y1)
    return _as_shown(box, np.ones((1, x1 - x0), dtype=np.bool_), shown)[0]
