"""What a report is made of: the answers to five questions about one period, and where they come from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from scanview.core.period import HOUR_S, Period
from scanview.core.statistics import Grouping, Question, Row, Statistics

ALL = (Grouping.TIME, Grouping.HOUR, Grouping.PORT, Grouping.LANE, Grouping.ANALYST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """The figures of `period` by everything they can be grouped by.

    `created_at` is UTC seconds; `offset_s` how far the report's clock is ahead of UTC; `source` names the hub's
    catalogue, or the hub that was asked, and `entries` how many entries its ledger had, None where that was not told.
    """

    period: Period
    offset_s: int
    by: Mapping[Grouping, Statistics]
    created_at: float
    source: str
    entries: int | None = None
    port: str = ""

    @property
    def whole(self) -> Row:
        """The figures of the whole period."""
        return self.by[Grouping.LANE].whole

    def moment(self, at: float) -> datetime:
        """The moment `at`, UTC seconds, by the report's clock."""
        return datetime.fromtimestamp(at, timezone(timedelta(seconds=self.offset_s)))

    @property
    def zone(self) -> str:
        """The report's clock, as UTC+8."""
        return f"UTC{self.offset_s // HOUR_S:+d}"


def gather(
    ask: Callable[[Question], Statistics],
    *,
    period: Period,
    offset_s: int,
    created_at: float,
    source: str,
    entries: int,
    port: str = "",
) -> Gathered:
    """Ask everything that a report says; `port` limits it to one."""
    by = {grouping: ask(Question(period=period, by=grouping, port=port, offset_s=offset_s)) for grouping in ALL}
    return Gathered(
        period=period,
        offset_s=offset_s,
        by=by,
        created_at=created_at,
        source=source,
        entries=entries,
        port=port,
    )
