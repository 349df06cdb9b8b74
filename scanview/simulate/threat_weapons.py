"""Owns weapons and their parts as flat shapes of several materials, in many variants."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from scanview.simulate.shapes import Point

Parts: TypeAlias = list[tuple[str, list[Point], float]]
"""Material, outline (mm) and thickness of each part; their common origin is anywhere."""


def turned_outline(points: list[Point], angle: float, mirrored: bool) -> NDArray[np.float64]:
    """The outline turned by `angle` (radian) around the origin, mirrored before that or not."""
    outline = np.asarray(points) * (-1 if mirrored else 1, 1)
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return np.asarray(outline @ rotation.T)


def pistol(rng: np.random.Generator) -> Parts:
    """A self-loading pistol of steel or with a plastic frame."""
    long, high = float(rng.uniform(150, 260)), float(rng.uniform(110, 165))
    slide, grip = 0.24 * high, float(rng.uniform(0.2, 0.3)) * long
    lean = float(rng.uniform(0.08, 0.3)) * grip
    back = long - grip
    frame = "steel" if rng.random() < 0.6 else "plastic"
    parts = [
        ("steel", [(0, 0), (long, 0), (long, slide), (0, slide)], float(rng.uniform(20, 28))),
        ("steel", [(0, slide * 0.3), (long * 0.95, slide * 0.3), (long * 0.95, slide * 0.7), (0, slide * 0.7)], 8.0),
        (frame, [(0.1 * long, slide), (long, slide), (long, 1.5 * slide), (0.1 * long, 1.5 * slide)], 22.0),
        (frame, [(back, 1.4 * slide), (long - 4, 1.4 * slide), (long + lean, high), (back + lean, high)], 24.0),
        (
            "steel",
            [(back + 8, 1.4 * slide), (long - 14, 1.4 * slide), (long + lean - 14, high), (back + lean + 8, high)],
            float(rng.uniform(10, 18)),
        ),
    ]
    guard = [
        (back - 0.28 * long, 1.5 * slide),
        (back, 1.5 * slide),
        (back, 2.6 * slide),
        (back - 0.24 * long, 2.6 * slide),
    ]
    inner = [
        (back - 0.22 * long, 1.6 * slide),
        (back - 8, 1.6 * slide),
        (back - 8, 2.4 * slide),
        (back - 0.2 * long, 2.4 * slide),
    ]
    return [*parts, ("steel", [*guard, guard[0], inner[0], *inner[::-1]], 9.0)]


def rifle(rng: np.random.Generator) -> Parts:
    """An assault rifle: barrel, sights, receiver, magazine, grip and stock."""
    long = float(rng.uniform(620, 1_100))
    barrel, body = float(rng.uniform(16, 24)), float(rng.uniform(45, 75))
    start, end = float(rng.uniform(0.3, 0.45)) * long, float(rng.uniform(0.62, 0.72)) * long
    stock = "wood" if rng.random() < 0.5 else "plastic"
    clip, bend = float(rng.uniform(110, 220)), float(rng.uniform(-10, 70))
    return [
        ("steel", [(0, 0), (start, 0), (start, barrel), (0, barrel)], 20.0),
        ("steel", [(0.05 * long, -26), (0.07 * long, -26), (0.08 * long, 0), (0.05 * long, 0)], 10.0),
        ("steel", [(start, -8), (end, -8), (end, body), (start, body)], float(rng.uniform(24, 38))),
        (
            "steel",
            [
                (start + 20, body),
                (start + 90, body),
                (start + 90 - bend, body + clip),
                (start + 20 - bend, body + clip),
            ],
            float(rng.uniform(16, 26)),
        ),
        (stock, [(end - 60, body), (end - 10, body), (end + 25, body + 95), (end - 20, body + 95)], 34.0),
        (stock, [(end, 0), (long, 10), (long, 110), (end, body - 10)], 40.0),
        (stock, [(0.5 * start, -4), (start, -4), (start, body - 12), (0.5 * start, body - 18)], 36.0),
    ]


def revolver(rng: np.random.Generator) -> Parts:
    """A revolver: barrel with rib, cylinder with its chambers, frame and curved grip."""
    long, barrel = float(rng.uniform(170, 300)), float(rng.uniform(16, 22))
    body, drum = float(rng.uniform(70, 90)), float(rng.uniform(38, 48))
    start = long - body - 45
    grip = [(start + body - 10, 20), (start + body + 25, 30), (start + body + 45, 125), (start + body + 5, 125)]
    chambers: Parts = [
        ("steel", [(start + 8, y), (start + 8 + drum, y), (start + 8 + drum, y + 5), (start + 8, y + 5)], 30.0)
        for y in np.linspace(4, drum - 6, 4)
    ]
    return [
        ("steel", [(0, 0), (start, 0), (start, barrel), (0, barrel)], barrel),
        ("steel", [(start, -6), (start + body, -6), (start + body, 40), (start, 40)], 14.0),
        ("steel", [(start + 8, 0), (start + 8 + drum, 0), (start + 8 + drum, drum), (start + 8, drum)], 22.0),
        *chambers,
        ("steel", [(start + 15, 40), (start + 60, 40), (start + 55, 66), (start + 22, 66)], 5.0),
        (str(rng.choice(["wood", "rubber"])), [(float(x), float(y)) for x, y in grip], 30.0),
        ("steel", [(float(x), float(y)) for x, y in grip], 9.0),
    ]


def shotgun(rng: np.random.Generator) -> Parts:
    """A long or sawn-off shotgun."""
    barrel, body = float(rng.uniform(350, 720)), float(rng.uniform(160, 220))
    stock = float(rng.uniform(120, 360))
    material = str(rng.choice(["wood", "plastic"]))
    end = barrel + body
    return [
        ("steel", [(0, 0), (barrel, 0), (barrel, 20), (0, 20)], float(rng.choice([20, 40]))),
        ("steel", [(0.2 * barrel, 22), (barrel, 22), (barrel, 44), (0.2 * barrel, 44)], 18.0),
        (material, [(0.45 * barrel, 20), (0.8 * barrel, 20), (0.8 * barrel, 52), (0.45 * barrel, 52)], 40.0),
        ("steel", [(barrel, -4), (end, -4), (end, 54), (barrel, 54)], 34.0),
        ("steel", [(end - 90, 54), (end - 30, 54), (end - 36, 84), (end - 84, 84)], 6.0),
        (material, [(end, 6), (end + stock, 40), (end + stock, 140), (end, 54)], 38.0),
    ]


def gun_parts(rng: np.random.Generator) -> Parts:
    """A parcel of parts: barrels, slides, bolts, magazines and springs beside each other."""
    parts: Parts = []
    y = 0.0
    for _ in range(int(rng.integers(4, 10))):
        long, high = float(rng.uniform(70, 420)), float(rng.uniform(14, 42))
        x = float(rng.uniform(0, 60))
        outline = [(x, y), (x + long, y), (x + long, y + high), (x, y + high)]
        parts.append(("steel", outline, high * float(rng.uniform(0.5, 1.0))))
        if rng.random() < 0.5:
            bore = [(x, y + 0.35 * high), (x + long, y + 0.35 * high), (x + long, y + 0.6 * high), (x, y + 0.6 * high)]
            parts.append((str(rng.choice(["steel", "aluminium"])), bore, 0.5 * high))
        y += high + float(rng.uniform(2, 14))
    return parts


def blades(rng: np.random.Generator) -> Parts:
    """Knives, daggers or machetes, one or a bundle."""
    long, wide = float(rng.uniform(140, 560)), float(rng.uniform(22, 70))
    thick, handle = float(rng.uniform(2.5, 5.0)), float(rng.uniform(95, 140))
    material = str(rng.choice(["wood", "plastic", "rubber"]))
    count = int(rng.choice([1, 1, 2, 4, 8]))
    parts: Parts = []
    for blade in range(count):
        y = blade * float(rng.uniform(4, 1.2 * wide))
        edge = [(0, y + 0.4 * wide), (0.25 * long, y), (long, y), (long, y + wide), (0.15 * long, y + wide)]
        grip = [(long, y + 0.1 * wide), (long + handle, y + 0.1 * wide), (long + handle, y + 0.8 * wide)]
        parts += [
            ("steel", [(float(a), float(b)) for a, b in edge], thick),
            (
                "steel",
                [(long - 8, y - 12), (long + 8, y - 12), (long + 8, y + wide + 12), (long - 8, y + wide + 12)],
                10.0,
            ),
            (material, [*grip, (long, y + 0.8 * wide)], 24.0),
        ]
    return parts


def ammunition(rng: np.random.Generator) -> Parts:
    """Boxes of cartridges in trays, or a belt: brass cases with bullets of lead, row by row."""
    case, across = float(rng.uniform(15, 62)), float(rng.uniform(8.5, 13.5))
    columns, rows, deep = int(rng.integers(6, 22)), int(rng.integers(2, 9)), float(rng.integers(3, 12))
    bullet = case * float(rng.uniform(0.35, 0.7))
    parts: Parts = []
    for row in range(rows):
        for column in range(columns):
            x, y = column * across, row * (case + bullet + 6)
            parts.append(
                (
                    "brass",
                    [
                        (x, y + bullet),
                        (x + 0.94 * across, y + bullet),
                        (x + 0.94 * across, y + bullet + case),
                        (x, y + bullet + case),
                    ],
                    1.6 * deep,
                )
            )
            parts.append(
                (
                    "lead",
                    [(x + 0.1 * across, y + bullet), (x + 0.47 * across, y), (x + 0.84 * across, y + bullet)],
                    0.75 * across * deep,
                )
            )
    wide, high = columns * across, rows * (case + bullet + 6)
    parts.append(("cardboard", [(-6, -6), (wide + 6, -6), (wide + 6, high + 4), (-6, high + 4)], 30.0))
    if rng.random() < 0.4:
        parts.append(("steel", [(-10, -10), (wide + 10, -10), (wide + 10, high + 8), (-10, high + 8)], 2.4))
    return parts


def tools(rng: np.random.Generator) -> Parts:
    """What looks like a weapon and is none: drills, spanners, brackets, pumps."""
    kind = int(rng.integers(3))
    if kind == 0:
        long, high = float(rng.uniform(170, 260)), float(rng.uniform(150, 220))
        return [
            ("plastic", [(40, 0), (long, 0), (long, 70), (40, 70)], 65.0),
            ("steel", [(60, 12), (0.6 * long, 12), (0.6 * long, 58), (60, 58)], 40.0),
            ("copper", [(0.6 * long, 14), (0.9 * long, 14), (0.9 * long, 56), (0.6 * long, 56)], 16.0),
            ("steel", [(-10, 22), (40, 18), (40, 52), (-10, 46)], 26.0),
            ("steel", [(-90, 31), (-10, 31), (-10, 38), (-90, 38)], 7.0),
            ("plastic", [(long - 70, 70), (long - 20, 70), (long - 5, high), (long - 60, high)], 42.0),
            ("lead", [(long - 80, high - 50), (long + 5, high - 50), (long + 5, high), (long - 80, high)], 12.0),
        ]
    if kind == 1:
        long, wide = float(rng.uniform(150, 420)), float(rng.uniform(18, 34))
        head = 1.7 * wide
        return [
            ("steel", [(0, 0), (long, 0), (long, wide), (0, wide)], 8.0),
            (
                "steel",
                [(-head, -0.4 * wide), (0, -0.4 * wide), (0, 1.4 * wide), (-head, 1.4 * wide), (-head / 2, wide / 2)],
                11.0,
            ),
            ("steel", [(long, -0.3 * wide), (long + head, wide / 2), (long, 1.3 * wide)], 11.0),
        ]
    arm, wide = float(rng.uniform(90, 300)), float(rng.uniform(25, 60))
    return [
        ("steel", [(0, 0), (arm, 0), (arm, wide), (wide, wide), (wide, arm), (0, arm)], float(rng.uniform(3, 12))),
        ("steel", [(wide, wide), (0.6 * arm, wide), (wide, 0.6 * arm)], float(rng.uniform(3, 8))),
    ]
