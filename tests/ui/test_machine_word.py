"""What the panel says of a whole scan: warnings as warnings, nothing that is unknown, and nothing left out."""

from dataclasses import replace

import pytest

from scanview.core.review import Doubt, Recognition
from scanview.core.scan import Declaration
from scanview.ui.machine_words import machine_word
from scanview.ui.text import NOTHING, Language, Phrase, speak

TYRES = Declaration(goods="Tyres", hs_code="401110")
SAID = Recognition(
    model="test",
    empty=0.0,
    findings=(),
    cargo=(("tyres", 0.9), ("machinery", 0.07)),
    cargo_sure=True,
    homogeneity=0.75,
    novelty=0.5,
    risk=0.1,
    declared_fit=0.9,
    release_doubts=(),
)


def english(what: Phrase) -> str:
    return speak(Language.EN, what)


def test_sure_goods_that_fit_are_said_without_reserve() -> None:
    word = machine_word(SAID, TYRES)
    assert english(word.goods) == "Looks like tyres 90 %"
    assert english(word.fit) == "Fits the declared chapter 40: 90 %"
    assert english(word.load) == "Load 75 % uniform"
    assert (word.unusual, word.differs, word.doubts) == (NOTHING, NOTHING, ())


def test_goods_in_doubt_are_all_named_and_never_called_different() -> None:
    word = machine_word(replace(SAID, cargo_sure=False, declared_fit=0.2), TYRES)
    assert english(word.goods) == "Goods not sure: tyres 90 %, machinery 7 %"
    assert english(word.fit) == "Declared chapter 40: 20 %, not sure"
    assert word.differs == NOTHING


def test_sure_goods_that_do_not_fit_are_a_warning() -> None:
    word = machine_word(replace(SAID, declared_fit=0.03), replace(TYRES, hs_code="8479"))
    assert english(word.differs).startswith("▲ Does not look like the declared chapter 84")
    assert word.fit == NOTHING


@pytest.mark.parametrize(("novelty", "warned"), [(-1.0, False), (0.0, False), (1.0, False), (1.01, True), (40.0, True)])
def test_only_a_scan_beyond_the_limit_is_called_unusual(novelty: float, warned: bool) -> None:
    word = machine_word(replace(SAID, novelty=novelty), TYRES)
    assert (word.unusual != NOTHING) == warned


def test_what_is_unknown_is_not_said() -> None:
    bare = Recognition(model="test", empty=0.0, findings=())
    word = machine_word(bare, None)
    assert (word.unusual, word.goods, word.differs, word.fit, word.load) == (NOTHING,) * 5
    assert [english(doubt) for doubt in word.doubts] == ["no proven bound on the model's errors"]
    assert machine_word(replace(SAID, declared_fit=0.9), Declaration()).fit == NOTHING


def test_every_doubt_is_named_and_one_of_a_newer_worker_as_it_is() -> None:
    word = machine_word(replace(SAID, release_doubts=(*Doubt, "moon-phase")), TYRES)
    said = [english(doubt) for doubt in word.doubts]
    assert len(said) == len(set(said)) == len(Doubt) + 1
    assert said[-1] == "moon-phase"
    chinese = [speak(Language.ZH, doubt) for doubt in word.doubts]
    assert not set(chinese[:-1]) & set(said)


def test_goods_of_an_unknown_model_are_named_as_it_names_them() -> None:
    assert "unobtainium" in english(machine_word(replace(SAID, cargo=(("unobtainium", 1.0),)), TYRES).goods)
