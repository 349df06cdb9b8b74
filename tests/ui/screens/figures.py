"""The states of the page of statistics."""

import random

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from scanview.core.errors import NotAllowed
from scanview.core.figures import Figures, Stage, Tally
from scanview.core.interruption import Cause, Spell
from scanview.core.period import DAY_S, HOUR_S, Period
from scanview.core.statistics import Grouping, Question, Statistics, lane_uses, row_of
from scanview.ui.console.statistics.figures import ASKED
from scanview.wire.messages import StatisticsTold
from tests.ui.screens.scene import Scene
from tests.ui.walk.person import Person, Start
from tests.ui.walk.shelving import supervisor

SINCE = 20_395 * DAY_S - 8 * HOUR_S
PERIOD = Period(since=SINCE, until=SINCE + 14 * DAY_S)
LANES = ("CNNGB-01", "CNSHA-01", "CNSHA-03", "CNTAO-02")
KEYS = {
    Grouping.LANE: LANES,
    Grouping.PORT: ("CNNGB", "CNSHA", "CNTAO"),
    Grouping.TIME: tuple(str(SINCE + day * DAY_S) for day in range(14)),
    Grouping.HOUR: tuple(f"{hour:02}" for hour in range(24)),
    Grouping.ANALYST: ("李娜", "Mehmet Öztürk", "rules/3", "张伟"),
}


def figures(rng: random.Random, count: int) -> Figures:
    """A few hundred scans of a working day."""
    held = count // 9
    tallies = {Tally.ARRIVED: count + 3, Tally.STORED: count, Tally.DECIDED: count, Tally.RELEASED: count - held}
    tallies |= {Tally.HELD: held, Tally.RELEASED_DIRECTLY: count // 4, Tally.DIRECT_CHECKED: count // 20}
    tallies |= {Tally.HELD_SUSPECT_OBJECT: held // 2, Tally.HELD_GOODS_DIFFER: held // 3, Tally.HELD_BY_MARK: held // 6}
    tallies |= {Tally.INSPECTED: held // 2, Tally.FOUND: held // 5, Tally.SCANNING_MS: 40_000 * count}
    middles = {Stage.SCAN: 30, Stage.QUEUE: 60, Stage.DECISION: 75, Stage.ORDER: 9, Stage.GATE: 3, Stage.CLEARANCE: 190}
    times = ((stage, middle * rng.lognormvariate(0, 0.6)) for stage, middle in middles.items() for _ in range(count))
    return Figures.of(tallies, times)


def told(grouping: Grouping) -> Statistics:
    """The answer of a room with four lanes, one of which was down for reasons."""
    rng = random.Random(7)
    parts = {key: figures(rng, rng.randrange(60, 400)) for key in KEYS[grouping]}
    spells = []
    for number, lane in enumerate(LANES):
        at = SINCE + (number + 1) * DAY_S
        spells.append(Spell(number=10 * number + 1, lane=lane, connected=True, began_at=SINCE, ended_at=at))
        cause = (Cause.UNEXPLAINED, Cause.MAINTENANCE, Cause.ROOM, Cause.UNEXPLAINED)[number]
        note = "更换探测器模块 · new detector board" if cause is Cause.MAINTENANCE else ""
        ended = at + 7_000.0 * (number + 1)
        spells.append(
            Spell(
                number=10 * number + 2,
                lane=lane,
                connected=False,
                began_at=at,
                ended_at=ended,
                cause=cause,
                note=note,
                explained_by="王芳" if note else "",
            )
        )
        spells.append(Spell(number=10 * number + 3, lane=lane, connected=True, began_at=ended))
    working_s = {lane: 300_000.0 + 40_000 * number for number, lane in enumerate(LANES)}
    return Statistics(
        question=Question(period=PERIOD, by=grouping, offset_s=8 * HOUR_S),
        whole=row_of("", sum(parts.values(), Figures())),
        rows=tuple(row_of(key, part) for key, part in parts.items()),
        lanes=tuple(lane_uses(spells, working_s, PERIOD.since, PERIOD.until)),
        interruptions=tuple(spell for spell in reversed(spells) if not spell.connected),
    )


def statistics(person: Person) -> None:
    """A supervisor turns to the page."""
    supervisor(person)
    person.press("F2")
    person.desk.console.turn_to("statistics")


def answered(person: Person) -> None:
    """Everything that the page asks is answered."""
    for grouping in ASKED:
        person.session.last("ask StatisticsTold").set_result(StatisticsTold(request=1, statistics=told(grouping)))
        person.turn()


def scrolled(person: Person) -> None:
    """The end of the page is seen, and an interruption chosen."""
    page = person.window.console.front
    page.interruptions.choose("2")
    page.explaining.note.setFocus()
    page.scroll_to(page.explaining)


def refused(person: Person) -> None:
    person.session.last("ask StatisticsTold").set_exception(NotAllowed("no", code="not-an-auditor"))


def by_person(person: Person) -> None:
    """The table is made by people."""
    page = person.window.console.front
    choice = page.chooser.choices["by"]
    choice.setFocus()
    QTest.keyClick(choice, Qt.Key.Key_End)
    choice.setCurrentIndex(choice.findData(Grouping.ANALYST.value))
    page.chooser.shows.emit()
    page.scroll_to(page.rows)


READ = (statistics, answered)
SCENES = (
    Scene(name="statistics-asking", start=Start.DESK, keys=(statistics,)),
    Scene(name="statistics", start=Start.DESK, keys=READ, close_up=True),
    Scene(name="statistics-people", start=Start.DESK, keys=(*READ, by_person)),
    Scene(name="statistics-interruptions", start=Start.DESK, keys=(*READ, scrolled)),
    Scene(name="statistics-refused", start=Start.DESK, keys=(statistics, refused)),
)
