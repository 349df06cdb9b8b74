"""Several models about one scan: a plug-in can add, and can never take away or make a scan look clear."""

import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from scanview.core.errors import Refused
from scanview.core.review import Doubt, Finding, ModelFailure, Recognition, Risk
from scanview.core.scan import Box, ScanHeader
from scanview.detect.plug_ins import beside
from scanview.detect.plug_ins.loading import Loaded, load_plug_in
from scanview.detect.plug_ins.protocol import Sighting
from scanview.detect.plug_ins.table import PlugInChoice
from scanview.detect.providers import ONE_THREAD
from scanview.detect.recognising import recognise
from scanview.imaging.scan_image import ScanImage
from scanview.review.triage import risk_of
from scanview.simulate.scan import simulate_scan
from tests.unit.detect.signed_models import TRUST

OURS = Finding(finding="1", label="weapon", score=0.5, box=Box(x0=1, y0=1, x1=9, y1=9), model="ours 1")
SAID = Recognition(
    model="ours 1", empty=0.8, findings=(OURS,), cargo=(("tyres", 0.9),), risk=0.0, elapsed_ms=1.0, release_doubts=()
)
CRACK = Sighting(label="crack", score=0.75, corners=(10.2, 20.0, 30.0, 40.9))


class Ours:
    """Says what it is told to, or raises it."""

    model = "ours 1"
    is_usable = True

    def __init__(self, said: Recognition | Exception = SAID) -> None:
        self.said = said

    def begin(self, header: ScanHeader) -> "Ours":
        return self

    def take(self, view: int, counts: object) -> None: ...

    def look(self) -> None: ...

    def conclude(self) -> Recognition:
        if isinstance(self.said, Exception):
            raise self.said
        return self.said


class Weld:
    """A plug-in that does what it is told to with the scan."""

    name, version = "weld", "1.2"

    def __init__(self, find: Callable[[ScanImage], Iterable[Sighting]] = lambda image: [CRACK]) -> None:
        self.find = find


@pytest.fixture(scope="module")
def image() -> ScanImage:
    return simulate_scan(3, pitch_mm=20.0).image


def _loaded(plug_in: Weld | None = None, why: str = "", **choice: object) -> Loaded:
    row = PlugInChoice(entry_point="weld", **choice)
    return Loaded(choice=row, title="weld 1.2", plug_in=None if why else plug_in or Weld(), why=why)


def _said(image: ScanImage, *plug_ins: Loaded, ours: Ours | None = None) -> Recognition:
    return recognise(beside.Together(ours or Ours(), plug_ins), image)


def test_findings_of_all_models_are_there_and_name_theirs(image: ScanImage) -> None:
    said = _said(image, _loaded())
    assert [(f.label, f.score, f.model) for f in said.findings] == [
        ("crack", 0.75, "weld 1.2"),
        ("weapon", 0.5, "ours 1"),
    ]
    assert said.findings[0].box.corners == (10, 20, 30, 41)
    assert said.empty == pytest.approx(0.8 * 0.25)
    assert said.release_doubts == (Doubt.FINDING,)
    assert said.elapsed_ms > 1.0
    assert len({finding.finding for finding in said.findings}) == 2


def _break(image: ScanImage) -> Iterable[Sighting]:
    raise ZeroDivisionError("a fault in the weld model")


def _break_half_way(image: ScanImage) -> Iterable[Sighting]:
    yield CRACK
    raise Refused("too thick", code="weld")


def _alter(image: ScanImage) -> Iterable[Sighting]:
    image.views[0][:] = 0
    return []


def _nonsense(image: ScanImage) -> Iterable[Sighting]:
    return [Sighting(label="crack", score=float("nan"), corners=(1, 1, 2, 2))]


@pytest.mark.parametrize(
    ("broken", "named"),
    [
        (_loaded(Weld(_break)), "ZeroDivisionError: a fault in the weld model"),
        (_loaded(Weld(_break_half_way)), "too thick"),
        (_loaded(Weld(_alter)), "read-only"),
        (_loaded(Weld(_nonsense)), "nan"),
        (_loaded(why="nobody has signed it"), "nobody has signed it"),
    ],
)
def test_a_plug_in_that_fails_is_told_and_takes_nothing_away(image: ScanImage, broken: Loaded, named: str) -> None:
    working = replace(_loaded(), title="other 1")
    before = image.views[0].copy()
    said = _said(image, broken, working)
    assert [finding.model for finding in said.findings] == ["other 1", "ours 1"]
    (failure,) = said.failures
    assert failure.model == "weld 1.2"
    assert named in failure.why
    assert Doubt.MODEL_FAILED in said.release_doubts
    assert (image.views[0] == before).all()


