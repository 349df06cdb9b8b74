"""The rules that come with ScanView, in force until a supervisor adopts others."""

from functools import cache
from importlib import resources

from scanview.review.rules.reading import read_rules
from scanview.review.rules.rule_book import RuleBook


@cache
def default_text() -> str:
    """The text of the rule file that comes with ScanView."""
    return resources.files(__package__).joinpath("defaults.toml").read_text(encoding="utf-8")


@cache
def default_book() -> RuleBook:
    """The rules in it."""
    return read_rules(default_text())
