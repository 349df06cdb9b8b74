"""Why a rule file is refused is said in the reader's language, whatever is wrong with it."""

import re

import pytest

from scanview.core.proportion import proportion
from scanview.core.rule_report import DryRun, RuleCount
from scanview.review.rules.dry_run import beyond_limits
from scanview.review.rules.reading import problems_of, read_rules
from scanview.ui.text import Language, of_rule_problem, speak
from tests.unit.review.rules.test_reading import WHOLE, WRONG

FURTHER = (
    "[[rule]]\nwhen = 3\n",
    "rule = 7\n",
    "importers = 7\n[limits]\nsampled = 2\n",
    "[importers]\nx = 7\n",
    "".join(f'[[rule]]\nid = "r{n}"\nwhen = {{ always = true }}\nskills = "s{n}"\n' for n in range(17)),
    '[[rule]]\nid = "a"\nwhen = { number = "odd", seal = 4, hs = [] }\nsecond_review = 2\nskills = "A B"\nzzzzz = 1\n',
    "x" * 300_000,
    "[qqqqqq]\n",
)
TEXTS = [WHOLE.replace(old, new, 1) for old, new, _, _ in WRONG] + list(FURTHER)


def in_chinese(reason):
    """The sentence, and whether nothing of it but names, figures and the parser's own words is English."""
    phrase = of_rule_problem(reason)
    return phrase, speak(Language.ZH, phrase)


@pytest.mark.parametrize("text", TEXTS)
def test_every_reason_is_said_in_both_languages(text):
    problems = problems_of(text)
    assert problems
    for problem in problems:
        phrase, chinese = in_chinese(problem.reason)
        assert phrase.id != "verbatim", problem.reason
        assert re.search("[\u4e00-\u9fff]", chinese)
        assert speak(Language.EN, phrase) == problem.reason


@pytest.mark.parametrize("fired", [0, 80])
def test_what_the_dry_run_finds_is_said_too(fired):
    book = read_rules(WHOLE.replace("daily_cap = 50", "most_missed = 0.01"))
    report = DryRun(
        scans=90,
        rules=(RuleCount(rule="harmless", line=21, fired=80, released=fired),),
        risks=(),
        waits=(),
        released=proportion(80, 90),
        sampled=0,
        missed=proportion(9, 40),
        held=9,
        found=1,
    )
    problems = beyond_limits(book, report)
    assert len(problems) == 3
    for problem in problems:
        phrase, chinese = in_chinese(problem.reason)
        assert phrase.id.startswith("rule-problem."), problem.reason
        assert speak(Language.EN, phrase) == problem.reason
        assert "试运行" in chinese or "直放" in chinese


def test_what_nobody_knows_is_shown_as_it_is():
    phrase, chinese = in_chinese("of a newer hub, not known")
    assert (phrase.id, chinese) == ("verbatim", "of a newer hub, not known")
