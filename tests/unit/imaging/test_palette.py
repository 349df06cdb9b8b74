from itertools import combinations

import numpy as np
import pytest

from scanview.core.recipe import Recipe, Tool
from scanview.imaging.colour import ANCHORS, DENSE_CODE, HUE_MAX, OPAQUE_CODE, SATURATION_MAX
from scanview.imaging.palette import SAFE, STANDARD, Palette, Style, colour_table, style_of

FULL = SATURATION_MAX << 5

DICHROMATS = {
    # Machado, Oliveira and Fernandes 2009, severity 1, linear light
    "protanope": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranope": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanope": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
    "nobody": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
}


def table(style: Style) -> np.ndarray:
    return colour_table(style).view(np.uint8).reshape(256, 256, 4)


def code(anchor: int) -> int:
    return FULL | round(anchor * HUE_MAX / (len(ANCHORS) - 1))


def lab(bgr: np.ndarray, eyes: str) -> np.ndarray:
    srgb = bgr[::-1] / 255.0
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.array(DICHROMATS[eyes]) @ linear, 0, 1)
    to_xyz = np.array([(0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505)])
    x, y, z = np.cbrt(np.maximum(to_xyz @ seen / (0.9505, 1.0, 1.089), 1e-4))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("palette", [STANDARD, SAFE])
def test_colours_keep_the_order_of_greys(palette: Palette):
    colours = table(Style(palette=palette))
    luma = colours[:OPAQUE_CODE, :, :3].astype(float) @ (0.114, 0.587, 0.299)

    assert np.array_equal(colours[0, :, 0], np.arange(256))
    assert np.all(np.diff(luma, axis=1) >= -1.0)


@pytest.mark.parametrize("eyes", DICHROMATS)
@pytest.mark.parametrize("grey", [80, 130, 180])
def test_safe_colours_are_told_apart_by_every_eye(eyes: str, grey: int):
    colours = table(Style(palette=SAFE))
    seen = [lab(colours[code(anchor), grey, :3].astype(float), eyes) for anchor in range(4)]
    seen.append(lab(colours[0, grey, :3].astype(float), eyes))

    assert min(np.linalg.norm(a - b) for a, b in combinations(seen, 2)) > 15.0


def test_standard_colours_are_not_safe():
    colours = table(Style(palette=STANDARD))
    seen = [lab(colours[code(anchor), 80, :3].astype(float), "deuteranope") for anchor in range(4)]

    assert min(np.linalg.norm(a - b) for a, b in combinations(seen, 2)) < 15.0


@pytest.mark.parametrize(("tool", "kept"), [(Tool.ORGANIC, {0}), (Tool.METAL, {2, 3})])
@pytest.mark.parametrize("palette", [STANDARD, None])
def test_a_strip_keeps_its_material_and_fades_the_others(tool: Tool, kept: set[int], palette: Palette | None):
    stripped = table(Style(palette=palette, strips=frozenset({tool}), contrast=0.25, fade=200))
    plain = table(Style(palette=palette))

    for anchor in range(4):
        shown = stripped[code(anchor)].astype(int)
        if anchor in kept:
            assert np.array_equal(shown, plain[code(anchor)])
        else:
            assert np.ptp(shown[:, :3], axis=1).max() == 0
            assert np.ptp(shown[:, 0]) == pytest.approx(0.25 * 255, abs=1)
            assert shown[200, 0] == 200


@pytest.mark.parametrize("tool", [Tool.ORGANIC, Tool.METAL])
@pytest.mark.parametrize("code", [OPAQUE_CODE, DENSE_CODE])
def test_a_strip_never_takes_away_what_is_too_dense_to_tell(tool: Tool, code: int):
    style = Style(palette=STANDARD, strips=frozenset({tool}), contrast=0.0, fade=200)

    assert np.array_equal(table(style)[code], table(Style())[code])
    grey = Style(palette=None, strips=frozenset({tool}), contrast=0.0, fade=200)
    assert np.array_equal(table(grey)[code, :, 0], np.arange(256))


def test_only_opaque_has_the_colour_of_opaque():
    colours = table(Style())

    assert np.array_equal(colours[DENSE_CODE, :, 0], np.arange(256))
    claimed = colours[[code(anchor) for anchor in range(4)] + [0]].astype(float)
    for grey in range(0, 256, 5):
        opaque = lab(colours[OPAQUE_CODE, grey, :3].astype(float), "nobody")
        others = [lab(colour[grey, :3], "nobody") for colour in claimed]
        assert min(np.linalg.norm(opaque - other) for other in others) > 20.0


def test_what_is_opaque_stays_dark_and_loses_no_edge():
    luma = table(Style())[OPAQUE_CODE, :, :3].astype(float) @ (0.114, 0.587, 0.299)

    assert np.all(np.diff(luma) >= 0)
    assert 30 < luma[0] < luma[-1] - 30 < 60


def test_the_style_is_that_of_the_recipe():
    colour = Recipe().toggled(Tool.COLOUR)

    assert style_of(Recipe().toggled(Tool.SAFE_COLOURS), 200) is None
    assert style_of(colour, 200) == Style(palette=STANDARD)
    assert style_of(colour.toggled(Tool.SAFE_COLOURS), 200) == Style(palette=SAFE)
    strips = style_of(Recipe().with_step(Tool.METAL, 0.1).with_step(Tool.ORGANIC, 0.3), 200)
    assert strips == Style(palette=None, strips=frozenset({Tool.METAL, Tool.ORGANIC}), contrast=0.3, fade=200)
