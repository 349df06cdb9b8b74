"""From what a scan shows to what is said of it: no check that fails leaves the way to a release open."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanview.core.review import UNKNOWN, Doubt
from scanview.core.scan import Box, Channel, Declaration, ScanHeader, Source, View, ViewHeader
from scanview.detect.calibration import (
    EMPTY_PREDICTORS,
    Calibration,
    CargoScale,
    EmptyTest,
    NoveltyTest,
    ReleaseBound,
    RiskRule,
    ScoreTable,
)
from scanview.detect.conclusion import Examination, RawMark, calibrated_scores, conclude, scan_risk
from scanview.detect.model_facts import ModelFacts
from scanview.detect.scan_head import Evidence

BOX = Box(x0=1, y0=2, x1=30, y1=40)
VIEW = ViewHeader(
    view=View.SIDE,
    rows=400,
    channels=(Channel.HIGH, Channel.LOW),
    pitch_x_mm=5.0,
    pitch_y_mm=5.0,
    pitch_source=Source.MEASURED,
)
TYRES = Declaration(goods="Tyres", hs_code="4011.10", gross_kg=9_000.0, packages=300)
HEADER = ScanHeader(scan="ab" * 16, lane="CNSHA-01", views=(VIEW,), started_at=1.0, declaration=TYRES)
BOUND = ReleaseBound(alpha=0.001, threshold=0.2, released_loaded=0.4, released_empty=0.9, harmful_scans=1_200)
CALIBRATION = Calibration(
    scores=(ScoreTable(label="weapon", raw=(0.0, 1.0), calibrated=(0.0, 0.5)),),
    score_threshold=0.3,
    empty=EmptyTest(coefficients=(0.0, -4.0, 0.0, 0.0, 0.0)),
    cargo=CargoScale(temperature=1.0, sure=0.7),
    novelty=NoveltyTest(mean=np.zeros(2, np.float32), precision=np.eye(2, dtype=np.float32), limit=2.0),
    harm=RiskRule(rule="highest"),
    release=(BOUND,),
    scans=4_000,
)
FACTS = ModelFacts(
    kind="detector/2",
    version="test 2",
    classes=("weapon", "vehicle"),
    mm_per_pixel=8.0,
    stride=4,
    multiple=16,
    score_threshold=0.6,
    empty_area_m2=0.02,
    empty_width=0.4,
    training_data_sha256="00",
    cargo_classes=("tyres", "machinery", "vehicles"),
    cargo_chapters=(("tyres", ("40",)), ("machinery", ("84", "85")), ("vehicles", ("87",))),
    calibration=CALIBRATION,
)
LOADED = Evidence(
    predictors=(1.0, 2.0, -5.0, 0.0, 0.0),
    cargo=np.log([0.8, 0.15, 0.05]),
    pooled=np.array([0.5, 0.5], np.float32),
    homogeneity=0.9,
    loaded_m2=7.4,
    dense_m2=0.0,
    inside_mm=(5_800.0, 2_300.0),
)
HARMLESS = Examination(marks=(), evidence=LOADED, bare=0.1, highest=0.0, doubts=())


def _evidence(**change: Any) -> Examination:
    return replace(HARMLESS, evidence=replace(LOADED, **change))


def _mark(score: float, label: str = "weapon") -> Examination:
    return replace(HARMLESS, marks=(RawMark(label=label, score=score, box=BOX),))


def test_a_scan_that_passes_every_check_leaves_no_doubt() -> None:
    said = conclude(HEADER, FACTS, HARMLESS)
    assert said.release_doubts == ()
    assert (said.risk, said.homogeneity, said.declared_fit) == (0.0, 0.9, 0.8)
    assert said.cargo == (("tyres", 0.8), ("machinery", 0.15), ("vehicles", 0.05))
    assert said.cargo_sure
    assert said.novelty == pytest.approx(np.sqrt(0.5) / 2, abs=1e-4)
    assert said.empty < 0.01


@pytest.mark.parametrize(
    ("examination", "header", "doubts"),
    [
        (_mark(0.5), HEADER, (Doubt.RISK,)),
        (_mark(0.9), HEADER, (Doubt.RISK, Doubt.FINDING)),
        (_evidence(pooled=np.array([9.0, 0.0], np.float32)), HEADER, (Doubt.NOVEL,)),
        (_evidence(pooled=None), HEADER, (Doubt.NOVEL,)),
        (_evidence(dense_m2=0.05), HEADER, (Doubt.TOO_DENSE,)),
        (_evidence(cargo=np.log([0.2, 0.75, 0.05])), HEADER, (Doubt.DECLARATION,)),
        (_evidence(cargo=None), HEADER, (Doubt.DECLARATION,)),
        (HARMLESS, replace(HEADER, declaration=None), (Doubt.DECLARATION,)),
        (HARMLESS, replace(HEADER, declaration=Declaration(goods="empty")), (Doubt.DECLARATION,)),
        (HARMLESS, replace(HEADER, declaration=replace(TYRES, hs_code="99")), (Doubt.DECLARATION,)),
        (_evidence(predictors=(1.0, -6.0, 0.0, 0.0, 0.0)), HEADER, (Doubt.DECLARATION,)),
        (replace(HARMLESS, doubts=(Doubt.NOISE, Doubt.PITCH)), HEADER, (Doubt.NOISE, Doubt.PITCH)),
    ],
)
def test_every_check_that_fails_is_named(examination: Examination, header: ScanHeader, doubts: tuple[str, ...]) -> None:
    assert conclude(header, FACTS, examination).release_doubts == doubts


def test_an_empty_container_that_is_declared_empty_leaves_no_doubt_and_has_no_goods() -> None:
    header = replace(HEADER, declaration=Declaration(goods="Empty container, returned"))
    said = conclude(header, FACTS, _evidence(predictors=(1.0, -6.0, 0.0, 0.0, 0.0), cargo=None, homogeneity=UNKNOWN))
    assert said.release_doubts == ()
    assert said.empty > 0.99
    assert (said.cargo, said.cargo_sure, said.declared_fit) == ((), False, UNKNOWN)


def test_no_bound_at_the_asked_share_is_a_doubt_whatever_else_agrees() -> None:
    assert conclude(HEADER, FACTS, HARMLESS, alpha=0.01).release_doubts == (Doubt.NO_BOUND,)
    bare = replace(FACTS, calibration=None)
    said = conclude(HEADER, bare, HARMLESS)
    assert {Doubt.NO_BOUND, Doubt.NOVEL} <= set(said.release_doubts)
    assert (said.risk, said.novelty, said.cargo_sure) == (1.0, UNKNOWN, False)
    assert said.empty == pytest.approx(0.1)


def test_findings_carry_calibrated_scores_and_the_threshold_is_one_of_them() -> None:
    for raw, found in ((0.5, 0), (0.61, 1)):
        assert len(conclude(HEADER, FACTS, _mark(raw)).findings) == found
    (finding,) = conclude(HEADER, FACTS, _mark(0.8)).findings
    assert (finding.score, finding.label, finding.box) == (0.4, "weapon", BOX)
    assert len(conclude(HEADER, FACTS, _mark(0.1), threshold=0.05).findings) == 1
    assert len(conclude(HEADER, replace(FACTS, calibration=None), _mark(0.61)).findings) == 1
    assert not conclude(HEADER, replace(FACTS, calibration=None), _mark(0.59)).findings


def test_declared_cars_are_no_doubt_and_concealed_ones_are() -> None:
    cars = _mark(0.9, "vehicle")
    assert set(conclude(HEADER, FACTS, cars).release_doubts) == {Doubt.RISK, Doubt.FINDING}
    loaded = replace(cars, evidence=replace(LOADED, cargo=np.log([0.1, 0.1, 0.8])))
    header = replace(HEADER, declaration=replace(TYRES, hs_code="870323"))
    said = conclude(header, FACTS, loaded)
    assert said.findings
    assert said.release_doubts == ()


def test_goods_that_are_not_likely_enough_are_not_said_to_be_sure() -> None:
    unsure = conclude(HEADER, FACTS, _evidence(cargo=np.log([0.6, 0.3, 0.1])))
    assert not unsure.cargo_sure
    assert unsure.declared_fit == pytest.approx(0.6)


@given(st.lists(st.tuples(st.sampled_from(("weapon", "vehicle")), st.floats(0.01, 1.0)), max_size=8))
def test_one_more_mark_never_lowers_the_risk(marks: list[tuple[str, float]]) -> None:
    risks = [0.0]
    for count in range(len(marks) + 1):
        shown = tuple(RawMark(label=label, score=score, box=BOX) for label, score in marks[:count])
        examination = replace(HARMLESS, marks=shown)
        for rule in ("any", "highest"):
            calibration = replace(CALIBRATION, harm=RiskRule(rule=rule))
            assert 0 <= scan_risk(calibration, examination, "") <= 1
        risks.append(scan_risk(CALIBRATION, examination, ""))
        assert len(calibrated_scores(CALIBRATION, examination)) == count
    assert risks == sorted(risks)


def test_emptiness_is_judged_by_the_predictors_in_their_order() -> None:
    assert EMPTY_PREDICTORS[1] == "log-loaded-area"
    assert conclude(HEADER, FACTS, _evidence(predictors=(1.0, 0.0, 0.0, 0.0, 0.0))).empty == pytest.approx(0.5)