def test_a_scan_a_plug_in_could_not_look_at_is_never_clear(image: ScanImage) -> None:
    nothing = replace(SAID, findings=())
    header = replace(image.header, container="", declaration=None)
    clear = _said(image, _loaded(Weld(lambda image: [])), ours=Ours(nothing))
    assert (clear.release_doubts, risk_of(clear, header)) == ((), Risk.LOW)
    failed = _said(image, _loaded(why="not there"), ours=Ours(nothing))
    assert (failed.release_doubts, risk_of(failed, header)) == ((Doubt.MODEL_FAILED,), Risk.MEDIUM)


def test_without_ours_nothing_is_said(image: ScanImage) -> None:
    with pytest.raises(Refused, match="swapped"):
        _said(image, _loaded(), ours=Ours(Refused("the energies are swapped", code="implausible-energies")))


def test_who_is_not_asked_says_nothing_and_fails_at_nothing(image: ScanImage) -> None:
    others = [_loaded(why="broken", lanes=("NLRTM-*",)), _loaded(why="broken", cargo=("scrap",))]
    said = _said(image, *others)
    assert (said.findings, said.failures, said.release_doubts) == ((OURS,), (), ())


def test_the_best_are_kept_and_what_lies_outside_is_left_out(image: ScanImage) -> None:
    many = [replace(CRACK, score=n / 200) for n in range(1, 150)]
    outside = Sighting(label="crack", score=1.0, corners=(-50, -50, -10, -10))
    said = _said(image, _loaded(Weld(lambda image: [*many, outside])))
    scores = [finding.score for finding in said.findings if finding.model == "weld 1.2"]
    assert scores == sorted(scores, reverse=True)
    assert (len(scores), scores[0]) == (99, 149 / 200)


def test_the_name_changes_with_every_model_and_condition() -> None:
    sets = [
        (_loaded(),),
        (_loaded(lanes=("A",)),),
        (_loaded(), _loaded()),
        (replace(_loaded(), title="weld 1.3"),),
        tuple(replace(_loaded(), title=f"a model with a long name {n}") for n in range(8)),
    ]
    names = {beside.Together(Ours(), each).model for each in sets}
    assert len(names) == 5
    assert all(name.startswith("ours 1 + ") and len(name) <= 64 for name in names)


def test_a_failure_can_be_stored() -> None:
    assert ModelFailure(model="weld 1.2", why="x" * 2_000)


@pytest.mark.parametrize(
    ("code", "named"),
    [
        ("raise ImportError('no libweld')", "no libweld"),
        ("def make(): raise OSError('no licence')", "no licence"),
        ("class make:\n    name = ''\n    version = ''", "is no name and version"),
    ],
)
def test_an_entry_point_that_cannot_be_loaded_stands_in_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, named: str
) -> None:
    install(tmp_path, monkeypatch, "broken_weld", code, "broken-weld = broken_weld:make")
    loaded = load_plug_in(PlugInChoice(entry_point="broken-weld"), trust=TRUST, runtime=ONE_THREAD)
    assert loaded.plug_in is None
    assert named in loaded.why
    assert loaded.title == "broken-weld"


def test_an_entry_point_nobody_offers_is_named() -> None:
    loaded = load_plug_in(PlugInChoice(entry_point="nobody"), trust=TRUST, runtime=ONE_THREAD)
    assert "'nobody'" in loaded.why


def install(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, code: str, entry_point: str) -> None:
    """Make a package that offers a plug-in, as if pip had installed it."""
    (folder / f"{name}.py").write_text(code)
    made = folder / f"{name}-1.0.dist-info"
    made.mkdir()
    (made / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (made / "entry_points.txt").write_text(f"[scanview.models]\n{entry_point}\n")
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.delitem(sys.modules, name, raising=False)
