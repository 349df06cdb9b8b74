"""How often what was opened was rightly opened: the hit rate of holds, by whatever one asks for."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from scanview.core.inspection import Found
from scanview.core.interval import Interval, wilson
from scanview.core.review import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One decided scan whose container was opened.

    `labels` are the classes of the findings that stood when it was decided; `opened_at` is when the newest result
    came, UTC seconds by the hub's clock.
    """

    scan: str
    lane: str
    analyst: str
    verdict: Verdict
    reason: str
    labels: tuple[str, ...]
    found: Found
    opened_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HitRate:
    """Of `opened` containers, in `hits` something was found, in `partly` of these not all or another thing."""

    opened: int
    hits: int
    partly: int

    @property
    def share(self) -> float:
        """Hits over opened, 0 to 1; 0 where none was opened."""
        return self.hits / self.opened if self.opened else 0.0

    @property
    def interval(self) -> Interval:
        """The 95 % interval of the share."""
        return wilson(self.hits, self.opened)


By = Callable[[Opened], Iterable[str]]


def by_reason(opened: Opened) -> Iterable[str]:
    """Why it was held; "mark" where a mark alone says it."""
    return (opened.reason or "mark",)


def by_label(opened: Opened) -> Iterable[str]:
    """Each class that a machine had claimed; "none" where it claimed nothing."""
    return opened.labels or ("none",)


def by_lane(opened: Opened) -> Iterable[str]:
    """The lane that made the scan."""
    return (opened.lane,)


def by_analyst(opened: Opened) -> Iterable[str]:
    """Who decided."""
    return (opened.analyst,)


def hit_rates(opened: Iterable[Opened], by: By) -> Mapping[str, HitRate]:
    """The hit rate of holds for each key that `by` gives them, in the order of the keys.

    Releases that were opened by lot are not counted: what is found in those is a miss (`missed`).
    """
    counts: dict[str, list[Found]] = {}
    for each in opened:
        if each.verdict is Verdict.HOLD:
            for key in by(each):
                counts.setdefault(key, []).append(each.found)
    return {key: _rate(founds) for key, founds in sorted(counts.items())}


def missed(opened: Iterable[Opened]) -> HitRate:
    """Of the releases that were opened all the same: in how many something was found."""
    return _rate([each.found for each in opened if each.verdict is Verdict.RELEASE])


def _rate(founds: list[Found]) -> HitRate:
    return HitRate(
        opened=len(founds),
        hits=sum(found is not Found.NOTHING for found in founds),
        partly=sum(found is Found.PARTLY for found in founds),
    )
