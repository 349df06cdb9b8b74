"""Owns the figures about whole scans: alarms per container, emptiness, goods, what may be released, what is unlike.

An operating point such as "0.4 % false alarms" is read off the harmless scans of the same set: the threshold is the
lowest that lets no more than that share of them alarm.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from scanview.core.review import Doubt
from scanview.detect.scoring import Result
from scanview.detect.training.draws import EMPTIES, SMALL_LOADS, TRAFFIC
from scanview.detect.training.figure import Figure, Goal, share
from scanview.simulate.threats import VEHICLE, WEAPON

Pair = tuple[Result, Result]

_SMALL_METAL = Goal(value=0.95, published="0.95 at 0.4 % dual energy, 0.90 at 6 % single")
_VEHICLES = Goal(value=1.0, published="1.00 at 0.22 %")
_NOT_EMPTY = Goal(value=0.995, published="about 0.99 at 0.7 %")
_SMALL_LOADS = Goal(value=0.95, published="first trial 0.8")
_SURE_AND_RIGHT = Goal(value=0.98, published="0.98 at 80 % in live use")
_SURE = Goal(value=0.8, published="0.80 in live use")
_RELEASED = Goal(value=0.3, published="first trial 0.08")
_ALPHA = 0.01
_TOLD_BY_PROMISE = frozenset({Doubt.NO_BOUND.value, Doubt.RISK.value, Doubt.FINDING.value})


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What a model says of releases at a miss rate of 1 %.

    Attributes:
        release_below: the risk below which a scan may go; None where nothing is promised.
        shown_from: score from which a finding is shown, and stops a release.
    """

    release_below: float | None
    shown_from: float


def scan_figures(pairs: Sequence[Pair], promise: Promise, *, is_foreign: bool) -> list[Figure]:
    """The figures of (result, truth) pairs of every kind of draw.

    Args:
        pairs: results with their truth.
        promise: what the model says of releases.
        is_foreign: whether the scanners are unlike those of training, so that no goals are set.
    """

    def goal(wanted: Goal) -> Goal | None:
        return None if is_foreign else wanted

    traffic = [pair for pair in pairs if pair[1]["kind"] == TRAFFIC]
    return [
        _alarms("small metallic threats at 0.4 % false alarms", pairs, WEAPON, 0.004, goal(_SMALL_METAL)),
        _alarms("concealed vehicles at 0.2 % false alarms", pairs, VEHICLE, 0.002, goal(_VEHICLES)),
        *_emptiness(pairs, goal(_NOT_EMPTY), goal(_SMALL_LOADS)),
        *_goods(traffic, goal(_SURE_AND_RIGHT), goal(_SURE)),
        *_releases(traffic, promise, goal(_RELEASED)),
        *_unlike(traffic),
    ]


def _alarms(row: str, pairs: Sequence[Pair], label: str, false: float, goal: Goal | None) -> Figure:
    """Containers with a hidden object of the class that alarm, where a share `false` of harmless traffic does.

    A container's score is that of its best mark of the class. Containers with a declared object of the class are
    left out: a mark on it is right and no alarm.
    """
    told = [(result, truth) for result, truth in pairs if not _declared(truth, label)]
    harmless = [_best(result, label) for result, truth in told if truth["kind"] == TRAFFIC and not _hidden(truth)]
    wanted = [_best(result, label) for result, truth in told if label in _hidden(truth)]
    return _at_false_alarms(row, wanted, harmless, false, goal)


def _at_false_alarms(
    row: str, wanted: Sequence[float], others: Sequence[float], false: float, goal: Goal | None
) -> Figure:
    if not others:
        return share(row, 0, 0, goal=goal, note="no harmless scan to set the threshold by")
    allowed = math.floor(false * len(others) + 1e-9)
    threshold = sorted(others, reverse=True)[allowed]
    hits = sum(score > threshold for score in wanted)
    note = f"{allowed} of {len(others)} others may alarm"
    return share(row, hits, len(wanted), scans=len(wanted) + len(others), goal=goal, note=note)


def _hidden(truth: Result) -> set[str]:
    return {str(item["class"]) for item in truth["findings"] if not item.get("declared")}


def _declared(truth: Result, label: str) -> bool:
    return any(item["class"] == label and item.get("declared") for item in truth["findings"])


def _best(result: Result, label: str) -> float:
    return max((float(item["score"]) for item in result["findings"] if item["class"] == label), default=0.0)


