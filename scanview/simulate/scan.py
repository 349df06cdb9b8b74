"""Owns one simulated scan from its seed to its pixels, its header and its truth."""

import hashlib
import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from scanview.core.scan import Box, Calibration, Channel, ScanHeader, Source, View, ViewHeader
from scanview.imaging.scan_image import ScanImage
from scanview.simulate.canvas import TOP_HALF_MM
from scanview.simulate.container import Space
from scanview.simulate.paperwork import container_number, declaration_of, plate_number
from scanview.simulate.scanner import ScannerSettings, acquire, random_settings
from scanview.simulate.scene import Placed, Scene, build_scene
from scanview.simulate.truth import TrueObject, Truth

Plane: TypeAlias = NDArray[np.float32]

DEFAULT_LANE = "CNSHA-01"
FIRST_SCAN_AT = 1_760_000_000.0
"""When the scan of seed 0 began, UTC seconds; each next seed comes two minutes later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedScan:
    """A scan as a scanner would give it, and what is true of it.

    `load_g_cm2` is the areal density of everything inside the container, float32 (rows, columns).
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
) -> SimulatedScan:
    """The scan of `seed`: the same seed, settings and lane give the same bytes.

    Args:
        seed: any non-negative integer.
        settings: the scanner; None draws one (with `pitch_mm`) from the seed.
        lane: where it is said to stand.
        pitch_mm: side of a pixel where `settings` is None.
        hidden: objects to hide; None draws their number (half of the scans hide none).
        with_top: whether the scanner has a second view, from above. The side view is the same with and without it.

    Returns:
        About 860 to 970 rows and 1400 to 3400 columns at 5 mm, HIGH and LOW; 680 rows in the top view.
    """
    scene_rng, scanner_rng, paper_rng, top_rng = (
        np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(4)
    )
    scanner = settings or random_settings(scanner_rng, pitch_mm=pitch_mm)
    scene = build_scene(scene_rng, scanner.pitch_mm, hidden, with_top=with_top)
    views = {View.SIDE: acquire(scene.structure.planes + scene.load.planes, scanner, scanner_rng)}
    if scene.structure.top_planes is not None and scene.load.top_planes is not None:
        views[View.TOP] = acquire(scene.structure.top_planes + scene.load.top_planes, scanner, top_rng)
    load_g_cm2 = scene.load.total_g_cm2()
    truth = _truth(scene, load_g_cm2)
    header = ScanHeader(
        scan=hashlib.sha256(f"simulated/{lane}/{seed}".encode()).hexdigest()[:32],
        lane=lane,
        views=tuple(_view_header(scanner, view, counts.shape[1]) for view, counts in views.items()),
        started_at=FIRST_SCAN_AT + 120.0 * (seed % 1_000_000),
        container=container_number(paper_rng),
        plate=plate_number(paper_rng),
        device="simulated scanner",
        source_name=f"simulated-{seed}",
        declaration=declaration_of(scene.cargo, truth.load_kg, paper_rng),
        notes=("simulated",),
        container_type=scene.kind.code,
    )
    image = ScanImage(header=header, views=tuple(views.values()))
    return SimulatedScan(image=image, truth=truth, load_g_cm2=load_g_cm2)


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


def _truth(scene: Scene, load_g_cm2: Plane) -> Truth:
    pixel_cm2 = (scene.load.pitch_mm / 10) ** 2
    return Truth(
        objects=tuple(
            TrueObject(label=thing.label, box=_box(thing.space, scene), top=_top_box(thing, scene))
            for thing in scene.objects
        ),
        empty=scene.is_empty,
        cargo=scene.cargo,
        inside=_box(scene.inside, scene),
        load_kg=float(load_g_cm2.sum(dtype=np.float64)) * pixel_cm2 / 1_000,
    )


def _box(space: Space, scene: Scene) -> Box:
    load = scene.load
    return _pixels(space, pitch=load.pitch_mm, rows=load.rows, columns=load.columns, view=View.SIDE)


def _top_box(thing: Placed, scene: Scene) -> Box | None:
    load = scene.load
    if load.top_planes is None:
        return None
    z0, z1 = thing.slab
    seen = Space(x0=thing.space.x0, y0=z0 + TOP_HALF_MM, x1=thing.space.x1, y1=z1 + TOP_HALF_MM)
    return _pixels(seen, pitch=load.pitch_mm, rows=load.top_planes.shape[1], columns=load.columns, view=View.TOP)


def _pixels(space: Space, *, pitch: float, rows: int, columns: int, view: View) -> Box:
    x0, y0 = max(0, math.floor(space.x0 / pitch)), max(0, math.floor(space.y0 / pitch))
    x1, y1 = min(columns, math.ceil(space.x1 / pitch)), min(rows, math.ceil(space.y1 / pitch))
    return Box(x0=x0, y0=y0, x1=max(x1, x0 + 1), y1=max(y1, y0 + 1), view=view)
