"""A rule file is read, or every line that is wrong is named with the reason and the nearest key."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanview.core.errors import BadInput
from scanview.core.review import Risk
from scanview.core.triage import ReviewChannel
from scanview.review.rules.conditions import CONDITIONS
from scanview.review.rules.defaults import default_book, default_text
from scanview.review.rules.lines import lines_of
from scanview.review.rules.reading import _EFFECTS, _LIMITS, problems_of, read_rules
from scanview.review.rules.rule_book import Effect, Release

ROOT = Path(__file__).parents[4]
WHOLE = '''\
# rules of a port
[limits]
most_released = 0.2
sampled = 0.1
daily_cap = 50

[waiting]
low = 1200

[importers]
"Eastbay  Trading" = "aeo"

[[rule]]
id = "fresh"
when = { hs = ["03", "0603"], truck_waiting = true }
channel = "green"
wait_s = -600
skills = ["food", "fish", "food"]
target_s = 300

[[rule]]
id = "harmless"
release = "direct"
[rule.when]
clear = true
risk_below = 0.01
[rule.unless]
importer = """
Bad *
"""
'''


def test_a_sound_file_is_read_whole():
    book = read_rules(WHOLE)
    fresh, harmless = book.rules
    assert (book.limits.most_released, book.limits.sampled, book.limits.daily_cap) == (0.2, 0.1, 50)
    assert (book.waiting[Risk.LOW], book.waiting[Risk.HIGH]) == (1200.0, 0.0)
    assert book.standings == {"eastbay trading": "aeo"}
    assert (fresh.line, harmless.line) == (13, 21)
    assert fresh.effect == Effect(channel=ReviewChannel.GREEN, wait_s=-600.0, skills=("fish", "food"), target_s=300.0)
    assert fresh.when == {"hs": ("03", "0603"), "truck_waiting": True}
    assert harmless.effect.release is Release.DIRECT
    assert book.releases
    assert book.lines["most_released"] == 3


WRONG = [
    ("[limits]", "[limit]", 2, "did you mean limits"),
    ("most_released = 0.2", "most_released = 2", 3, "is a number from 0 to 1"),
    ("daily_cap = 50", "dayly_cap = 50", 5, "did you mean daily_cap"),
    ("daily_cap = 50", "daily_cap = true", 5, "is a whole number"),
    ("low = 1200", "lowest = 1200", 8, "did you mean low"),
    ('id = "fresh"', 'id = "Fresh goods"', 14, "small letters"),
    ('id = "harmless"', 'id = "fresh"', 22, "already, on line 13"),
    ('id = "harmless"\n', "", 21, "has no id"),
    ("truck_waiting = true", "truck_waits = true", 15, "did you mean truck_waiting"),
    ("truck_waiting = true", "truck_waiting = 1", 15, "is true or false"),
    ('"0603"', '"roses"', 15, "codes of 2 to 10 digits"),
    ('channel = "green"', 'channel = "blue"', 16, "is one of green, ordinary, red"),
    ("wait_s = -600", "wait_s = nan", 17, "is a number from"),
    ('skills = ["food", "fish", "food"]', "skills = []", 18, "list of 1 to"),
    ("risk_below = 0.01", "risk_under = 0.01", 26, "did you mean risk_below"),
    ('release = "direct"\n', "", 21, "does nothing"),
    ('when = { hs = ["03", "0603"], truck_waiting = true }\n', "", 13, "has no conditions"),
    ('channel = "green"', 'chanel = "green"', 16, "did you mean channel"),
    ("[[rule]]\nid", "[rule]\nid", 21, "not TOML"),
    ("clear = true", "clear = ", 25, "not TOML"),
]
"""What is replaced in `WHOLE` by what, on which line that is wrong, and what is said of it."""


@pytest.mark.parametrize(("old", "new", "line", "said"), WRONG)
def test_what_is_wrong_is_named_with_its_line_and_reason(old, new, line, said):
    text = WHOLE.replace(old, new, 1)
    assert text != WHOLE
    told = [(problem.line, problem.reason) for problem in problems_of(text)]
    assert any(at == line and said in reason for at, reason in told), told
    with pytest.raises(BadInput, check=lambda error: error.code == "bad-rules" and f"line {line}: " in error.message):
        read_rules(text)


def test_every_problem_is_told_and_not_the_first_alone():
    text = WHOLE.replace("sampled = 0.1", "sampled = 0").replace("wait_s = -600", "wait = -600")
    assert [problem.line for problem in problems_of(text)] == [4, 17]


def test_skills_of_a_file_have_a_bound():
    rules = "".join(f'[[rule]]\nid = "r{n}"\nwhen = {{ always = true }}\nskills = "s{n}"\n' for n in range(17))
    assert "at most 16 skills" in problems_of(rules)[0].reason


def test_the_rules_that_come_with_scanview_are_sound_and_release_nothing():
    assert problems_of(default_text()) == ()
    assert not default_book().releases


def test_the_example_is_sound_and_has_what_the_page_tells_of():
    book = read_rules((ROOT / "examples" / "rules" / "national.toml").read_text(encoding="utf-8"))
    page = (ROOT / "docs" / "triage.md").read_text(encoding="utf-8")
    assert book.releases
    assert [key for key in (*CONDITIONS, *_LIMITS, *_EFFECTS) if f"`{key}`" not in page] == []


def test_every_condition_refuses_what_is_not_of_its_form():
    for key, condition in CONDITIONS.items():
        with pytest.raises(ValueError, match=r"is|has"):
            condition.form({"no": "table"})
        assert key == key.lower()


@given(st.text(max_size=200))
def test_no_text_does_worse_than_be_refused(text):
    problems_of(text)


@given(st.recursive(st.one_of(st.booleans(), st.integers(), st.floats(), st.text(max_size=5)), st.lists, max_leaves=4))
def test_no_value_does_worse_than_be_refused(value):
    for condition in CONDITIONS.values():
        try:
            condition.form(value)
        except ValueError:
            continue


def test_lines_of_texts_over_several_lines_are_not_taken_for_keys():
    lines = lines_of('a = """\nb = 1\n[c]\n"""\nd = 2\n[[e]]\n[e.f]\ng = 1\n[[e]]\nh.i = 3\n')
    assert lines.of("d") == 5
    assert lines.of("b") == 1
    assert (lines.of("e", 0), lines.of("e", 0, "f", "g"), lines.of("e", 1, "h", "i")) == (6, 8, 10)
