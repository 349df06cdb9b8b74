"""Scenes of daily traffic: every vehicle, every container, every cargo, and what is hidden in them."""

import numpy as np
import pytest

from scanview.core.scan import View
from scanview.simulate.canvas import Canvas
from scanview.simulate.cargo import CARGO
from scanview.simulate.carriage import CARRIAGES
from scanview.simulate.container import SPECIAL_KINDS, ContainerKind, Space
from scanview.simulate.container_special import draw_any_container
from scanview.simulate.field_scene import build_field_scene
from scanview.simulate.hiding import build_false_wall, hide
from scanview.simulate.scan import SimulatedScan, simulate_scan
from scanview.simulate.scene import Scene
from scanview.simulate.sets import CALIBRATION, OTHER, SETS, TEST, TRAIN
from scanview.simulate.threat_catalogue import HIDDEN_SPACE, OBJECT_CLASSES, THREATS


@pytest.fixture(scope="module")
def scenes() -> list[Scene]:
    return [build_field_scene(np.random.default_rng(seed), 16.0, TRAIN, with_top=seed % 3 == 0) for seed in range(60)]


def test_a_seed_names_one_scan_of_a_set_to_the_byte() -> None:
    first, second, other = (simulate_scan(3, pitch_mm=12, scene_set=s, with_top=True) for s in (TEST, TEST, TRAIN))
    assert [v.tobytes() for v in first.image.views] == [v.tobytes() for v in second.image.views]
    assert first.truth == second.truth
    assert first.image.views[0].tobytes() != other.image.views[0].tobytes()


def test_sets_share_no_design() -> None:
    numbers: set[int] = set()
    for scene_set in (TRAIN, CALIBRATION, TEST, OTHER):
        drawn = {int(scene_set.design("pistol", np.random.default_rng(seed)).integers(2**62)) for seed in range(200)}
        assert drawn.isdisjoint(numbers)
        numbers |= drawn
    again = TRAIN.design("pistol", np.random.default_rng(5)), TRAIN.design("pistol", np.random.default_rng(5))
    assert again[0].random() == again[1].random()
    assert TRAIN.design("rifle", np.random.default_rng(5)).random() != again[0].random()


def test_traffic_is_mixed(scenes: list[Scene]) -> None:
    assert len({scene.carriage for scene in scenes}) == len(CARRIAGES)
    assert len({scene.container for scene in scenes}) >= 7
    assert len({scene.cargo for scene in scenes}) > 20
    assert 0 < sum(scene.is_empty for scene in scenes) < 20
    labels = {thing.label for scene in scenes for thing in scene.objects}
    assert len(labels) >= 5
    assert labels <= set(OBJECT_CLASSES)


def test_loads_weigh_what_a_vehicle_can_carry(scenes: list[Scene]) -> None:
    for scene in scenes:
        assert scene.load.total_kg < 32_000, scene.cargo
        assert scene.is_empty == (scene.load.total_kg == 0)


def test_masks_lie_in_their_boxes_and_where_something_is(scenes: list[Scene]) -> None:
    seen = 0
    for scene in scenes:
        for thing in scene.objects:
            box = thing.box
            assert thing.mask.shape == (box.y1 - box.y0, box.x1 - box.x0)
            assert thing.mask.any(axis=0)[[0, -1]].all()
            assert thing.mask.any(axis=1)[[0, -1]].all()
            density = scene.load.total_g_cm2()[box.y0 : box.y1, box.x0 : box.x1]
            assert density[thing.mask].min() > 0
            assert 0.05 < sum(thing.masses_kg.values()) < 8_000
            assert (thing.top is None) == (scene.load.top is None)
            if thing.top and thing.top_mask is not None:
                assert thing.top.view is View.TOP
                assert thing.top_mask.shape == (thing.top.y1 - thing.top.y0, thing.top.x1 - thing.top.x0)
                assert abs((thing.top.x0 + thing.top.x1) - (box.x0 + box.x1)) <= 0.2 * (box.x1 - box.x0) + 4
            seen += 1
    assert seen > 15


@pytest.mark.parametrize("name", ["panels", "profiles", "big-bags", "bars", "tiles", "frozen"])
def test_heavy_goods_are_stowed_by_weight(name: str) -> None:
    space = Space(x0=200, y0=200, x1=13_600, y1=2_800)
    for seed in range(5):
        canvas = Canvas(width_mm=13_800, height_mm=3_000, pitch_mm=24)
        with canvas.across((space.z0, space.z1)):
            CARGO[name].draw(canvas, np.random.default_rng(seed), space)
        assert 2_000 < canvas.total_kg < 29_000


