"""The walks of what people say of a scan to each other, and of what they are told of their own decisions."""

from scanview.session import events
from scanview.wire.messages import Reveal
from tests.ui.test_teaching import MISSED
from tests.ui.walk.person import Person, Start, Walk
from tests.unit.session.session_fakes import scan_id


def told(person: Person) -> None:
    """A release of a virtual scan is durable, and its person was told that they missed something."""
    person.session.is_real = False
    person.press("R")
    (decision,) = person.session.asked("decide")[-1]
    person.desk.heard(events.DecisionSettled(decision=decision, seq=3, undo_s=0.0))
    person.session.last("ask Reveal").set_result(Reveal(request=0, scan=scan_id(1), revealed=MISSED))


WALKS = (
    Walk(command="say", seen=lambda p, _: p.window.discussion.line.isVisible()),
    Walk(command="escalate", seen=lambda p, _: p.window.discussion.line.isVisible()),
    Walk(command="go-on", prepare=(told,), seen=lambda p, _: p.session.asked("take_next") == [[]]),
    Walk(command="practise", start=Start.DESK, seen=lambda p, _: len(p.session.asked("ask Case")) == 1),
)
