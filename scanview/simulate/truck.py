"""Owns the lorry that carries a container: cab, engine, chassis, trailer, wheels, and the ground under it."""

import numpy as np

from scanview.simulate.canvas import HALF_WIDTH_MM, Canvas, Slab

WHEEL_MM = 515.0
"""Radius of a lorry's tyre."""

CAB_MM = 3_350.0
"""From the front bumper to the front of the container."""

_BEAMS: tuple[Slab, Slab] = ((-520.0, -440.0), (440.0, 520.0))
_SINGLE_TYRES: tuple[Slab, Slab] = ((-HALF_WIDTH_MM, -900.0), (900.0, HALF_WIDTH_MM))
_TWIN_TYRES: tuple[Slab, Slab] = ((-HALF_WIDTH_MM, -600.0), (600.0, HALF_WIDTH_MM))
_LEGS: tuple[Slab, Slab] = ((-900.0, -780.0), (780.0, 900.0))
_CAB_SIDES: tuple[Slab, Slab] = ((-HALF_WIDTH_MM, -1_150.0), (1_150.0, HALF_WIDTH_MM))
_TANK_SIDE: Slab = (-1_200.0, -620.0)


def draw_ground(canvas: Canvas, ground: float) -> None:
    """The roadway: opaque from `ground` (mm from the top) downwards."""
    with canvas.side_only():
        canvas.rectangle("ceramic", 0, ground, canvas.columns * canvas.pitch_mm, ground + 400, depth_mm=3_000)


def draw_wheel(canvas: Canvas, x: float, ground: float, *, twin: bool) -> None:
    """Both wheels of one axle behind each other, standing on `ground`; double tyres where `twin`."""
    with canvas.across(*(_TWIN_TYRES if twin else _SINGLE_TYRES)):
        _draw_wheel(canvas, x, ground, twin)


def _draw_wheel(canvas: Canvas, x: float, ground: float, twin: bool) -> None:
    y, tyres = ground - WHEEL_MM, 4 if twin else 2
    canvas.disc("rubber", x, y, WHEEL_MM, depth_mm=45 * tyres, hole_mm=285)
    canvas.disc("rubber", x, y, WHEEL_MM, depth_mm=130 * tyres, hole_mm=WHEEL_MM - 40)
    canvas.disc("steel", x, y, 290, depth_mm=14 * tyres, hole_mm=255)
    canvas.disc("steel", x, y, 255, depth_mm=10 * tyres, hole_mm=120)
    canvas.disc("steel", x, y, 205, depth_mm=90, hole_mm=140)
    canvas.disc("steel", x, y, 120, depth_mm=240)
    for angle in np.arange(10) * 2 * np.pi / 10:
        canvas.disc("steel", x + 165 * np.cos(angle), y + 165 * np.sin(angle), 16, depth_mm=80)


def draw_trailer(canvas: Canvas, rng: np.random.Generator, x0: float, x1: float, deck: float, ground: float) -> None:
    """A skeletal semi-trailer under a container that stands from `x0` to `x1` on `deck` (mm from the top)."""
    draw_beam(canvas, x0 - 60, x1 + 40, deck, 190 if x1 - x0 < 8_000 else 320)
    for x in np.arange(x0 + 350, x1, float(rng.uniform(900, 1_300))):
        canvas.rectangle("steel", x, deck + 10, x + 110, deck + 170, depth_mm=12)
        canvas.rectangle("steel", x, deck + 10, x + 8, deck + 170, depth_mm=900)
    axles = 2 if x1 - x0 < 8_000 else int(rng.integers(2, 4))
    for axle in range(axles):
        x = x1 - 1_000 - 1_310 * axle
        draw_wheel(canvas, x, ground, twin=bool(rng.random() < 0.5))
        canvas.bar("steel", (x - 480, ground - 640), (x + 420, ground - 560), width_mm=46, depth_mm=50)
        canvas.disc("rubber", x + 380, ground - 620, 120, depth_mm=160, hole_mm=20)
    leg = x0 + float(rng.uniform(1_900, 2_500))
    with canvas.across(*_LEGS):
        for shift in (0.0, 60.0):
            canvas.rectangle("steel", leg + shift, deck + 150, leg + shift + 110, ground - 330, depth_mm=16)
            canvas.rectangle("steel", leg + shift, deck + 150, leg + shift + 8, ground - 330, depth_mm=220)
        canvas.rectangle("steel", leg - 60, ground - 350, leg + 240, ground - 320, depth_mm=260)
    canvas.rectangle("steel", x1 - 60, ground - 560, x1 + 40, ground - 440, depth_mm=60)
    canvas.bar("steel", (x1 - 40, deck + 250), (x1, ground - 480), width_mm=80, depth_mm=20)
    if rng.random() < 0.6:
        canvas.frame("plastic", leg + 600, deck + 330, leg + 1_400, deck + 700, bar_mm=15, depth_mm=450)
        canvas.rectangle("steel", leg + 650, deck + 520, leg + 1_300, deck + 690, depth_mm=25)


