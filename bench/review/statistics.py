"""How long a question about a year of 4,000 scans an hour takes, and what counting costs a write."""

import random
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from bench.rows import Row, lower_is_better
from scanview.core.figures import Figures, Stage, Tally
from scanview.core.journal import Entry, Json, Kind
from scanview.core.period import DAY_S, HOUR_S, Period, Span, start_of
from scanview.core.statistics import Grouping, Question
from scanview.store.database import Database, Transaction
from scanview.store.rollups import follow
from scanview.store.schema_statistics import lane_figures, people_figures
from scanview.store.statistics import read_statistics

LANES = tuple(f"CN{port}-{lane:02d}" for port in ("SHA", "NGB", "TAO", "TSN", "XMN") for lane in range(1, 9))
SCANS_PER_HOUR = 4_000
ANALYSTS = 500
GOAL_S = 2.0

_YEAR = 2026
_DAYS = 365


def fill_year(tx: Transaction, *, days: int = _DAYS, seed: int = 1) -> Period:
    """Write the rows that a year of scans leaves, with made-up figures of the right size; the period they cover.

    The sums do not go through the fold: every row is drawn from a few hundred that were made by it.
    """
    rng = random.Random(seed)
    since = int(datetime(_YEAR, 1, 1, tzinfo=UTC).timestamp())
    hourly = [_figures(rng, SCANS_PER_HOUR // len(LANES)).to_bytes() for _ in range(100)]
    daily = [_figures(rng, 24 * SCANS_PER_HOUR // len(LANES)).to_bytes() for _ in range(50)]
    personal = [_figures(rng, 8, (Stage.DECISION,)).to_bytes() for _ in range(100)]
    for day in range(days):
        start = since + day * DAY_S
        tx.execute(insert(lane_figures), list(_lanes_day(rng, start, hourly, daily)))
        tx.execute(insert(people_figures), list(_people_day(rng, start, personal)))
    months = {start_of(Span.MONTH, since + day * DAY_S) for day in range(days)}
    for month in months:
        rows = [
            _person_row(Span.MONTH, lane[:5], month, number, rng.choice(personal))
            for lane in LANES[::8]
            for number in range(ANALYSTS)
        ]
        tx.execute(insert(people_figures), rows)
    return Period(since=since, until=since + days * DAY_S)


def run(quick: bool) -> list[Row]:
    """Ask about a year by everything rows are made by, each question once; and count some scans, with and without."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder) / "hub.db")
        try:
            period = database.transact(fill_year, days=30 if quick else _DAYS)
            taken_s = {by: _ask(database, period, by) for by in Grouping}
            rows = [lower_is_better("review", f"year_by_{by}", took, "s", goal=GOAL_S) for by, took in taken_s.items()]
            slowest = max(taken_s.values())
            return [
                lower_is_better("review", "statistics", 1e3 * slowest, "ms", goal=1e3 * GOAL_S),
                *rows,
                lower_is_better("review", "counting_an_entry", _count(database, 200 if quick else 2_000), "ms"),
            ]
        finally:
            database.close()


def _ask(database: Database, period: Period, grouping: Grouping) -> float:
    """Seconds until the answer is there."""
    begun = time.perf_counter()
    question = Question(period=period, by=grouping, offset_s=8 * HOUR_S)
    database.read(lambda tx: read_statistics(tx, question, float(period.until)))
    return time.perf_counter() - begun


def _count(database: Database, scans: int) -> float:
    """Milliseconds that statistics add to each entry's transaction, on average over the entries of whole scans."""
    begun = int(datetime(_YEAR, 6, 1, tzinfo=UTC).timestamp())
    entries = [entry for number in range(scans) for entry in _entries(number, begun + number)]
    started = time.perf_counter()
    database.transact(lambda tx: [follow(tx, entry) for entry in entries])
    return 1000 * (time.perf_counter() - started) / len(entries)


def _entries(number: int, at: int) -> Iterator[Entry]:
    """What the ledger has of one scan from its offer to its receipt."""
    decision = {"verdict": "RELEASE", "reason": None}
    told: tuple[tuple[Kind, dict[str, Json]], ...] = (
        (Kind.SCAN_OFFERED, {"lane": LANES[number % len(LANES)]}),
        (Kind.SCAN_STORED, {"complete": True}),
        (Kind.RECOGNISED, {}),
        (Kind.LEASED, {}),
        (Kind.DECIDED, {"decision": decision}),
        (Kind.ORDER_SENT, {}),
        (Kind.ORDER_RECEIPT, {"outcome": "applied"}),
    )
    for step, (kind, body) in enumerate(told):
        actor = f"analyst-{number % ANALYSTS}"
        yield Entry(seq=1, at=at + 10.0 * step, kind=kind, actor=actor, scan=f"{number:032x}", body=body)


def _figures(rng: random.Random, scans: int, stages: tuple[Stage, ...] = tuple(Stage)) -> Figures:
    tallies = {Tally.ARRIVED: scans, Tally.STORED: scans, Tally.DECIDED: scans, Tally.RELEASED: scans - scans // 20}
    tallies[Tally.HELD] = scans // 20
    taken = ((stage, rng.lognormvariate(4, 1)) for stage in stages for _ in range(scans))
    return Figures.of(tallies, taken)


def _lanes_day(rng: random.Random, start: int, hourly: list[bytes], daily: list[bytes]) -> Iterator[dict[str, Any]]:
    for lane in LANES:
        yield {"span": Span.DAY.value, "lane": lane, "start": start, "figures": rng.choice(daily)}
    for lane in (*LANES, ""):
        for hour in range(24):
            figures = rng.choice(hourly)
            yield {"span": Span.HOUR.value, "lane": lane, "start": start + hour * HOUR_S, "figures": figures}


def _people_day(rng: random.Random, start: int, personal: list[bytes]) -> Iterator[dict[str, Any]]:
    """Only the rows of days: those of hours are looked at for a day at the ends of a period."""
    for number in range(ANALYSTS):
        for lane in LANES[::8]:
            yield _person_row(Span.DAY, lane[:5], start, number, rng.choice(personal))


def _person_row(span: Span, port: str, start: int, number: int, figures: bytes) -> dict[str, Any]:
    return {"span": span.value, "port": port, "start": start, "analyst": f"analyst-{number}", "figures": figures}
