"""How many past scans a second a dry run of a rule file goes through, counting alone: what a supervisor waits for."""

import random
import time

from bench.rows import Row, higher_is_better
from scanview.core.review import Box, Finding, Recognition, Verdict
from scanview.core.scan import Calibration, Channel, Declaration, ScanHeader, Source, View, ViewHeader
from scanview.core.triage import ScanPriority
from scanview.review.rules.defaults import default_book
from scanview.review.rules.dry_run import DryRunCount, Past
from scanview.review.rules.known import Known

GOAL_PER_S = 3_000.0
"""A week of a room of 4,000 scans a day in ten seconds."""

_VIEW = ViewHeader(
    view=View.SIDE,
    rows=1_200,
    channels=(Channel.HIGH, Channel.LOW),
    pitch_x_mm=4.0,
    pitch_y_mm=4.0,
    pitch_source=Source.MEASURED,
    calibrations=(Calibration(air=60_000, dark=100, source=Source.MEASURED),) * 2,
)
_GOODS = (("tea", "090210"), ("motors", "850110"), ("fresh shrimps", "030617"), ("", ""))


def run(quick: bool) -> list[Row]:
    """Count with the rules that come with ScanView, over scans with and without findings, papers and history."""
    scans = 2_000 if quick else 20_000
    past = _past(random.Random(1), scans)
    begun_at = time.perf_counter()
    count = DryRunCount(book=default_book())
    for one in past:
        count.add(one)
    report = count.report()
    took_s = time.perf_counter() - begun_at
    if report.scans != scans:
        raise RuntimeError(f"only {report.scans} of {scans} scans were counted")
    return [higher_is_better("review", "dry_run", scans / took_s, "scans/s", goal=GOAL_PER_S)]


def _past(rng: random.Random, scans: int) -> list[Past]:
    return [_scan(rng, number) for number in range(scans)]


def _scan(rng: random.Random, number: int) -> Past:
    at = 1.75e9 + 20.0 * number
    goods, hs_code = rng.choice(_GOODS)
    findings = tuple(
        Finding(finding=f"f{place}", label="weapon", score=rng.random(), box=Box(x0=10, y0=10, x1=90, y1=90))
        for place in range(rng.choice((0, 0, 1, 3)))
    )
    header = ScanHeader(
        scan=f"{number:032x}",
        lane=f"CNSHA-{number % 40:02}",
        started_at=at,
        views=(_VIEW,),
        container="CSQU3054383",
        declaration=Declaration(goods=goods, hs_code=hs_code, gross_kg=18_000.0, packages=240, importer="Eastbay"),
    )
    return Past(
        known=Known(
            header=header,
            recognition=Recognition(model="bench", empty=rng.random(), findings=findings),
            complete=True,
            at=at,
            priority=ScanPriority.UNKNOWN,
            held_at=(at - 5_000.0,) if number % 9 == 0 else (),
        ),
        verdict=rng.choice((Verdict.RELEASE, Verdict.RELEASE, Verdict.HOLD, None)),
        wait_s=300.0,
        draw=rng.random(),
        second_draw=rng.random(),
    )