@pytest.mark.parametrize("name", THREATS)
def test_every_kind_of_threat_can_be_hidden(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    room = Space(x0=500, y0=300, x1=5_500, y1=2_600)
    loaded = Space(x0=600, y0=900, x1=5_000, y1=2_600)
    scene_set = OTHER if THREATS[name].is_held_out else TRAIN
    monkeypatch.setattr("scanview.simulate.hiding.THREATS", {name: THREATS[name]})
    for seed in range(6):
        load = Canvas(width_mm=6_000, height_mm=3_000, pitch_mm=8, with_top=True)
        rng = np.random.default_rng(seed)
        found = None
        while found is None:
            found = hide(load, rng, scene_set, room, loaded)
        assert found.label == THREATS[name].label
        assert found.kind == name
        assert found.box.y1 * 8 <= room.y1 + 30, "it stands on the floor, not under it"
        assert found.top is not None
        assert sum(found.masses_kg.values()) > 0.05


@pytest.mark.parametrize("seed", range(8))
def test_a_false_wall_takes_room_from_the_load(seed: int) -> None:
    inside = Space(x0=500, y0=300, x1=5_500, y1=2_600)
    load = Canvas(width_mm=6_000, height_mm=3_000, pitch_mm=10)
    found, rest = build_false_wall(load, np.random.default_rng(seed), inside)
    assert found is not None
    assert found.label == HIDDEN_SPACE
    assert rest.width_mm * rest.height_mm < inside.width_mm * inside.height_mm
    box = found.box
    middle = ((box.x0 + box.x1) / 2 * 10, (box.y0 + box.y1) / 2 * 10)
    assert not (rest.x0 < middle[0] < rest.x1 and rest.y0 < middle[1] < rest.y1)


@pytest.mark.parametrize("kind", SPECIAL_KINDS, ids=lambda kind: kind.code)
def test_special_containers_weigh_what_they_should(kind: ContainerKind) -> None:
    canvas = Canvas(width_mm=kind.length_mm + 400, height_mm=3_200, pitch_mm=10)
    space = draw_any_container(canvas, np.random.default_rng(2), kind, 200, 3_100)
    assert 1_400 < canvas.total_kg < 6_500, "2 t to 5 t"
    assert 200 < space.x0 < space.x1 < 200 + kind.length_mm
    assert 3_100 - kind.height_mm < space.y0 < space.y1 < 3_100


@pytest.mark.parametrize("name", CARRIAGES)
def test_every_vehicle_stands_on_its_ground(name: str) -> None:
    carriage = CARRIAGES[name]
    length = carriage.own_body[0] if carriage.own_body else 6_058
    canvas = Canvas(width_mm=length + carriage.ahead_mm + carriage.behind_mm + 400, height_mm=4_800, pitch_mm=10)
    x0 = 200 + carriage.ahead_mm
    space = carriage.draw(canvas, np.random.default_rng(1), x0, x0 + length, 3_200, 3_200 + carriage.deck_mm[0])
    rows, columns = np.nonzero(canvas.total_g_cm2() > 0.5)
    assert rows.max() * 10 == pytest.approx(3_200 + carriage.deck_mm[0], abs=20)
    assert columns.min() * 10 > 100
    assert 1_200 < canvas.total_kg < 30_000
    assert (space is None) == (carriage.own_body is None)


def test_every_cargo_has_its_papers() -> None:
    assert len(CARGO) >= 40
    for name, cargo in CARGO.items():
        assert name == name.lower()
        assert all(len(code) == 6 and code.isdigit() for code in cargo.hs_codes)
        assert all(words.strip() == words and words for words in cargo.goods)
        assert all(1 <= int(chapter) <= 99 for chapter in cargo.chapters)


def test_a_wanted_cargo_is_loaded_and_declared() -> None:
    scans = [simulate_scan(seed, pitch_mm=16, scene_set=TEST, cargo="frozen") for seed in range(8)]
    kinds = {scan.truth.container for scan in scans if scan.truth.cargo == "frozen"}
    assert kinds
    assert all(kind[2] == "R" for kind in kinds if kind)
    for scan in scans:
        declaration = scan.image.header.declaration
        assert declaration is not None
        if scan.truth.cargo == "frozen":
            assert declaration.hs_code[:2] in CARGO["frozen"].chapters
            assert declaration.goods in CARGO["frozen"].goods


def test_boxes_follow_an_uneven_speed() -> None:
    for seed in range(30):
        scan: SimulatedScan = simulate_scan(seed, pitch_mm=10, hidden=2, scene_set=SETS["train"])
        for thing in scan.truth.objects:
            box = thing.box
            assert thing.mask is not None
            assert thing.mask.shape == (box.y1 - box.y0, box.x1 - box.x0)
            seen = scan.load_g_cm2[box.y0 : box.y1, box.x0 : box.x1]
            assert (seen[thing.mask] > 0).mean() > 0.97
