"""How well people find things: detection rates and sensitivity from decisions about scans whose truth is known.

Sensitivity is d_a with a slope of 0.6, the measure that holds for screening X-ray pictures where people differ in
their criterion (Sterchi, Haettenschwiler, Schwaninger: Detection measures for visual inspection of X-ray images of
passenger baggage, Attention, Perception and Psychophysics 81, 1297, 2019):
d_a = sqrt(2 / (1 + s^2)) * (z(H) - s * z(F)), with z the inverse of the normal distribution (Macmillan and Creelman,
Detection Theory, 2005, eq. 3.4). Rates of 0 and 1 are kept off the ends by the log-linear rule, half an event more in
each of both cells (Hautus, Behavior Research Methods 27, 46, 1995). No figure is without its 95 % interval: rates by
Wilson's score, d_a by the delta method, the median time by order statistics, which ask for no distribution.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import NormalDist, median

from scanview.core.virtual import Outcome

SLOPE = 0.6
"""Standard deviation of the noise by that of the signal, as measured for screeners."""

CONFIDENCE = 0.95

_NORMAL = NormalDist()
_Z = _NORMAL.inv_cdf(0.5 + CONFIDENCE / 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One decision about a scan whose truth is known: what it was, and seconds from taking it to deciding."""

    outcome: Outcome
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure with its 95 % interval; `None` where there is not enough to say one."""

    value: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """One person's, over some trials.

    Attributes:
        person: whose.
        threats: how many of the scans had a threat.
        clean: how many had none.
        elsewhere: how many were held for something else than the threat that was in them; they count as missed.
        hits: share of the threats that were found.
        false_alarms: share of the clean scans that were held.
        sensitivity: d_a.
        search_s: median of the seconds from taking a scan to deciding.
    """

    person: str
    threats: int
    clean: int
    elsewhere: int
    hits: Figure
    false_alarms: Figure
    sensitivity: Figure
    search_s: Figure


def performance_of(person: str, trials: Iterable[Trial]) -> Performance:
    """What `trials` say of `person`."""
    all_trials = tuple(trials)
    count = {outcome: sum(trial.outcome is outcome for trial in all_trials) for outcome in Outcome}
    threats = count[Outcome.HIT] + count[Outcome.ELSEWHERE] + count[Outcome.MISS]
    clean = count[Outcome.FALSE_ALARM] + count[Outcome.CORRECT_REJECTION]
    return Performance(
        person=person,
        threats=threats,
        clean=clean,
        elsewhere=count[Outcome.ELSEWHERE],
        hits=rate(count[Outcome.HIT], threats),
        false_alarms=rate(count[Outcome.FALSE_ALARM], clean),
        sensitivity=d_a(count[Outcome.HIT], threats, count[Outcome.FALSE_ALARM], clean),
        search_s=median_time([trial.seconds for trial in all_trials]),
    )


def rate(events: int, of: int) -> Figure:
    """`events` by `of` with Wilson's score interval; nothing where `of` is 0."""
    if of == 0:
        return Figure()
    share, squared = events / of, _Z**2
    middle = (share + squared / (2 * of)) / (1 + squared / of)
    reach = _Z * math.sqrt(share * (1 - share) / of + squared / (4 * of**2)) / (1 + squared / of)
    return Figure(value=share, low=max(middle - reach, 0.0), high=min(middle + reach, 1.0))


def d_a(hits: int, threats: int, false_alarms: int, clean: int, slope: float = SLOPE) -> Figure:
    """Sensitivity of that many hits and false alarms; nothing where either kind of scan was never shown.

    The delta method: var z(p) = p (1 - p) / (n phi(z(p))^2), the variances of both rates added as they enter d_a.
    """
    if threats == 0 or clean == 0:
        return Figure()
    scale = math.sqrt(2 / (1 + slope**2))
    hit_z, hit_variance = _transformed(hits, threats)
    alarm_z, alarm_variance = _transformed(false_alarms, clean)
    value = scale * (hit_z - slope * alarm_z)
    reach = _Z * scale * math.sqrt(hit_variance + slope**2 * alarm_variance)
    return Figure(value=value, low=value - reach, high=value + reach)


def median_time(seconds: Sequence[float]) -> Figure:
    """The median, between the order statistics that hold it with 95 %; without them where fewer than six are there."""
    if not seconds:
        return Figure()
    ordered = sorted(seconds)
    count, rank, below = len(ordered), -1, 0.0
    while below + math.comb(count, rank + 1) * 0.5**count <= (1 - CONFIDENCE) / 2:
        rank += 1
        below += math.comb(count, rank) * 0.5**count
    if rank < 0:
        return Figure(value=median(ordered))
    return Figure(value=median(ordered), low=ordered[rank], high=ordered[count - 1 - rank])


def _transformed(events: int, of: int) -> tuple[float, float]:
    """Z of the log-linear rate, and its variance."""
    share = (events + 0.5) / (of + 1)
    z = _NORMAL.inv_cdf(share)
    return z, share * (1 - share) / ((of + 1) * _NORMAL.pdf(z) ** 2)