def draw_tractor(
    canvas: Canvas, rng: np.random.Generator, x0: float, deck: float, ground: float, *, is_rigid: bool = False
) -> None:
    """A cab-over tractor whose front is at `x0`, pulling a trailer with its deck at `deck`.

    A rigid lorry (`is_rigid`) has its rear axles and its chassis under its own body, drawn elsewhere.
    """
    roof = ground - float(rng.uniform(2_950, 3_700))
    draw_beam(canvas, x0 + 500, x0 + CAB_MM + 2_300, deck + 260, 260)
    _draw_cab_shell(canvas, x0, roof, ground)
    _draw_cab_inside(canvas, rng, x0, roof, ground)
    with canvas.across((-500.0, 500.0)):
        _draw_engine(canvas, rng, x0, ground)
    _draw_behind_cab(canvas, rng, x0, ground)
    draw_wheel(canvas, x0 + 1_400, ground, twin=False)
    if is_rigid:
        return
    draw_wheel(canvas, x0 + CAB_MM + 900, ground, twin=True)
    if rng.random() < 0.6:
        draw_wheel(canvas, x0 + CAB_MM + 2_250, ground, twin=True)
    canvas.rectangle("steel", x0 + CAB_MM + 500, deck + 40, x0 + CAB_MM + 1_300, deck + 110, depth_mm=140)


def draw_beam(canvas: Canvas, x0: float, x1: float, top: float, high_mm: float) -> None:
    """The two main beams of a chassis, I-sections of `high_mm`."""
    with canvas.across(*_BEAMS):
        canvas.rectangle("steel", x0, top, x1, top + high_mm, depth_mm=16)
        canvas.rectangle("steel", x0, top, x1, top + 12, depth_mm=260)
        canvas.rectangle("steel", x0, top + high_mm - 12, x1, top + high_mm, depth_mm=260)


def _draw_cab_shell(canvas: Canvas, x0: float, roof: float, ground: float) -> None:
    sill = ground - 1_050
    outline = [
        (x0 + 40, ground - 420),
        (x0, sill),
        (x0 + 60, sill - 700),
        (x0 + 330, roof + 380),
        (x0 + 620, roof + 40),
        (x0 + 900, roof),
        (x0 + 2_250, roof + 60),
        (x0 + 2_300, ground - 820),
        (x0 + 1_980, ground - 800),
        (x0 + 1_850, ground - 1_040),
        (x0 + 960, ground - 1_040),
        (x0 + 840, ground - 420),
    ]
    window = [(x0 + 390, sill - 640), (x0 + 560, roof + 560), (x0 + 1_230, roof + 560), (x0 + 1_230, sill - 560)]
    with canvas.across(*_CAB_SIDES):
        canvas.polygon("steel", outline, depth_mm=3.2, holes=[window])
        canvas.polygon("glass", window, depth_mm=9)
    for start, end in zip(outline, [*outline[1:], outline[0]], strict=True):
        canvas.bar("steel", start, end, width_mm=26, depth_mm=26)
    canvas.bar("glass", (x0 + 50, sill - 650), (x0 + 330, roof + 420), width_mm=24, depth_mm=1_700)
    canvas.bar("steel", (x0 + 1_290, roof + 80), (x0 + 1_300, ground - 1_060), width_mm=70, depth_mm=9)
    canvas.bar("steel", (x0 + 420, sill - 560), (x0 + 1_250, sill - 520), width_mm=40, depth_mm=10)


