"""Every sentence is there in every language, with the same places to fill."""

import ast
import re
from pathlib import Path

import pytest

from scanview.core.errors import Fault, NotAllowed
from scanview.core.figures import IN_ORDER
from scanview.core.inspection import Found
from scanview.core.interruption import Cause
from scanview.core.journal import Kind
from scanview.core.mark import MarkCategory, MarkShape
from scanview.core.opinions import Stage
from scanview.core.recipe import TOOLS, Preset, Tool
from scanview.core.related import RelatedKind
from scanview.core.review import Doubt, HoldReason, Risk, Role
from scanview.core.scan import View
from scanview.core.similar import Likeness
from scanview.core.statistics import Grouping
from scanview.core.triage import ReviewChannel
from scanview.core.virtual import Outcome
from scanview.core.work import WorkState
from scanview.core.worklist import DeliveryState
from scanview.formats.greys import ESTIMATED_NOTE, UNCALIBRATED_NOTE
from scanview.formats.origin import ASSUMED_PITCH_MM
from scanview.imaging import render
from scanview.imaging.weight import Agreement
from scanview.session.events import KeyState, LinkState
from scanview.simulate.cargo import CARGO
from scanview.simulate.threat_catalogue import OBJECT_CLASSES
from scanview.ui import text
from scanview.ui.actions import COMMANDS, Group
from scanview.ui.catalogue import en, zh
from scanview.ui.comparing.comparing import Way
from scanview.ui.comparing.preparing import Step
from scanview.ui.console.audit.form import CHOICES, LINES
from scanview.ui.console.audit.page import BUTTONS
from scanview.ui.console.audit.story_words import WHYS
from scanview.ui.console.control.change import Change
from scanview.ui.console.control.page import REFUSALS
from scanview.ui.console.pages import PAGES
from scanview.ui.console.performance.told import CHARTS as PERFORMANCE_CHARTS
from scanview.ui.console.replay.replay import Proof
from scanview.ui.console.rules.page import BUTTONS as RULE_BUTTONS
from scanview.ui.console.rules.page import TABLES
from scanview.ui.console.rules.report_words import FIGURES
from scanview.ui.console.statistics.chart_data import CHARTS, REASONS
from scanview.ui.console.statistics.chooser import CHOICES as CHOOSER
from scanview.ui.console.statistics.key_figures import COUNTED, RATIOS, TIMED
from scanview.ui.console.statistics.periods import Choice
from scanview.ui.console.statistics.report_line import LANGUAGES as REPORT_LANGUAGES
from scanview.ui.inspecting import panel as inspecting_panel
from scanview.ui.measuring.shapes import ShapeKind
from scanview.ui.review import Answer
from scanview.ui.text import CATALOGUES, Language, phrase, places, speak, verbatim
from scanview.ui.worklist_order import Filter

UI = Path(text.__file__).parent
PROGRAM = "\n".join(path.read_text(encoding="utf-8") for path in UI.rglob("*.py") if "catalogue" not in path.parts)
_TOLD_OTHERWISE = frozenset({Kind.ORDER_RECEIPT})
FAMILIES = {
    "statistics.button": ["refresh", "export"],
    "statistics.button-name": ["refresh", "export"],
    "statistics.by": list(Grouping),
    "statistics.cause": ["unexplained", *(cause for cause in Cause if cause)],
    "statistics.chart": list(CHARTS),
    "statistics.choose": list(CHOOSER),
    "statistics.line": ["cause", "note", "explain"],
    "statistics.period": list(Choice),
    "statistics.ratio": list(RATIOS),
    "statistics.stage": [*IN_ORDER, *TIMED],
    "statistics.stage-of": ["p50", "p90"],
    "statistics.table": ["rows", "interruptions"],
    "statistics.table-hint": ["rows", "interruptions"],
    "statistics.tally": [*COUNTED, *REASONS],
    "performance": ["threats", "clean", "hits", "false-alarms", "sensitivity", "search", "elsewhere"],
    "performance.button-name": ["refresh", "export"],
    "performance.chart": list(PERFORMANCE_CHARTS),
    "performance.choose": ["period", "what", "form"],
    "report.button": ["make", "stop"],
    "report.button-name": ["make", "stop"],
    "report.language": list(REPORT_LANGUAGES),
    "rules.button": list(RULE_BUTTONS),
    "rules.button-name": list(RULE_BUTTONS),
    "rules.channel": list(ReviewChannel),
    "rules.report": list(FIGURES),
    "rules.table": list(TABLES),
    "rules.table-hint": list(TABLES),
    "agreement": list(Agreement),
    "cargo": list(CARGO),
    "doubt": list(Doubt),
    "label": list(OBJECT_CLASSES),
    "measure.title": list(ShapeKind),
    "measure.hint": list(ShapeKind),
    "marking.hint": list(MarkShape),
    "mark.shape": list(MarkShape),
    "category": list(MarkCategory),
    "answer": [answer for answer in Answer if answer is not Answer.NONE],
    "command": [command.id for command in COMMANDS],
    "group": list(Group),
    "reason": list(HoldReason),
    "risk": [*Risk, "pending"],
    "role": list(Role),
    "state": list(WorkState),
    "link": list(LinkState),
    "filter": list(Filter),
    "worklist.empty": list(Filter),
    "worklist.stage": [stage for stage in Stage if stage is not Stage.FIRST],
    "view": list(View),
    "related": list(RelatedKind),
    "likeness": list(Likeness),
    "inspected": list(Found),
    "inspection.button": list(inspecting_panel.BUTTONS),
    "compare.way": list(Way),
    "console.page": [entry.id for entry in PAGES],
    "audit.button": list(BUTTONS),
    "audit.button-name": list(BUTTONS),
    "audit.sought": [*LINES, *CHOICES],
    "audit.hint": [*LINES, *CHOICES],
    "replay.proof": list(Proof),
    "person-key": [state for state in KeyState if state is not KeyState.NONE],
    "story": [kind for kind in Kind if kind not in _TOLD_OTHERWISE],
    "story.delivery": list(DeliveryState),
    "story.next": list(Stage),
    "story.refused": ["password", "locked", "expired", "code-needed", "code"],
    "story.why": list(WHYS),
    "control.do": list(Change),
    "control.refused": list(REFUSALS),
    "control.do-name": list(Change),
    "control.field": ["analyst", "minutes", "reason"],
    "control.field-name": ["analyst", "minutes", "reason"],
    "compare.step": list(Step),
    "outcome": list(Outcome),
    "revealed": list(Outcome),
    "judged": list(Outcome),
    "tool": [*Tool, *Preset],
    "value": [f"{tool}-{value.name}".replace("_", "-") for tool, values in TOOLS.items() for value in values],
}


