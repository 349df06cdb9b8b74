"""What a rule may ask of a scan: every condition once, with the form of its value and what makes it hold.

A condition about what a machine says holds for no scan that no machine spoke about, and one about a number that a
model does not tell holds for no value of it: that nothing is known is never taken for anything.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, TypeAlias

from scanview.core.review import UNKNOWN, Recognition
from scanview.core.triage import ScanPriority
from scanview.review.rules.forms import Form, days, distance, flag, globs, numbers, prefixes, share
from scanview.review.rules.known import Known, folded

DAY_S = 86_400.0

When: TypeAlias = Mapping[str, Any]
"""Conditions of one rule, by their keys, in the values that their forms make."""

_Holds: TypeAlias = Callable[[Any, Known, When], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One thing to ask: the form of its value, and whether it holds, given that and the rule's other conditions."""

    form: Form
    holds: _Holds


def all_hold(when: When, known: Known) -> bool:
    """Whether every condition holds."""
    return all(CONDITIONS[key].holds(value, known, when) for key, value in when.items())


def any_holds(when: When, known: Known) -> bool:
    """Whether one of the conditions holds."""
    return any(CONDITIONS[key].holds(value, known, when) for key, value in when.items())


def _matches(patterns: tuple[str, ...], text: str) -> bool:
    return any(fnmatchcase(folded(text), folded(pattern)) for pattern in patterns)


def _said(test: Callable[[Any, Recognition], bool]) -> _Holds:
    """A condition on what a machine said."""
    return lambda value, known, _: known.recognition is not None and test(value, known.recognition)


def _is(test: Callable[[Known], bool]) -> _Holds:
    """A condition that is true or false."""
    return lambda value, known, _: test(known) is value


def _text(read: Callable[[Known], str]) -> _Holds:
    return lambda patterns, known, _: _matches(patterns, read(known))


def _score(known: Known, when: When) -> float | None:
    """The highest score among the findings that the rule's `finding` names, or all; None without a machine."""
    if known.recognition is None:
        return None
    named = when.get("finding", ("*",))
    return max((found.score for found in known.recognition.findings if _matches(named, found.label)), default=0.0)


def _finding(named: tuple[str, ...], known: Known, when: When) -> bool:
    if known.recognition is None:
        return False
    least = when.get("score_at_least", 0.0)
    return any(found.score >= least and _matches(named, found.label) for found in known.recognition.findings)


def _score_at_least(least: float, known: Known, when: When) -> bool:
    score = _score(known, when)
    return score is not None and score >= least


def _score_below(limit: float, known: Known, when: When) -> bool:
    score = _score(known, when)
    return score is not None and score < limit


def _hs(starts: tuple[str, ...], known: Known, _: When) -> bool:
    digits = "".join(letter for letter in known.declaration.hs_code if letter.isdigit())
    return digits.startswith(starts)


def _held(within: float, known: Known, _: When) -> bool:
    return any(known.at - within * DAY_S <= at <= known.at for at in known.held_at)


def _truck(value: bool, known: Known, _: When) -> bool:
    return known.priority is not ScanPriority.UNKNOWN and (known.priority is ScanPriority.TRUCK) is value


CONDITIONS: Mapping[str, Condition] = {
    "always": Condition(form=flag, holds=lambda value, *_: bool(value)),
    "finding": Condition(form=globs, holds=_finding),
    "score_at_least": Condition(form=share, holds=_score_at_least),
    "score_below": Condition(form=share, holds=_score_below),
    "risk_at_least": Condition(form=share, holds=_said(lambda least, said: said.risk >= least)),
    "risk_below": Condition(form=share, holds=_said(lambda limit, said: said.risk < limit)),
    "empty_at_least": Condition(form=share, holds=_said(lambda least, said: said.empty >= least)),
    "empty_below": Condition(form=share, holds=_said(lambda limit, said: said.empty < limit)),
    "cargo": Condition(
        form=globs, holds=_said(lambda named, said: bool(said.cargo) and _matches(named, said.cargo[0][0]))
    ),
    "cargo_sure": Condition(form=flag, holds=_said(lambda value, said: said.cargo_sure is value)),
    "fit_at_least": Condition(form=share, holds=_said(lambda least, said: said.declared_fit >= least)),
    "fit_below": Condition(form=share, holds=_said(lambda limit, said: UNKNOWN != said.declared_fit < limit)),
    "novelty_above": Condition(form=distance, holds=_said(lambda limit, said: said.novelty > limit)),
    "novelty_at_most": Condition(form=distance, holds=_said(lambda most, said: UNKNOWN != said.novelty <= most)),
    "doubt": Condition(
        form=globs, holds=_said(lambda named, said: any(_matches(named, doubt) for doubt in said.release_doubts))
    ),
    "clear": Condition(form=flag, holds=_is(lambda known: known.is_clear)),
    "model_failed": Condition(form=flag, holds=_said(lambda value, said: bool(said.failures) is value)),
    "recognised": Condition(form=flag, holds=_is(lambda known: known.recognition is not None)),
    "complete": Condition(form=flag, holds=_is(lambda known: known.complete)),
    "declared": Condition(form=flag, holds=_is(lambda known: known.header.declaration is not None)),
    "declares_goods": Condition(form=flag, holds=_is(lambda known: known.declares_goods)),
    "goods": Condition(form=globs, holds=_text(lambda known: known.declaration.goods)),
    "hs": Condition(form=prefixes, holds=_hs),
    "importer": Condition(form=globs, holds=_text(lambda known: known.declaration.importer)),
    "standing": Condition(form=globs, holds=_text(lambda known: known.standing)),
    "shipper": Condition(form=globs, holds=_text(lambda known: known.declaration.shipper)),
    "origin": Condition(form=globs, holds=_text(lambda known: known.declaration.origin)),
    "advance": Condition(form=flag, holds=_is(lambda known: known.declaration.advance)),
    "container": Condition(form=numbers, holds=lambda wanted, known, _: known.number in wanted),
    "held_within_days": Condition(form=days, holds=_held),
    "lane": Condition(form=globs, holds=_text(lambda known: known.header.lane)),
    "port": Condition(form=globs, holds=_text(lambda known: known.header.port)),
    "truck_waiting": Condition(form=flag, holds=_truck),
}
"""Every condition a rule may have."""

HISTORY = frozenset({"held_within_days"})
"""Conditions that need the earlier scans of the container or lorry."""
