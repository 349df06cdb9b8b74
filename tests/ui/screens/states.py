"""The states of signing in, of the queue, of a scan, and of what can go wrong."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from scanview.core.errors import NotAllowed, Refused, Unavailable
from scanview.session import events
from scanview.session.joining import JoiningAs
from tests.ui.screens.scene import Scene
from tests.ui.screens.shift import begun, opened, opened_both
from tests.ui.walk.person import Person, Start
from tests.unit.session.session_fakes import scan_id


def wrong_password(person: Person) -> None:
    person.desk.sign_in("zhang", "wrong")
    person.session.last("sign_in").set_exception(NotAllowed("no", code="wrong-password"))


def unreachable(person: Person) -> None:
    person.desk.heard(
        events.LinkChanged(link=events.LinkState.OFFLINE, problem=Unavailable("no", code="hub-unreachable"))
    )


def no_hub(person: Person) -> None:
    person.desk.heard(
        events.LinkChanged(link=events.LinkState.OFFLINE, problem=Refused("no hub", code="no-hub-pinned"))
    )


def joining(person: Person) -> None:
    person.desk.joining.join("hub.example", "CODE")


def waits_to_join(person: Person) -> None:
    joining(person)
    ((_, _, on_waits),) = person.session.asked("join")
    on_waits(JoiningAs(name="review-desk-12", fingerprint="6f0a1-93b7c-d20e4-8815f"))


def code_refused(person: Person) -> None:
    joining(person)
    person.session.last("join").set_exception(NotAllowed("no", code="code-refused"))


def nothing_waits(person: Person) -> None:
    person.session.last("take_next").set_result(None)


def not_taken(person: Person) -> None:
    person.session.last("take_next").set_exception(Unavailable("no", code="database-unavailable"))


def kept(person: Person) -> None:
    person.desk.heard(events.UnconfirmedChanged(count=2))


def stale(person: Person) -> None:
    person.desk.heard(events.LeaseLost(scan=scan_id(1), error=NotAllowed("gone", code="stale-lease")))


def settled(person: Person) -> None:
    decision = person.session.asked("decide")[-1][0]
    person.desk.heard(events.DecisionSettled(decision=decision, seq=9))


def drag(person: Person, *path: tuple[float, float]) -> None:
    """With the left button, over these shares of the canvas."""
    places = [QPoint(round(x * person.canvas.width()), round(y * person.canvas.height())) for x, y in path]
    QTest.mousePress(person.canvas, Qt.MouseButton.LeftButton, pos=places[0])
    for place in places[1:]:
        QTest.mouseMove(person.canvas, place)
    QTest.mouseRelease(person.canvas, Qt.MouseButton.LeftButton, pos=places[-1])


def point(person: Person) -> None:
    QTest.mouseMove(person.canvas, QPoint(person.canvas.width() // 2, person.canvas.height() // 2))


def loupe(person: Person) -> None:
    point(person)
    person.down("Z")


def box(person: Person) -> None:
    drag(person, (0.3, 0.35), (0.4, 0.45), (0.46, 0.6))


def line(person: Person) -> None:
    drag(person, (0.3, 0.4), (0.5, 0.5), (0.7, 0.62))


def polygon(person: Person) -> None:
    for corner in ((0.5, 0.3), (0.65, 0.35), (0.62, 0.6), (0.48, 0.55)):
        drag(person, corner, corner)


def measured(person: Person) -> None:
    worker = person.window.measuring._worker
    for _ in range(400):
        if not worker.is_busy:
            break
        QTest.qWait(10)


def new_key(person: Person) -> None:
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Return):
        QTest.keyClick(person.window.cheat_sheet, key)


def taken_key(person: Person) -> None:
    QTest.keyClick(person.window.cheat_sheet, Qt.Key.Key_H)


def live(person: Person) -> None:
    opened(person, pyramid=begun(), recognition=None)


def unrecognised(person: Person) -> None:
    opened(person, recognition=None, not_recognised="no model")


def looking(person: Person) -> None:
    opened(person, leased=False)


EVERY_TOOL = ("2", "3", "5", "6", "7", "8", "9", "I", "Shift+C", "Q")

SCENES = (
    Scene(name="sign-in", start=Start.SIGN_IN),
    Scene(name="sign-in-refused", start=Start.SIGN_IN, keys=(wrong_password,)),
    Scene(name="sign-in-no-hub", start=Start.SIGN_IN, keys=(unreachable,)),
    Scene(name="join", start=Start.SIGN_IN, keys=(no_hub,)),
    Scene(name="join-waits", start=Start.SIGN_IN, keys=(no_hub, waits_to_join)),
    Scene(name="join-refused", start=Start.SIGN_IN, keys=(no_hub, code_refused)),
    Scene(name="desk-empty", start=Start.DESK, close_up=True),
    Scene(name="desk-opening", start=Start.DESK, keys=("N",)),
    Scene(name="desk-queue-empty", start=Start.DESK, keys=("N", nothing_waits)),
    Scene(name="desk-problem", start=Start.DESK, keys=("N", not_taken)),
    Scene(name="scan", close_up=True),
    Scene(name="scan-finding-chosen", keys=("Space",)),
    Scene(name="scan-findings-answered", keys=("Space", "A", "Space", "D")),
    Scene(name="scan-live", start=Start.DESK, keys=(live,)),
    Scene(name="scan-not-recognised", start=Start.DESK, keys=(unrecognised,)),
    Scene(name="scan-only-looking", start=Start.DESK, keys=(looking,)),
    Scene(name="two-views", start=Start.DESK, keys=(opened_both, point), close_up=True),
    Scene(name="two-views-top", start=Start.DESK, keys=(opened_both, "Y", "Y", "2")),
    Scene(name="hold-reasons", keys=("H", "2")),
    Scene(name="hold-without-reason", keys=("H", "Return")),
    Scene(name="confirm-unrecognised", start=Start.DESK, keys=(unrecognised, "R")),
    Scene(name="saving", keys=("R",)),
    Scene(name="released", keys=("R", settled)),
    Scene(name="link-lost", keys=(unreachable, kept)),
    Scene(name="link-lost-saving", keys=("R", unreachable, kept)),
    Scene(name="lease-lost", keys=(stale,)),
    Scene(name="every-tool", keys=EVERY_TOOL),
    Scene(name="loupe", keys=("2", loupe)),
    Scene(name="flipped-and-near", keys=("X", "+", "+", "+", "+", "+", point)),
    Scene(name="marking", keys=("M",)),
    Scene(name="marking-by-keys", keys=("Ctrl+M", "Up", "Return", "Up", "Right", "Right", "Right")),
    Scene(name="marks", keys=("M", box, "T")),
    Scene(name="mark-category", keys=("M", box, "Shift+T", "6", "Shift+T")),
    Scene(name="findings-filtered", keys=("S",) * 20),
    Scene(name="findings-filter-in-hand", keys=("Ctrl+F", "1")),
    Scene(name="release-of-what-is-hidden", keys=(*("S",) * 20, "R")),
    Scene(name="marks-of-every-shape", keys=("M", box, "Ctrl+M", line, "Shift+M", polygon, "Return", "/")),
    Scene(name="measure-length", keys=("L", line)),
    Scene(name="measure-rectangle", keys=("B", box, measured)),
    Scene(name="measure-polygon", keys=("P", polygon, "Return", measured)),
    Scene(name="weight", keys=("W", measured)),
    Scene(name="keys", keys=("F1",), close_up=True),
    Scene(name="keys-new", keys=("F1", new_key)),
    Scene(name="keys-taken", keys=("F1", new_key, taken_key)),
)
