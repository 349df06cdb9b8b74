"""Pictures that may only change on purpose: every tool on the wedges, byte for byte.

To change one on purpose, run with SCANVIEW_WRITE_GOLDEN=1 and look at the new file.
"""

import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from scanview.core.recipe import Preset, Recipe, Tool
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.imaging.region import Region
from scanview.imaging.render import render
from scanview.imaging.tone import default_recipe
from tests.golden.wedges import WEDGE_VIEW, display_pyramid, wedge_pyramid

HERE = Path(__file__).parent
ARTEFACTS = HERE.parents[1] / "artefacts"
SIZE = (204, 128)

ONE_TO_ONE = Region(left=0.0, top=0.0, columns_per_pixel=1.0, rows_per_pixel=0.8)
SHRUNK = Region(left=-8.0, top=-6.0, columns_per_pixel=2.7, rows_per_pixel=2.16)
MAGNIFIED = Region(left=60.25, top=3.5, columns_per_pixel=0.2, rows_per_pixel=0.16)

DEFAULT = default_recipe(WEDGE_VIEW)
COLOUR = DEFAULT.toggled(Tool.COLOUR)

CASES = {
    "default": (DEFAULT, ONE_TO_ONE),
    "linear": (Recipe(), ONE_TO_ONE),
    "window": (Recipe().with_step(Tool.WINDOW, 0.1, 0.2), ONE_TO_ONE),
    "log": (Recipe().with_step(Tool.LOG, 0.002), ONE_TO_ONE),
    "gamma": (Recipe().with_step(Tool.GAMMA, 0.35), ONE_TO_ONE),
    "inverse": (DEFAULT.toggled(Tool.INVERSE), ONE_TO_ONE),
    "high-penetration": (DEFAULT.with_preset(Preset.HIGH_PENETRATION), ONE_TO_ONE),
    "low-penetration": (DEFAULT.with_preset(Preset.LOW_PENETRATION), ONE_TO_ONE),
    "colour": (COLOUR, ONE_TO_ONE),
    "colour-shrunk": (COLOUR, SHRUNK),
    "colour-magnified": (COLOUR, MAGNIFIED),
    "safe-colours": (COLOUR.toggled(Tool.SAFE_COLOURS), ONE_TO_ONE),
    "organic": (COLOUR.toggled(Tool.ORGANIC), ONE_TO_ONE),
    "metal": (COLOUR.toggled(Tool.METAL), ONE_TO_ONE),
    "organic-grey": (DEFAULT.toggled(Tool.ORGANIC), ONE_TO_ONE),
    "peel": (COLOUR.with_step(Tool.PEEL, 12.0), ONE_TO_ONE),
    "denoise": (DEFAULT.with_preset(Preset.LOW_PENETRATION).toggled(Tool.DENOISE), ONE_TO_ONE),
    "edge": (DEFAULT.toggled(Tool.EDGE), ONE_TO_ONE),
    "edge-magnified": (DEFAULT.toggled(Tool.EDGE), MAGNIFIED),
    "local": (DEFAULT.toggled(Tool.LOCAL), ONE_TO_ONE),
    "super": (DEFAULT.toggled(Tool.SUPER), ONE_TO_ONE),
    "everything": (
        COLOUR.toggled(Tool.DENOISE).toggled(Tool.PEEL).toggled(Tool.SUPER).toggled(Tool.INVERSE).toggled(Tool.EDGE),
        ONE_TO_ONE,
    ),
}


def test_every_tool_and_every_preset_has_a_picture():
    used = {step.tool for recipe, _ in CASES.values() for step in recipe.steps}
    shown = {preset for recipe, _ in CASES.values() for preset in Preset if recipe.shows(preset)}

    assert used == set(Tool)
    assert shown == set(Preset)


@pytest.fixture(scope="module")
def wedges() -> GrowingPyramid:
    return wedge_pyramid(noise=0.004)


@pytest.mark.parametrize("name", CASES)
def test_wedges_look_as_they_did(name: str, wedges: GrowingPyramid):
    recipe, region = CASES[name]

    check(name, render(wedges, recipe, region, SIZE).rgb)


def test_a_display_picture_looks_as_it_did():
    picture = render(display_pyramid(), Recipe().with_step(Tool.GAMMA, 0.7), ONE_TO_ONE, SIZE)

    check("display-gamma", picture.rgb)


def check(name: str, rgb: np.ndarray) -> None:
    path = HERE / f"{name}.png"
    if os.environ.get("SCANVIEW_WRITE_GOLDEN"):
        cv2.imwrite(str(path), rgb[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 9])
    expected = cv2.imread(str(path), cv2.IMREAD_COLOR)
    assert expected is not None, f"{path} is missing"
    expected = expected[..., ::-1]
    if not np.array_equal(expected, rgb):
        ARTEFACTS.mkdir(exist_ok=True)
        apart = np.abs(expected.astype(int) - rgb).clip(0, 255 // 8) * 8
        side_by_side = np.concatenate([expected, rgb, apart.astype(np.uint8)], axis=1)
        difference = ARTEFACTS / f"golden-{name}-expected-actual-difference.png"
        cv2.imwrite(str(difference), side_by_side[..., ::-1])
        pytest.fail(f"{np.count_nonzero((expected != rgb).any(axis=2))} pixels differ: see {difference}")