def _draw_cab_inside(canvas: Canvas, rng: np.random.Generator, x0: float, roof: float, ground: float) -> None:
    floor = ground - 1_150
    canvas.rectangle("steel", x0 + 300, floor, x0 + 2_250, floor + 40, depth_mm=90)
    canvas.ellipsoid("foam", x0 + 1_120, floor - 380, 330, 90, depth_mm=2_200)
    canvas.bar("foam", (x0 + 1_330, floor - 380), (x0 + 1_460, floor - 1_050), width_mm=150, depth_mm=1_900)
    canvas.bar("steel", (x0 + 900, floor - 20), (x0 + 1_350, floor - 330), width_mm=35, depth_mm=40)
    canvas.bar("steel", (x0 + 1_340, floor - 330), (x0 + 1_450, floor - 1_000), width_mm=24, depth_mm=40)
    canvas.bar("plastic", (x0 + 560, floor - 640), (x0 + 800, floor - 860), width_mm=34, depth_mm=240)
    canvas.bar("steel", (x0 + 480, floor - 60), (x0 + 690, floor - 740), width_mm=45, depth_mm=30)
    canvas.rectangle("foam", x0 + 1_550, floor - 620, x0 + 2_220, floor - 470, depth_mm=1_900)
    canvas.rectangle("plastic", x0 + 230, floor - 780, x0 + 520, floor - 520, depth_mm=120)
    depth_rng = rng.spawn(1)[0]
    for _ in range(int(rng.integers(8, 18))):
        x, y = x0 + rng.uniform(220, 2_000), rng.uniform(roof + 250, floor - 150)
        width, high = rng.uniform(60, 380), rng.uniform(40, 260)
        material = str(rng.choice(["plastic", "cloth", "plastic", "aluminium"]))
        depth = float(rng.uniform(8, 40) if material == "aluminium" else rng.uniform(40, 300))
        z = float(depth_rng.uniform(-1_000, 1_000))
        with canvas.across((z - 150, z + 150)):
            canvas.rectangle(material, x, y, x + width, y + high, depth_mm=depth)


def _draw_engine(canvas: Canvas, rng: np.random.Generator, x0: float, ground: float) -> None:
    canvas.rectangle("aluminium", x0 + 330, ground - 1_250, x0 + 420, ground - 480, depth_mm=260)
    canvas.rectangle("steel", x0 + 640, ground - 1_140, x0 + 1_760, ground - 620, depth_mm=110)
    canvas.rectangle("steel", x0 + 760, ground - 700, x0 + 1_700, ground - 520, depth_mm=60)
    for cylinder in range(6):
        x = x0 + 740 + 170 * cylinder
        canvas.rectangle("steel", x, ground - 1_120, x + 110, ground - 800, depth_mm=70)
    canvas.rod("steel", x0 + 1_760, x0 + 2_500, ground - 800, 190, wall_mm=26)
    canvas.rod("steel", x0 + 2_500, x0 + CAB_MM + 800, ground - 720, 55, wall_mm=6)
    for _ in range(40):
        x, y = x0 + rng.uniform(180, 2_300), ground - rng.uniform(480, 1_150)
        angle, length = rng.uniform(0, np.pi), rng.uniform(80, 420)
        end = (x + length * np.cos(angle), y - length * np.sin(angle) * 0.5)
        canvas.bar("steel", (x, y), end, width_mm=float(rng.uniform(15, 70)), depth_mm=float(rng.uniform(8, 70)))
    for _ in range(14):
        x, y = x0 + rng.uniform(300, 2_200), ground - rng.uniform(520, 1_100)
        canvas.disc("steel", x, y, float(rng.uniform(40, 150)), depth_mm=float(rng.uniform(15, 90)))


def _draw_behind_cab(canvas: Canvas, rng: np.random.Generator, x0: float, ground: float) -> None:
    with canvas.across(_TANK_SIDE):
        _draw_fuel_tank(canvas, rng, x0, ground)
    canvas.column("steel", x0 + 2_480, ground - 2_900, ground - 800, 75, wall_mm=3)
    canvas.rod("steel", x0 + 2_450, x0 + 3_000, ground - 1_350, 120, wall_mm=4)


def _draw_fuel_tank(canvas: Canvas, rng: np.random.Generator, x0: float, ground: float) -> None:
    left, y = x0 + 2_420, ground - 650
    canvas.rod("aluminium", left, left + 1_050, y, 290, wall_mm=4)
    level = float(rng.uniform(-180, 220))
    canvas.rectangle("spirit", left + 10, y - level, left + 1_040, y + 280, depth_mm=480)
    for x in (left, left + 1_044):
        canvas.rectangle("aluminium", x, y - 280, x + 6, y + 280, depth_mm=540)
    canvas.rectangle("lead", left + 1_120, y - 60, left + 1_420, y + 130, depth_mm=24)
    canvas.rectangle("plastic", left + 1_110, y - 90, left + 1_430, y + 150, depth_mm=240)
