"""What a model is measured on: nothing of what it learned from, and enough of what is rare."""

import copy

import numpy as np
import pytest

from scanview.core.errors import BadInput
from scanview.detect.training.draws import EMPTIES, MEASURING, SMALL_LOADS, TRAFFIC, draws
from scanview.simulate.field_scene import Fill, Wish, build_field_scene
from scanview.simulate.sets import CALIBRATION, OTHER, TEST, TRAIN, SceneSet
from scanview.simulate.threats import VEHICLE, WEAPON
from scanview.simulate.writing import scan_seed

COARSE_MM = 24.0
FIELD_SETS = (TRAIN, CALIBRATION, TEST, OTHER)


@pytest.fixture
def drawn_designs(monkeypatch: pytest.MonkeyPatch) -> dict[str, set[int]]:
    """Number of every design that scenes ask for, by set."""
    numbers: dict[str, set[int]] = {each.name: set() for each in FIELD_SETS}
    design = SceneSet.design

    def noted(self: SceneSet, kind: str, rng: np.random.Generator) -> np.random.Generator:
        given, before = design(self, kind, copy.deepcopy(rng)), rng.bit_generator.state
        result = design(self, kind, rng)
        assert result.bit_generator.state == given.bit_generator.state
        assert rng.bit_generator.state != before
        entropy = result.bit_generator.seed_seq.entropy
        numbers[self.name].add(int(entropy[1]))
        return result

    monkeypatch.setattr(SceneSet, "design", noted)
    return numbers


def test_no_set_shows_a_design_of_another(drawn_designs: dict[str, set[int]]) -> None:
    """Equal seeds in all sets, which would draw equal designs if the sets did not keep them apart."""
    for scene_set in FIELD_SETS:
        for seed in range(12):
            build_field_scene(np.random.default_rng(seed), COARSE_MM, scene_set, hidden=2)
    for scene_set in FIELD_SETS:
        own = drawn_designs[scene_set.name]
        others = set().union(*(drawn_designs[other.name] for other in FIELD_SETS if other is not scene_set))
        assert len(own) > 20
        assert own.isdisjoint(others)


def test_traffic_is_what_the_simulator_writes_under_the_same_seed() -> None:
    found = list(draws("test", 8, seed=3))
    assert [draw.seed for draw in found if draw.kind == TRAFFIC] == [scan_seed(3, index) for index in range(8)]
    assert {draw.kind for draw in found} == set(MEASURING)
    assert len({draw.seed for draw in found}) == len(found) == len({draw.name for draw in found})
    assert {draw.kind for draw in draws("plain", 8, seed=3)} == {TRAFFIC}
    assert [draw.kind for draw in draws("test", 8, seed=3, kinds=(EMPTIES, SMALL_LOADS))].count(EMPTIES) == 4


@pytest.mark.parametrize(("name", "scans", "seed"), [("best", 5, 1), ("test", 0, 1), ("test", 5, -1)])
def test_what_cannot_be_drawn_is_refused(name: str, scans: int, seed: int) -> None:
    with pytest.raises(BadInput):
        list(draws(name, scans, seed=seed))


@pytest.mark.parametrize(("fill", "least_kg", "most_kg"), [(Fill.EMPTY, 0, 0), (Fill.SMALL, 0.5, 2_000)])
def test_a_wished_load_is_there(fill: Fill, least_kg: float, most_kg: float) -> None:
    for seed in range(12):
        scene = build_field_scene(np.random.default_rng(seed), COARSE_MM, TEST, hidden=0, wish=Wish(fill=fill))
        assert least_kg <= scene.load.total_kg <= most_kg
        assert scene.is_empty == (fill is Fill.EMPTY)


@pytest.mark.parametrize("label", [WEAPON, VEHICLE])
@pytest.mark.parametrize("scene_set", [TEST, OTHER], ids=lambda each: each.name)
def test_a_wished_thing_is_hidden(label: str, scene_set: SceneSet) -> None:
    for seed in range(6):
        scene = build_field_scene(np.random.default_rng(seed), COARSE_MM, scene_set, hidden=1, wish=Wish(label=label))
        assert [thing.label for thing in scene.objects if thing.place != "cargo"] in ([label], [])


def test_without_a_wish_nothing_changes() -> None:
    plain, wished = (
        build_field_scene(np.random.default_rng(5), COARSE_MM, TEST, wish=wish).load.total_g_cm2()
        for wish in (None, Wish())
    )
    assert plain.tobytes() == wished.tobytes()