def test_both_languages_have_the_same_sentences():
    assert set(CATALOGUES[Language.ZH]) == set(CATALOGUES[Language.EN])


@pytest.mark.parametrize("catalogue", [en, zh])
def test_no_sentence_stands_in_two_parts(catalogue):
    assert sum(len(part.TEXT) for part in catalogue._PARTS) == len(catalogue.TEXT)


@pytest.mark.parametrize("id", sorted(CATALOGUES[Language.EN]))
def test_a_sentence_has_the_same_places_in_both_languages(id):
    chinese, english = (CATALOGUES[language][id] for language in (Language.ZH, Language.EN))

    assert places(chinese) == places(english)
    assert chinese.strip()
    assert english.strip()


@pytest.mark.parametrize(("family", "members"), FAMILIES.items())
def test_every_value_that_can_be_shown_has_words(family, members):
    missing = [f"{family}.{member}" for member in members if f"{family}.{member}" not in CATALOGUES[Language.EN]]

    assert missing == []


def test_every_refusal_that_has_words_says_what_to_do_about_it():
    english = CATALOGUES[Language.EN]
    errors = {id.removeprefix("error.") for id in english if id.startswith("error.")}
    remedies = {id.removeprefix("remedy.") for id in english if id.startswith("remedy.")}

    assert errors == remedies


def test_no_sentence_is_dead():
    """Each id stands in the program, or belongs to a family that is looked up by value."""
    looked_up = (
        "measure.pitch-",
        "error.",
        "remedy.",
        "label.",
        "delivery.",
        "tool.",
        "verdict.",
        "picture.",
        "declaration.",
        "note.",
        "why.",
        "shelf.",
        "discussion.",
        "opinion-stage.",
        "rule-problem.",
        "rule-form.",
    )
    families = (*(f"{family}." for family in FAMILIES), *looked_up)
    quoted = set(re.findall(r"""["']([a-z0-9.-]+)["']""", PROGRAM))

    assert [id for id in CATALOGUES[Language.EN] if id not in quoted and not id.startswith(families)] == []


def test_every_sentence_that_is_asked_for_exists():
    asked = set()
    for path in UI.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = ast.unparse(node.func)
                if name in ("words", "self._words", "self.words", "phrase") and isinstance(node.args[0].value, str):
                    asked.add(node.args[0].value)

    assert asked - set(CATALOGUES[Language.EN]) == set()
    assert len(asked) > 40


def test_a_phrase_may_hold_a_phrase():
    nested = phrase("state.delivered", verdict=phrase("state.released"), delivery=phrase("delivery.applied"))

    assert speak(Language.ZH, nested) == "已放行 · 口岸已执行"
    assert speak(Language.EN, nested) == "Released · at the gate"


def test_outside_text_is_a_value_and_never_looked_up():
    assert speak(Language.EN, verbatim("{name} risk.high <b>")) == "{name} risk.high <b>"


@pytest.mark.parametrize("wrong", [phrase("no.such.sentence"), phrase("top.queue")])
def test_a_missing_sentence_or_place_is_our_fault(wrong):
    with pytest.raises(Fault):
        speak(Language.ZH, wrong)


def test_an_error_that_has_no_words_here_keeps_its_own():
    error = NotAllowed("the gremlins forbid it", code="gremlins", remedy="Feed them")

    assert speak(Language.ZH, text.of_error(error)) == "the gremlins forbid it"
    assert speak(Language.ZH, text.remedy_of(error)) == "Feed them"


def test_an_error_that_has_words_is_spoken_in_the_readers_language():
    error = NotAllowed("the scan is no longer yours", code="stale-lease")

    assert "已不归您" in speak(Language.ZH, text.of_error(error))


def test_every_problem_of_a_picture_has_words():
    codes = {value for name, value in vars(render).items() if "_NEEDS_" in name}

    assert len(codes) >= 2
    assert {code for code in codes if not text.knows(f"picture.{code}")} == set()


@pytest.mark.parametrize(
    ("note", "chinese"),
    [
        (ESTIMATED_NOTE, "空气与暗场值由图像估计"),
        (UNCALIBRATED_NOTE, "无遮挡列缺失：未标定"),
        (f"pixels of {ASSUMED_PITCH_MM} mm assumed", f"像素尺寸按 {ASSUMED_PITCH_MM} mm 假定"),
        ("12 bits were stretched to 16", "12 位已拉伸为 16 位"),
        ("made by {hand} (.*)", "made by {hand} (.*)"),
    ],
)
def test_notes_of_readers_are_translated_and_others_left_as_they_are(note, chinese):
    assert speak(Language.ZH, text.of_note(note)) == chinese
    assert speak(Language.EN, text.of_note(note)) == note
