"""Owns the contact sheets of what the simulator can show: `python -m scanview.simulate.contact_sheet FOLDER`."""

import argparse
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from scanview.core.scan import Box
from scanview.simulate.cargo import CARGO
from scanview.simulate.carriage import CARRIAGES
from scanview.simulate.container import SPECIAL_KINDS
from scanview.simulate.hiding import FALSE_WALLS
from scanview.simulate.scan import SimulatedScan, simulate_scan
from scanview.simulate.sets import OTHER, TRAIN, SceneSet
from scanview.simulate.threat_catalogue import THREATS
from scanview.simulate.truth import TrueObject

Grey: TypeAlias = NDArray[np.uint8]

_DARKEST = 0.006
_SHADES = 48
_CAPTION_ROWS = 18
_TRIES = 400
_LOADED_KG = 600.0
_COARSE_MM = 24.0
_CLEAR_G_CM2 = 45.0
_GAP, _CORNER = 10, 14


def cargo_sheet() -> Grey:
    """A part of a loaded vehicle for each kind of cargo, grey, uint8 (rows, columns)."""
    tiles = []
    for number, name in enumerate(CARGO):
        scan = _first(partial(_is_loaded_with, name), 100 * number, cargo=name, hidden=0)
        tiles.append(tile(_display(scan), fullest_part(scan), name, (276, 120), margin_mm=300))
    return _grid(tiles, 5)


def vehicle_sheet() -> Grey:
    """Each kind of vehicle and each special container, whole."""
    tiles = []
    for name in CARRIAGES:
        scan = _first(partial(_travels_on, name), 5_000)
        tiles.append(tile(_display(scan), None, name, (460, 150)))
    for kind in SPECIAL_KINDS:
        scan = _first(partial(_is_in, kind.code), 6_000)
        tiles.append(tile(_display(scan), None, f"{kind.code} {kind.body}", (460, 150)))
    return _grid(tiles, 3)


def threat_sheet() -> Grey:
    """One of each kind of hidden thing and space, between corners, where goods let the beam through."""
    tiles = []
    for name in (*THREATS, *FALSE_WALLS):
        scene_set = OTHER if name in THREATS and THREATS[name].is_held_out else TRAIN
        scan = _first(partial(_shows, name), 8_000, hidden=3, scene_set=scene_set)
        thing = _clearest(name, scan)
        picture = with_corners(_display(scan), thing.box)
        view, _ = scan.image.side
        caption = f"{name}, {thing.place}"
        tiles.append(tile(picture, thing.box, caption, (276, 150), margin_mm=450, pitch_mm=view.pitch_x_mm))
    return _grid(tiles, 5)


def fullest_part(scan: SimulatedScan) -> Box:
    """The part of the space inside, twice as long as it is high, that holds most."""
    inside = scan.truth.inside
    wide = min(2 * (inside.y1 - inside.y0), inside.x1 - inside.x0)
    along = np.cumsum(scan.load_g_cm2[inside.y0 : inside.y1].sum(axis=0))
    x0 = inside.x0 + int(np.argmax(along[inside.x0 + wide : inside.x1 + 1] - along[inside.x0 : inside.x1 - wide + 1]))
    return Box(x0=x0, y0=inside.y0, x1=x0 + wide, y1=inside.y1)


def _is_loaded_with(name: str, scan: SimulatedScan) -> bool:
    return scan.truth.cargo == name and scan.truth.load_kg > _LOADED_KG


def _travels_on(name: str, scan: SimulatedScan) -> bool:
    return scan.truth.carriage == name and scan.truth.load_kg > _LOADED_KG


def _is_in(code: str, scan: SimulatedScan) -> bool:
    return scan.truth.container == code and scan.truth.load_kg > _LOADED_KG


def _shows(kind: str, scan: SimulatedScan) -> bool:
    """Whether one of this kind is hidden where a person who knows of it would see it."""
    return any(_load_at(each.box, scan) < _CLEAR_G_CM2 for each in scan.truth.objects if each.kind == kind)


def _clearest(kind: str, scan: SimulatedScan) -> TrueObject:
    return min((each for each in scan.truth.objects if each.kind == kind), key=lambda each: _load_at(each.box, scan))


