"""The states of the page of performance."""

from scanview.core.errors import NotAllowed
from scanview.core.performance import Performance, Trial, performance_of
from scanview.core.virtual import Outcome
from scanview.wire.messages import PerformanceTold
from tests.ui.screens.scene import Scene
from tests.ui.walk.person import Person, Start
from tests.ui.walk.shelving import supervisor

HITS = {"李娜": (46, 4, 5, 95), "Mehmet Öztürk": (30, 20, 2, 98), "zhang": (9, 1, 1, 9), "new.analyst": (1, 0, 0, 0)}
"""Hits, misses, false alarms and correct rejections of each person."""


def people() -> tuple[Performance, ...]:
    """Some who are good, some of whom little is known yet."""
    told = []
    for name, counts in HITS.items():
        outcomes = (Outcome.HIT, Outcome.MISS, Outcome.FALSE_ALARM, Outcome.CORRECT_REJECTION)
        trials = [
            Trial(outcome=outcome, seconds=20.0 + 7.0 * (number % 9))
            for outcome, count in zip(outcomes, counts, strict=True)
            for number in range(count)
        ]
        told.append(performance_of(name, trials))
    return tuple(sorted(told, key=lambda one: one.person))


def performance(person: Person) -> None:
    """A supervisor turns to the page."""
    supervisor(person)
    person.press("F2")
    person.desk.console.turn_to("performance")
    person.turn()


def answered(person: Person) -> None:
    answer = PerformanceTold(request=1, people=people())
    person.session.last("ask PerformanceTold").set_result(answer)


def nobody(person: Person) -> None:
    person.session.last("ask PerformanceTold").set_result(PerformanceTold(request=1, people=()))


def refused(person: Person) -> None:
    person.session.last("ask PerformanceTold").set_exception(NotAllowed("no", code="not-an-auditor"))


SCENES = (
    Scene(name="performance", start=Start.DESK, keys=(performance, answered), close_up=True),
    Scene(name="performance-asking", start=Start.DESK, keys=(performance,)),
    Scene(name="performance-of-nobody", start=Start.DESK, keys=(performance, nobody)),
    Scene(name="performance-refused", start=Start.DESK, keys=(performance, refused)),
)