def _emptiness(pairs: Sequence[Pair], loaded_goal: Goal | None, small_goal: Goal | None) -> list[Figure]:
    """What is not empty and is told so, where a small share of the empty ones is taken for loaded."""
    judged = [(result, truth) for result, truth in pairs if truth["empty"] is not None]
    empties = [_loaded(result) for result, truth in judged if truth["empty"] and truth["kind"] in (TRAFFIC, EMPTIES)]
    loaded = [_loaded(result) for result, truth in judged if not truth["empty"] and truth["kind"] == TRAFFIC]
    small = [_loaded(result) for result, truth in judged if truth["kind"] == SMALL_LOADS]
    return [
        _at_false_alarms("empty verification at 0.5 % false alarms", loaded, empties, 0.005, loaded_goal),
        _at_false_alarms("small loads in empties at 1 % false alarms", small, empties, 0.01, small_goal),
    ]


def _loaded(result: Result) -> float:
    """How likely the container is not empty; one that was refused is not called empty."""
    return 1.0 - float(result.get("empty", 0.0))


def _goods(pairs: Sequence[Pair], right_goal: Goal | None, sure_goal: Goal | None) -> list[Figure]:
    """Cargo classes: right where the model is sure, how often it is, and right altogether."""
    loaded = [(result, truth) for result, truth in pairs if truth["cargo"] and result.get("cargo")]
    right = np.array([_first(result["cargo"]) in truth["cargo"] for result, truth in loaded], dtype=bool)
    sure = np.array([bool(result.get("cargo_sure")) for result, _ in loaded], dtype=bool)
    note = "" if loaded else "this model does not tell goods"
    return [
        share("goods right where the model is sure", int((right & sure).sum()), int(sure.sum()), goal=right_goal,
              scans=len(loaded), note=note),
        share("share of goods it is sure of", int(sure.sum()), len(loaded), goal=sure_goal, note=note),
        share("goods right, all", int(right.sum()), len(loaded), note=note),
    ]  # fmt: skip


def _first(cargo: dict[str, float]) -> str:
    return next(iter(cargo))


def _releases(pairs: Sequence[Pair], promise: Promise, goal: Goal | None) -> list[Figure]:
    """What would be released at a miss rate of 1 %: risk below the bound, no finding and no other doubt."""
    harmless = [(result, truth) for result, truth in pairs if not _hidden(truth) and truth["empty"] is not None]
    groups = {
        "harmless loaded scans released at alpha 1 %": ([r for r, t in harmless if not t["empty"]], goal),
        "harmless empty scans released at alpha 1 %": ([r for r, t in harmless if t["empty"]], None),
        "harmful scans released at alpha 1 %": (
            [result for result, truth in pairs if _hidden(truth)],
            Goal(value=_ALPHA, at_most=True) if goal else None,
        ),
    }
    if promise.release_below is None:
        note = "the model promises nothing for 1 %"
        return [share(row, 0, 0, goal=wanted, note=note) for row, (_, wanted) in groups.items()]
    return [
        share(row, sum(_released(result, promise) for result in results), len(results), goal=wanted)
        for row, (results, wanted) in groups.items()
    ]


def _released(result: Result, promise: Promise) -> bool:
    doubts = set(result.get("doubts", ["refused"])) - _TOLD_BY_PROMISE
    shown = any(float(item["score"]) >= promise.shown_from for item in result["findings"])
    return not doubts and not shown and float(result["risk"]) < (promise.release_below or 0.0)


def _unlike(pairs: Sequence[Pair]) -> list[Figure]:
    """Scans that look unlike training, scans that were refused, and the time that one takes."""
    told = [float(result["novelty"]) for result, _ in pairs if result.get("novelty") is not None]
    times = [float(result["ms"]) for result, _ in pairs if "ms" in result]
    refused = sum("refused" in result for result, _ in pairs)
    return [
        share("scans said to be unlike training", sum(novelty > 1 for novelty in told), len(told)),
        share("scans refused", refused, len(pairs), note=_reasons(result for result, _ in pairs)),
        Figure(row="milliseconds per scan, median", value=median(times) if times else math.nan, scans=len(times),
               objects=len(times), note="one thread, on this machine as it was"),
    ]  # fmt: skip


def _reasons(results: Iterable[Result]) -> str:
    return ", ".join(sorted({str(result["refused"]) for result in results if "refused" in result}))
