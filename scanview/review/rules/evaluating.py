"""What the rules make of one scan. The same scan, rules and draws always give the same answer."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from scanview.core.review import Risk
from scanview.core.triage import NOT_DRAWN, Clearance, ReviewChannel, Triage
from scanview.review.rules.conditions import all_hold, any_holds
from scanview.review.rules.known import Known
from scanview.review.rules.rule_book import Release, Rule, RuleBook

_RISKS = (Risk.LOW, Risk.MEDIUM, Risk.HIGH)
_CHANNELS = (ReviewChannel.ORDINARY, ReviewChannel.GREEN, ReviewChannel.RED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What else decides about a direct release.

    Attributes:
        draw: a number drawn for this scan, 0 to 1: below the sampling share, a person looks at it.
        second_draw: another: below the share of second reviews, two people do.
        is_free: whether nobody has the scan in front of them and nobody has decided.
        released_lately: direct releases within the last 24 hours.
    """

    draw: float
    second_draw: float
    is_free: bool = True
    released_lately: int = 0


def evaluate(book: RuleBook, known: Known, around: Circumstances, version: int) -> Triage:
    """What the rules of `book`, which have this version, make of the scan.

    All that fire count: the highest risk, red before green before ordinary, the sum of waiting times, every skill, the
    nearest target, the largest share of second reviews. A release takes one rule that allows it and none against it.
    """
    known = replace(known, standings=book.standings)
    fired = tuple(rule for rule in book.rules if fires(rule, known))
    effects = [rule.effect for rule in fired]
    risk = _risk(known, (effect.risk for effect in effects if effect.risk))
    wait_s = book.waiting[risk] + sum(effect.wait_s for effect in effects)
    second_share = max((effect.second_review for effect in effects), default=0.0)
    triage = Triage(
        rules=version,
        risk=risk,
        wait_s=min(max(wait_s, 0.0), book.limits.longest_wait_s),
        fired=tuple(rule.rule for rule in fired),
        channel=max(
            (effect.channel for effect in effects if effect.channel),
            key=_CHANNELS.index,
            default=ReviewChannel.ORDINARY,
        ),
        skills=tuple(sorted({skill for effect in effects for skill in effect.skills})),
        target_s=min((effect.target_s for effect in effects if effect.target_s), default=0.0),
        second=around.second_draw < second_share,
        four_eyes=any(effect.four_eyes for effect in effects),
        second_draw=around.second_draw if 0.0 < second_share < 1.0 else NOT_DRAWN,
    )
    clearance = _clearance(book, fired, known, triage, around)
    drawn = clearance in (Clearance.RELEASED, Clearance.SAMPLED, Clearance.CAPPED)
    return replace(triage, clearance=clearance, draw=around.draw if drawn else NOT_DRAWN)


def fires(rule: Rule, known: Known) -> bool:
    """Whether every condition of the rule holds, and none of those that it does not fire for."""
    return all_hold(rule.when, known) and not any_holds(rule.unless, known)


def _risk(known: Known, given: Iterable[Risk]) -> Risk:
    if known.recognition is None:
        return Risk.NONE
    return max(given, key=_RISKS.index, default=Risk.LOW)


def _clearance(
    book: RuleBook, fired: tuple[Rule, ...], known: Known, triage: Triage, around: Circumstances
) -> Clearance:
    said = {rule.effect.release for rule in fired}
    wants_people = triage.channel is ReviewChannel.RED or triage.second or triage.four_eyes
    if Release.DIRECT not in said or Release.NEVER in said or wants_people:
        return Clearance.NOT_ALLOWED
    if not known.is_clear or triage.risk is not Risk.LOW:
        return Clearance.DOUBTED
    if not around.is_free:
        return Clearance.IN_REVIEW
    if around.draw < book.limits.sampled:
        return Clearance.SAMPLED
    if around.released_lately >= book.limits.daily_cap:
        return Clearance.CAPPED
    return Clearance.RELEASED
