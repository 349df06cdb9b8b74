"""A session that answers when a test says so, a screen that takes notes, and a whole window over both."""

import itertools
from concurrent.futures import Future

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel

from scanview.core.review import Finding, Person, Recognition, Role
from scanview.core.scan import Box
from scanview.core.work import Lease, WorkState
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.session import events
from scanview.ui.desk import Desk
from scanview.ui.language import Words
from scanview.ui.surroundings import Surroundings
from scanview.ui.text import Language
from scanview.ui.window import Window
from scanview.wire.messages import Reveal
from tests.unit.session.session_fakes import counts, header, row, scan_id

ZHANG = Person(name="zhang", role=Role.ANALYST)
CONTENT = "ab" * 32
FINDINGS = (
    Finding(finding="f-low", label="cigarettes", score=0.21, box=Box(x0=10, y0=5, x1=40, y1=20)),
    Finding(finding="f-high", label="weapon", score=0.91, box=Box(x0=100, y0=10, x1=160, y1=40)),
)
RECOGNITION = Recognition(model="test 1", empty=0.03, findings=FINDINGS)


class FakeSession:
    """Notes every call; `answers[name]` holds the futures that were given out."""

    def __init__(self):
        self.calls = []
        self.touches = 0
        self.answers = {}
        self.is_real = True  # no scan that is decided is a virtual one

    def last(self, name):
        return self.answers[name][-1]

    def asked(self, name):
        return [arguments for called, *arguments in self.calls if called == name]

    def _ask(self, name, *arguments):
        self.calls.append((name, *arguments))
        future = Future()
        self.answers.setdefault(name, []).append(future)
        return future

    def join(self, endpoint, code, on_waits):
        return self._ask("join", endpoint, code, on_waits)

    def cancel_join(self):
        self.calls.append(("cancel_join",))

    def sign_in(self, name, password, *code):
        return self._ask("sign_in", name, password, *code)

    def change_password(self, old, new):
        return self._ask("change_password", old, new)

    def still_here(self):
        self.touches += 1

    def sign_out(self):
        self.calls.append(("sign_out",))

    def take_next(self):
        return self._ask("take_next")

    def take(self, scan):
        return self._ask("take", scan)

    def give_back(self, scan):
        self.calls.append(("give_back", scan))

    def decide(self, decision):
        return self._ask("decide", decision)

    def withdraw(self, decision):
        return self._ask("withdraw", decision)

    def draft(self, scan):
        return self._ask("draft", scan)

    def keep_draft(self, draft):
        return self._ask("keep_draft", draft)

    def open_scan(self, scan):
        self.calls.append(("open_scan", scan))

    def close_scan(self, scan):
        self.calls.append(("close_scan", scan))

    def related(self, scan):
        return self._ask("related", scan)

    def shelve(self, scan, shelving):
        return self._ask("shelve", scan, shelving)

    def unshelve(self, scan):
        return self._ask("unshelve", scan)

    def open_companion(self, scan):
        self.calls.append(("open_companion", scan))

    def ask(self, question, kind):
        future = self._ask(f"ask {kind.__name__}", question)
        if kind is Reveal and self.is_real:
            future.set_result(Reveal(request=0, scan=question.scan, revealed=None))
        return future

    def ask_raw(self, question, kind, *raw):
        return self._ask(f"ask {kind.__name__}", question, *raw)

    def hear(self, kind, listener):
        self.calls.append(("hear", kind, listener))

    def close_companion(self, scan):
        self.calls.append(("close_companion", scan))


class FakeScreen:
    """What the window would have been told."""

    def __init__(self):
        self.parts = []
        self.rows = []
        self.pictures = []
        self.growths = 0
        self.looked_at = []
        self.looked_again = []

    def changed(self, part):
        self.parts.append(part)

    def rows_changed(self, rows, *, anew=False):
        self.rows.extend(rows)

    def show_pictures(self, pyramids, recipe):
        self.pictures.append(tuple(pyramids))

    def picture_grew(self, view):
        self.growths += 1

    def look_at(self, box):
        self.looked_at.append(box)

    def looks(self):
        return ()

    def look_again(self, looks):
        self.looked_again.append(looks)


def ids():
    """Ids that differ, the same in every run."""
    numbers = itertools.count(1)
    return lambda: f"{next(numbers):032x}"


class FakeRoom:
    """A desk with a session that is not there and a screen that takes notes."""

    def __init__(self, **settings):
        self.session, self.screen = FakeSession(), FakeScreen()
        around = Surroundings(session=self.session, screen=self.screen, post=lambda work: work(), new_id=ids())
        self.desk = Desk(around, **settings)

    def sit_down(self, *rows):
        sit_down(self.desk, *rows)
        return self

    def open(self, number=1, **changes):
        open_scan(self.desk, number, **changes)
        return self


class WindowRoom:
    """The same with the real window."""

    def __init__(self, qtbot, language=Language.EN):
        self.qtbot = qtbot
        self.session = FakeSession()
        self.words = Words(language)
        self.window = Window(self.words, "tcp://127.0.0.1:7310", clock=lambda: 1_100.0)
        qtbot.addWidget(self.window)
        around = Surroundings(session=self.session, screen=self.window, post=lambda work: work(), new_id=ids())
        self.desk = Desk(around)
        self.window.serve(self.desk)
        self.window.resize(1600, 900)
        self.window.show()
        self.window.refresh()

    def sit_down(self, *rows):
        sit_down(self.desk, *rows)
        self.window.refresh()
        return self

    def open(self, number=1, **changes):
        open_scan(self.desk, number, **changes)
        self.window.refresh()
        return self


def sit_down(desk, *rows):
    desk.heard(events.LinkChanged(link=events.LinkState.ONLINE))
    desk.heard(events.PersonChanged(person=ZHANG))
    desk.heard(events.RowsChanged(rows=rows or (row(1), row(2))))


def lease(number=1):
    return Lease(fence=5, analyst="zhang", workstation="desk-1", expires_at=2e9)


def status(**changes):
    values = {"strips": 2, "stored": True, "content_sha256": CONTENT, "recognition": RECOGNITION}
    return events.ScanStatus(**{**values, **changes})


def open_scan(desk, number=1, *, loaded=True, leased=True, **changes):
    """`number` taken by zhang, its pixels and what is known of it on the screen."""
    taken = row(number, state=WorkState.IN_REVIEW, analyst="zhang")
    desk.heard(events.RowsChanged(rows=(taken,)))
    desk.reviewing.open(scan_id(number), taken, lease() if leased else None)
    known = status(**changes)
    pyramid = GrowingPyramid.of(header(number).views[0], counts(256, seed=number))
    pyramid.complete = loaded
    desk.heard(events.ScanOpened(scan=scan_id(number), header=header(number), pyramids=(pyramid,), status=known))
    if loaded:
        desk.heard(events.ScanLoaded(scan=scan_id(number)))


def press(room, *keys):
    for key in keys:
        QTest.keyClick(room.window, key)
    room.window.refresh()


def texts(room):
    labels = [label.text() for label in room.window.findChildren(QLabel) if label.isVisible()]
    return labels + [button.text() for button in room.window.findChildren(QAbstractButton) if button.isVisible()]
