"""Figures that add up exactly: counts, and histograms of durations, of any set of scans.

All of a set's figures lie in one whole number, in fields wide enough never to overflow into each other: 64 bits for a
count or a sum, 32 for a bin. Adding or taking away a set is then one addition of whole numbers, without rounding, in
any order: a year is the sum of its hours. The order of the fields is what is stored, so new ones go at the end.

Durations fall into bins whose edges grow by a fourth root of two, from 0.25 s to three days. A quantile is told as the
geometric middle of its bin and is off by `QUANTILE_ERROR` of itself at most; a mean is exact to a millisecond.
"""

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate


class Tally(StrEnum):
    """What is counted."""

    ARRIVED = "arrived"
    STORED = "stored"
    BROKEN_OFF = "broken-off"
    """Stored without its end: the scanner did not send the whole vehicle."""
    RECOGNISED = "recognised"
    NOT_RECOGNISED = "not-recognised"
    DECIDED = "decided"
    RELEASED = "released"
    HELD = "held"
    RELEASED_DIRECTLY = "released-directly"
    """Released by rules, without a person."""
    HELD_SUSPECT_OBJECT = "held-suspect-object"
    HELD_GOODS_DIFFER = "held-goods-differ"
    HELD_TOO_DENSE = "held-too-dense"
    HELD_POOR_IMAGE = "held-poor-image"
    HELD_INSTRUCTION = "held-instruction"
    HELD_OTHER = "held-other"
    HELD_BY_MARK = "held-by-mark"
    """Held with a mark and no reason."""
    WITHDRAWN = "withdrawn"
    APPLIED = "applied"
    REFUSED = "refused"
    SECOND_READ = "second-read"
    """Scans that a second person looked at without knowing the first opinion."""
    SECOND_AGREED = "second-agreed"
    DIRECT_CHECKED = "direct-checked"
    """Scans that rules would have released directly and that a draw gave to a person instead."""
    DIRECT_MISSED = "direct-missed"
    """Those of them that the person held and that no inspection found harmless."""
    INSPECTED = "inspected"
    """Held scans whose container was opened."""
    FOUND = "found"
    """Those in which something was found."""
    SCANNING_MS = "scanning-ms"
    """Milliseconds from the first column to the stored scan, added up: how long the device was at work."""
    OPINED = "opined"
    """Opinions that did not decide: the scan then waited for somebody else's."""


class Stage(StrEnum):
    """What time is measured for. The first five follow one another and add up to the last."""

    DECISION = "decision"
    """From opening the scan to the verdict, added up over all whose opinion it took."""
    QUEUE = "queue"
    """From the stored scan to the person who decided."""
    SCAN = "scan"
    """From the first column to the stored scan."""
    ORDER = "order"
    """From the verdict to the order's leaving: the time for taking it back, and the wait for a link."""
    GATE = "gate"
    """From the order's leaving to the gate's receipt."""
    CLEARANCE = "clearance"
    """From the first column to the gate's receipt."""


IN_ORDER = (Stage.SCAN, Stage.QUEUE, Stage.DECISION, Stage.ORDER, Stage.GATE)
"""The stages of a clearance as they follow one another."""

_FIRST_S = 0.25
_BINS_PER_OCTAVE = 4
_OCTAVES = 20
EDGES_S: tuple[float, ...] = tuple(
    _FIRST_S * 2.0 ** (step / _BINS_PER_OCTAVE) for step in range(_OCTAVES * _BINS_PER_OCTAVE + 1)
)
"""Bin 0 lies below the first edge, bin k from edge k - 1 to edge k, the last one beyond the last edge."""

BINS = len(EDGES_S) + 1
QUANTILE_ERROR = 2.0 ** (0.5 / _BINS_PER_OCTAVE) - 1
"""How far a quantile between the first and the last edge may be off, as a share of itself: 9 %."""

_TALLY_BITS = 64
_BIN_BITS = 32
_MOST_TALLIES = 64
_MOST_STAGES = 16
_TOTALS_AT = _MOST_TALLIES * _TALLY_BITS
_BINS_AT = _TOTALS_AT + _MOST_STAGES * _TALLY_BITS
_HISTOGRAM_BITS = BINS * _BIN_BITS

_TALLY_AT = {tally: place * _TALLY_BITS for place, tally in enumerate(Tally)}
_TOTAL_AT = {stage: _TOTALS_AT + place * _TALLY_BITS for place, stage in enumerate(Stage)}
_HISTOGRAM_AT = {stage: _BINS_AT + place * _HISTOGRAM_BITS for place, stage in enumerate(Stage)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Durations:
    """How long something took: the sum in milliseconds, and how many durations fell into each bin."""

    total_ms: int
    bins: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many durations there were."""
        return sum(self.bins)

    @property
    def mean_s(self) -> float:
        """Their mean, seconds; 0 where there were none."""
        count = self.count
        return self.total_ms / count / 1000 if count else 0.0

    def quantile(self, share: float) -> float:
        """The duration, seconds, that `share` (0 to 1) of them do not exceed; 0 where there were none."""
        wanted = share * self.count
        reached = accumulate(self.bins)
        place = next((bin_ for bin_, count in enumerate(reached) if count and count >= wanted), None)
        return 0.0 if place is None else _middle_s(place)


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a set of scans, or, where some were taken away, what a set changes by."""

    packed: int = 0

    @staticmethod
    def of(tallies: Mapping[Tally, int], times: Iterable[tuple[Stage, float]] = ()) -> "Figures":
        """Figures with these counts and durations (seconds; less than none counts as none)."""
        packed = sum(count << _TALLY_AT[tally] for tally, count in tallies.items())
        for stage, seconds in times:
            taken_s = max(seconds, 0.0)
            packed += round(taken_s * 1000) << _TOTAL_AT[stage]
            packed += 1 << (_HISTOGRAM_AT[stage] + bisect_right(EDGES_S, taken_s) * _BIN_BITS)
        return Figures(packed)

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(self.packed + other.packed)

    def __sub__(self, other: "Figures") -> "Figures":
        return Figures(self.packed - other.packed)

    def tally(self, tally: Tally) -> int:
        """How many there were."""
        return _field(self.packed, _TALLY_AT[tally], _TALLY_BITS)

    def times(self, stage: Stage) -> Durations:
        """How long that took."""
        histogram = _field(self.packed, _HISTOGRAM_AT[stage], _HISTOGRAM_BITS)
        return Durations(
            total_ms=_field(self.packed, _TOTAL_AT[stage], _TALLY_BITS),
            bins=tuple(_field(histogram, bin_ * _BIN_BITS, _BIN_BITS) for bin_ in range(BINS)),
        )

    def to_bytes(self) -> bytes:
        """The number, little-endian with a sign, as short as it is."""
        return self.packed.to_bytes(self.packed.bit_length() // 8 + 1, "little", signed=True)

    @staticmethod
    def from_bytes(stored: bytes) -> "Figures":
        """What `to_bytes` made."""
        return Figures(int.from_bytes(stored, "little", signed=True))


def _field(packed: int, at: int, bits: int) -> int:
    return (packed >> at) & ((1 << bits) - 1)


def _middle_s(place: int) -> float:
    if place == 0:
        return _FIRST_S / 2
    if place == BINS - 1:
        return EDGES_S[-1]
    return math.sqrt(EDGES_S[place - 1] * EDGES_S[place])