def _load_at(box: Box, scan: SimulatedScan) -> float:
    """Mean of what the beam meets there of load and hidden things, g/cm2."""
    return float(scan.load_g_cm2[box.y0 : box.y1, box.x0 : box.x1].mean())


def _first(
    wanted: Callable[[SimulatedScan], bool],
    seed: int,
    *,
    cargo: str | None = None,
    hidden: int = 0,
    scene_set: SceneSet = TRAIN,
) -> SimulatedScan:
    """The first scan from `seed` on that is `wanted`, found at a coarse pitch and then made at the usual one."""
    for own in range(seed, seed + _TRIES):
        if wanted(simulate_scan(own, pitch_mm=_COARSE_MM, scene_set=scene_set, cargo=cargo, hidden=hidden)):
            return simulate_scan(own, scene_set=scene_set, cargo=cargo, hidden=hidden)
    raise LookupError(f"none of {_TRIES} scans from seed {seed} on shows it")


def _display(scan: SimulatedScan) -> Grey:
    """The HIGH channel with logarithmic tones."""
    view, counts = scan.image.side
    level = view.calibrations[0]
    transmission = np.clip((counts[0] - level.dark) / (level.air - level.dark), _DARKEST, 1)
    tones = 1 - np.log(transmission) / np.log(_DARKEST)
    return np.asarray(np.rint(tones * _SHADES) * (255 / _SHADES), dtype=np.uint8)


def with_corners(picture: Grey, box: Box) -> Grey:
    """`picture` with the four corners of `box` marked just outside of it, black beside white."""
    marked = picture.copy()
    for width, tone in ((7, 255), (3, 0)):
        for x, inward_x in ((box.x0 - _GAP, 1), (box.x1 + _GAP, -1)):
            for y, inward_y in ((box.y0 - _GAP, 1), (box.y1 + _GAP, -1)):
                cv2.line(marked, (x, y), (x + inward_x * _CORNER, y), tone, width)
                cv2.line(marked, (x, y), (x, y + inward_y * _CORNER), tone, width)
    return marked


def tile(
    picture: Grey,
    box: Box | None,
    caption: str,
    size: tuple[int, int],
    *,
    margin_mm: float = 0.0,
    pitch_mm: float = 5.0,
) -> Grey:
    """The surroundings of `box` (or the whole picture), as much as has the shape of the tile, with a caption."""
    rows, columns = picture.shape
    if box is not None:
        margin = round(margin_mm / pitch_mm)
        top, bottom = max(0, box.y0 - margin), min(rows, box.y1 + margin)
        wide = round((bottom - top) * size[0] / size[1])
        middle = min((box.x0 + box.x1) // 2, box.x0 + wide // 2)
        left = int(np.clip(middle - wide // 2, 0, max(0, columns - wide)))
        picture = picture[top:bottom, left : left + wide]
    scale = min(size[0] / picture.shape[1], size[1] / picture.shape[0])
    fitted = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    small = cv2.resize(picture, fitted, interpolation=cv2.INTER_AREA)
    framed = np.full((size[1] + _CAPTION_ROWS + 4, size[0] + 6), 255, dtype=np.uint8)
    framed[_CAPTION_ROWS : _CAPTION_ROWS + fitted[1], 3 : 3 + fitted[0]] = small
    cv2.putText(framed, caption, (5, 13), cv2.FONT_HERSHEY_SIMPLEX, 0.42, 0, 1, cv2.LINE_AA)
    return framed


def _grid(tiles: list[Grey], columns: int) -> Grey:
    blank = np.full_like(tiles[0], 255)
    filled = [*tiles, *[blank] * (-len(tiles) % columns)]
    rows: Iterable[Grey] = (np.hstack(filled[i : i + columns]) for i in range(0, len(filled), columns))
    return np.asarray(np.vstack(list(rows)), dtype=np.uint8)


def main() -> None:
    """Write the sheets into a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    for name, draw in (("cargo", cargo_sheet), ("vehicles", vehicle_sheet), ("hidden", threat_sheet)):
        cv2.imwrite(str(folder / f"simulator-{name}.png"), draw(), [cv2.IMWRITE_PNG_COMPRESSION, 9])


if __name__ == "__main__":
    main()
