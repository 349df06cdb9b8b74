import cv2
import numpy as np
import pytest

from scanview.core.recipe import Recipe, Step, Tool
from scanview.imaging.enhance import blur, edges, enhanced, every_scale, local_contrast

FLAT = np.full((120, 160), 20_000, np.uint16)
SQUARE_MM = (4.0, 4.0)


def noisy(level: int, scatter: float = 150.0) -> np.ndarray:
    noise = np.random.Generator(np.random.PCG64(1)).standard_normal((240, 320)) * scatter
    return np.rint(level + noise).astype(np.uint16)


def step_edge(low: int = 20_000, high: int = 40_000) -> np.ndarray:
    picture = np.full((120, 160), low, np.uint16)
    picture[:, 80:] = high
    return picture


def step(tool: Tool, *values: float) -> Step:
    made = (Recipe().with_step(tool, *values) if values else Recipe().toggled(tool)).step(tool)
    assert made is not None
    return made


@pytest.mark.parametrize("sigma", [0.9, 2.0, 7.0, 30.0])
def test_a_blur_on_a_smaller_picture_is_a_gaussian_to_the_eye(sigma: float):
    picture = cv2.GaussianBlur(noisy(30_000, 8_000.0), (0, 0), 3.0)
    expected = cv2.GaussianBlur(picture.astype(np.float64), (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)

    inner = (slice(40, -40), slice(40, -40))
    grey = 65_535 / 255
    assert np.abs(blur(picture, (sigma, sigma)).astype(float) - expected)[inner].max() < 1.5 * grey


def test_edges_are_added_and_even_parts_are_left():
    picture = step_edge()
    sharper = edges(picture, (2.0, 2.0), 1.5).astype(int)

    assert np.array_equal(edges(FLAT, (2.0, 2.0), 1.5), FLAT)
    assert sharper[60, 79] < 20_000 - 4_000
    assert sharper[60, 80] > 40_000 + 4_000
    assert np.array_equal(sharper[:, :60], picture[:, :60])


def test_an_edge_of_the_same_millimetres_is_twice_as_wide_at_twice_the_scale():
    def reach(pixel_mm: float) -> int:
        changed = enhanced(step_edge(), step(Tool.EDGE, 20.0, 1.0), (pixel_mm, pixel_mm)) != step_edge()
        return int(changed[60].sum())

    assert reach(4.0) == pytest.approx(2 * reach(8.0), rel=0.25)
    assert reach(2.0) == pytest.approx(2 * reach(4.0), rel=0.25)


def test_local_contrast_stretches_what_is_faint_up_to_its_limit():
    picture = noisy(12_000)
    picture[60:180, 80:240] += 1_000

    stretched = local_contrast(picture, 4.0).astype(float)

    def contrast(p: np.ndarray) -> float:
        return float(p[100:140, 120:200].mean() - p[5:40].mean())

    assert contrast(stretched) > 2.0 * contrast(picture)
    for clip in (2.0, 4.0):
        spread = local_contrast(noisy(12_000), clip).astype(float).std()
        assert spread < 1.1 * clip * 150.0


def test_super_enhancement_stretches_faint_detail_of_every_size_in_dark_and_bright():
    for level in (6_000, 50_000):
        for side in (4, 16, 64):
            picture = np.full((240, 320), level, np.uint16)
            picture[100 : 100 + side, 100 : 100 + side] += 800
            done = every_scale(picture, 3.0).astype(float)
            inside = done[100 : 100 + side, 100 : 100 + side].mean()
            assert inside - done[100 : 100 + side, 90:96].mean() > 1.3 * 800


def test_super_enhancement_leaves_the_finest_noise_and_plain_edges():
    assert every_scale(noisy(30_000, 60.0), 3.0).std() < 2.5 * 60.0
    sharper = every_scale(step_edge(10_000, 50_000), 3.0).astype(int)
    assert sharper.max() - sharper.min() < 1.5 * 40_000


@pytest.mark.parametrize("tool", [Tool.EDGE, Tool.LOCAL, Tool.SUPER])
@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (17, 16), (300, 2), (33, 65)])
def test_every_size_of_picture_can_be_enhanced(tool: Tool, shape: tuple[int, int]):
    picture = np.linspace(0, 65_535, shape[0] * shape[1]).astype(np.uint16).reshape(shape)

    done = enhanced(picture, step(tool), SQUARE_MM)

    assert done.shape == shape
    assert done.dtype == np.uint16
