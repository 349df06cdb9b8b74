"""What the maps of a whole scan tell, on maps that are made by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest

from scanview.core.review import UNKNOWN
from scanview.detect.calibration import EMPTY_PREDICTORS
from scanview.detect.model import COARSE, Maps
from scanview.detect.scan_head import Evidence, declared_fit, gather, likeliest

ROWS, COLUMNS = 20, 48
STRIDE, MM = 4, 8.0


def _maps(*, with_cargo: bool = True) -> Maps:
    """A container in the middle without a load."""
    load = np.zeros((2, ROWS, COLUMNS), dtype=np.float32)
    load[1, 4:16, 8:40] = 1
    coarse = (ROWS // COARSE, COLUMNS // COARSE)
    embedding = np.ones((32, *coarse), dtype=np.float32)
    return Maps(
        peaks=np.zeros((2, ROWS, COLUMNS), dtype=np.float32),
        boxes=np.zeros((4, ROWS, COLUMNS), dtype=np.float32),
        load=load,
        cargo=np.zeros((3, *coarse), dtype=np.float32) if with_cargo else None,
        embedding=embedding if with_cargo else None,
    )


def _high(load: float = 0.0) -> np.ndarray:
    """Thin walls, and a block of `load` on the floor in the middle of the container."""
    high = np.full((ROWS * STRIDE, COLUMNS * STRIDE), 0.15, dtype=np.float32)
    high[36:56, 80:112] += np.float32(load)
    return high


def _gather(maps: Maps, high: np.ndarray) -> Evidence:
    return gather(maps, high, stride=STRIDE, mm_per_pixel=MM)


def _predictors(evidence: Evidence) -> dict[str, float]:
    return dict(zip(EMPTY_PREDICTORS, evidence.predictors, strict=True))


def test_an_empty_container_leaves_no_residue_over_its_walls() -> None:
    empty = _predictors(_gather(_maps(), _high()))
    assert empty["log-residue"] == pytest.approx(math.log(1e-3))
    assert empty["log-highest-residue"] == pytest.approx(math.log(1e-2))
    assert empty["log-loaded-area"] == pytest.approx(math.log(1e-4))
    assert empty["logit-highest-score"] < -9


def test_a_small_load_is_residue_although_the_network_sees_none() -> None:
    small = _predictors(_gather(_maps(), _high(0.5)))
    cells = (20 // STRIDE) * (32 // STRIDE)
    expected = cells * (0.5 - 0.05) * (STRIDE * MM / 1_000) ** 2
    assert small["log-residue"] == pytest.approx(math.log(expected), abs=0.02)
    assert small["log-highest-residue"] == pytest.approx(math.log(0.45), abs=0.01)


def test_a_full_container_is_not_taken_for_thick_walls() -> None:
    full = _predictors(_gather(_maps(), np.full((ROWS * STRIDE, COLUMNS * STRIDE), 2.5, dtype=np.float32)))
    assert full["log-highest-residue"] > math.log(1.5)


def test_the_edges_of_the_container_are_no_residue() -> None:
    high = _high()
    high[16:20] = high[60:64] = 3.0
    high[:, 32:36] = high[:, 156:160] = 3.0
    assert _gather(_maps(), high).predictors == _gather(_maps(), _high()).predictors


def _loaded(maps: Maps) -> Maps:
    load = maps.load.copy()
    load[0, 4:16, 8:40] = 1
    return replace(maps, load=load)


def test_goods_are_told_from_the_loaded_cells_alone() -> None:
    maps = _loaded(_maps())
    assert maps.cargo is not None
    maps.cargo[0] = 50.0
    maps.cargo[0, 1:4, 2:10] = 0.0
    maps.cargo[2, 1:4, 2:10] = math.log(3)
    evidence = _gather(maps, _high())
    assert evidence.cargo is not None
    np.testing.assert_allclose(np.exp(evidence.cargo), [0.2, 0.2, 0.6], atol=1e-6)
    assert evidence.loaded_m2 == pytest.approx(12 * 32 * (STRIDE * MM / 1_000) ** 2)
    assert _gather(_maps(), _high()).cargo is None


def test_one_confident_cell_does_not_outvote_the_rest() -> None:
    maps = _loaded(_maps())
    assert maps.cargo is not None
    maps.cargo[1, 1:4, 2:10] = 2.0
    maps.cargo[0, 2, 5] = 9.0
    cargo = _gather(maps, _high()).cargo
    assert cargo is not None
    assert cargo.argmax() == 1


def test_the_embedding_is_pooled_inside_the_container() -> None:
    maps = _maps()
    assert maps.embedding is not None
    maps.embedding[:] = 99.0
    maps.embedding[:, 1:4, 2:10] = np.arange(32)[:, np.newaxis, np.newaxis]
    maps.embedding[5, 1:4, 2:6] = 1.0
    pooled = _gather(maps, _high()).pooled
    assert pooled is not None
    assert pooled.shape == (64,)
    assert (pooled[7], pooled[39]) == (7.0, 0.0)
    assert (pooled[5], pooled[37]) == (3.0, 2.0)


def test_a_uniform_load_is_homogeneous_and_every_kind_of_difference_makes_it_less_so() -> None:
    maps = _loaded(_maps())
    uniform = _gather(maps, np.ones((80, 192), dtype=np.float32)).homogeneity
    assert uniform == 1.0
    uneven = _gather(maps, np.tile(np.repeat([0.5, 1.5], 16).astype(np.float32), (80, 6))).homogeneity
    assert uneven == pytest.approx(1 - 0.5 / 1.5, abs=1e-3)
    assert maps.cargo is not None
    assert maps.embedding is not None
    cargo, embedding = maps.cargo.copy(), maps.embedding.copy()
    cargo[0, :, ::2], cargo[1, :, 1::2] = 30.0, 30.0
    mixed = _gather(replace(maps, cargo=cargo), np.ones((80, 192), dtype=np.float32)).homogeneity
    assert mixed == pytest.approx(1 - math.log(2) / math.log(3), abs=1e-3)
    embedding[:, :, ::2] *= -1
    assert _gather(replace(maps, embedding=embedding), np.ones((80, 192), dtype=np.float32)).homogeneity < 0.01


def test_a_model_that_tells_no_goods_leaves_them_unknown() -> None:
    evidence = _gather(_loaded(_maps(with_cargo=False)), _high(1.0))
    assert (evidence.cargo, evidence.pooled, evidence.homogeneity) == (None, None, UNKNOWN)
    assert len(evidence.predictors) == len(EMPTY_PREDICTORS)


def test_what_lets_nothing_through_is_measured_inside_alone() -> None:
    high = _high()
    high[40:50, 80:100] = 6.0
    high[:8] = 6.0
    assert _gather(_maps(), high).dense_m2 == pytest.approx(200 * (MM / 1_000) ** 2)


def test_the_size_of_the_inside_is_that_of_most_of_its_rows_and_columns() -> None:
    maps = _maps()
    maps.load[1, 2, 20] = 1
    assert _gather(maps, _high()).inside_mm == (32 * 32.0, 12 * 32.0)
    nothing = replace(maps, load=np.zeros_like(maps.load))
    assert _gather(nothing, _high()).inside_mm is None
    assert _gather(nothing, _high()).pooled is None


def test_the_few_likeliest_goods_are_named() -> None:
    classes = ("a", "b", "c", "d", "e")
    assert likeliest(np.array([0.1, 0.5, 0.2, 0.15, 0.05]), classes) == (("b", 0.5), ("c", 0.2), ("d", 0.15))
    assert likeliest(np.array([0.97, 0.02, 0.01, 0, 0]), classes) == (("a", 0.97),)


def test_goods_fit_the_declared_chapter_as_far_as_their_classes_belong_to_it() -> None:
    classes, chapters = (
        ("tyres", "machinery", "engines"),
        {"tyres": ("40",), "machinery": ("84", "85"), "engines": ("84",)},
    )
    probabilities = np.array([0.2, 0.5, 0.3])
    assert declared_fit(probabilities, classes, chapters, "84") == pytest.approx(0.8)
    assert declared_fit(probabilities, classes, chapters, "40") == pytest.approx(0.2)
    assert declared_fit(probabilities, classes, chapters, "99") == UNKNOWN
    assert declared_fit(probabilities, classes, chapters, "") == UNKNOWN
