"""The walks of verdicts: what is asked, what is sent, what is said."""

from PySide6.QtWidgets import QAbstractButton

from scanview.core.errors import NotAllowed
from scanview.core.review import HoldReason, Verdict
from scanview.session import events
from tests.ui.ui_fakes import status
from tests.ui.walk.person import Person, Walk
from tests.unit.session.session_fakes import scan_id


def decided(person: Person, verdict: Verdict, reason: HoldReason | None = None) -> bool:
    """Whether this verdict was sent, and only this."""
    sent = [decision for (decision,) in person.session.asked("decide")]
    return [(one.verdict, one.reason) for one in sent] == [(verdict, reason)]


def not_recognised(person: Person) -> None:
    """The hub says that no machine will look at the scan."""
    known = status(recognition=None, not_recognised="no model")
    person.desk.heard(events.ScanChanged(scan=scan_id(1), status=known))


def reason_is_picked(person: Person, number: int) -> bool:
    """Whether the line of this reason is down."""
    lines = [b for b in person.window.verdict.findChildren(QAbstractButton) if b.isVisible() and b.isCheckable()]
    return [at for at, button in enumerate(lines, 1) if button.isChecked()] == [number]


def refused(person: Person) -> None:
    """The hub refuses the first decision."""
    (sent,) = person.session.asked("decide")[0]
    person.desk.heard(events.DecisionRefused(decision=sent, error=NotAllowed("no", code="other-content")))


def durable(person: Person) -> None:
    """The hub has the last decision, and lets it be taken back."""
    ((sent,),) = person.session.asked("decide")
    person.desk.heard(events.DecisionSettled(decision=sent, seq=9, undo_s=3.0))


WALKS = (
    Walk(
        command="undo-decision",
        prepare=("R", durable),
        seen=lambda p, _: [one.scan for (one,) in p.session.asked("withdraw")] == [scan_id(1)],
    ),
    Walk(command="undo-decision", seen=lambda p, _: p.shows("▲  There is no decision to take back")),
    Walk(command="release", seen=lambda p, _: p.shows("Saving …") and decided(p, Verdict.RELEASE)),
    Walk(
        command="release",
        prepare=(not_recognised,),
        seen=lambda p, _: p.shows("Release without recognition?") and not p.session.asked("decide"),
    ),
    Walk(
        command="release",
        seen=lambda p, _: p.shows("▲  The stored scan is not the one you saw"),
        after=refused,
    ),
    Walk(command="hold", seen=lambda p, _: p.shows("Why hold it?", "1   Suspect object", "Press a digit, then Enter.")),
    Walk(
        command="confirm",
        prepare=("H", "3"),
        seen=lambda p, _: p.shows("Saving …") and decided(p, Verdict.HOLD, HoldReason.TOO_DENSE),
    ),
    Walk(command="confirm", prepare=("H",), seen=lambda p, _: p.shows("▲  A hold needs a reason or a mark")),
    Walk(
        command="confirm",
        prepare=(not_recognised, "R"),
        seen=lambda p, _: decided(p, Verdict.RELEASE) and p.session.asked("decide")[0][0].without_recognition,
    ),
    Walk(command="cancel", prepare=("H", "1"), seen=lambda p, _: not p.shows("Why hold it?")),
    *(
        Walk(command=f"reason-{number}", prepare=("H",), seen=lambda p, _, number=number: reason_is_picked(p, number))
        for number in range(1, 7)
    ),
)
