"""The states of being told what a scan was, and of practising."""

from scanview.core.practice import PracticeProgress
from scanview.core.scan import Box
from scanview.core.virtual import Outcome, Revealed, Truth
from scanview.wire.messages import Case, Reveal
from tests.ui.screens.scene import Scene
from tests.ui.screens.undoing import durable_without_grace
from tests.ui.walk.person import Person
from tests.unit.session.session_fakes import scan_id

THREAT = Truth(label="organic-block", places=(Box(x0=60, y0=8, x1=90, y1=30),))


def virtual(person: Person) -> None:
    """The next decided scan is a virtual one."""
    person.session.is_real = False


def told(outcome: Outcome, truth: Truth = THREAT):
    """The hub tells what it was."""

    def tell(person: Person) -> None:
        answer = Reveal(request=0, scan=scan_id(1), revealed=Revealed(outcome=outcome, truth=truth))
        person.session.last("ask Reveal").set_result(answer)

    return tell


def no_case(person: Person) -> None:
    progress = PracticeProgress(threats=12, hits=9, clean=14, false_alarms=2)
    person.session.last("ask Case").set_result(Case(request=0, scan="", progress=progress))


def decided(outcome: Outcome, truth: Truth = THREAT):
    return (virtual, "R", durable_without_grace, told(outcome, truth))


SCENES = (
    Scene(name="told-miss", keys=decided(Outcome.MISS), close_up=True),
    Scene(name="told-elsewhere", keys=decided(Outcome.ELSEWHERE)),
    Scene(name="told-false-alarm", keys=decided(Outcome.FALSE_ALARM, Truth())),
    Scene(name="practice-without-cases", keys=("G", "Ctrl+P", no_case)),
)
