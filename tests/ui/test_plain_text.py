"""Text from outside is text: whatever it holds, it is shown as it came and never taken for markup."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QHelpEvent, QStaticText
from PySide6.QtGui import Qt as GuiQt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QPushButton, QToolTip, QWidget

from scanview.core.errors import NotAllowed, Unavailable
from scanview.core.review import Finding, Mark, Person, Recognition, Role
from scanview.core.scan import Box, Declaration
from scanview.core.work import WorkState
from scanview.core.worklist import LaneStatus
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.session import events
from scanview.session.drafts import Draft
from scanview.ui.entry_list import EntryList
from scanview.ui.parts import ElidedLabel
from scanview.ui.verdict_button import VerdictButton
from tests.ui.ui_fakes import lease, press, status
from tests.unit.session.session_fakes import counts, header, row, scan_id

EVIL = "<b>&x</b>"


def evil(place: str) -> str:
    return f"{EVIL}<img src=file:///{place}>"


DECLARED = Declaration(
    goods=evil("goods"), hs_code=evil("hs"), gross_kg=1.0, packages=1, shipper=evil("shipper"), origin=evil("origin")
)


@pytest.fixture
def hostile(room):
    """A window in which every field that comes from outside holds markup."""
    person = Person(name=evil("person"), role=Role.ANALYST)
    taken = row(1, container=evil("row"), lane=evil("lane"), plate=evil("plate"), state=WorkState.IN_REVIEW,
                analyst=person.name)  # fmt: skip
    other = row(2, container=evil("other"), lane=evil("lane2"), state=WorkState.IN_REVIEW, analyst=evil("li"))
    desk = room.desk
    desk.heard(events.LinkChanged(link=events.LinkState.ONLINE))
    desk.heard(events.PersonChanged(person=person))
    desk.heard(events.RowsChanged(rows=(taken, other)))
    desk.heard(events.LanesChanged(lanes=(LaneStatus(lane=evil("port"), connected=False, since=1),)))
    desk.reviewing.open(scan_id(1), taken, lease())
    known = replace(header(1), container=evil("container"), plate=evil("truck"), notes=(evil("note"),),
                    declaration=DECLARED)  # fmt: skip
    finding = Finding(finding="f-1", label=evil("label"), score=0.9, box=Box(x0=10, y0=5, x1=60, y1=30))
    seen = status(recognition=Recognition(model=evil("model"), empty=0.1, findings=(finding,)))
    pyramid = GrowingPyramid.of(known.views[0], counts(256))
    desk.heard(events.ScanOpened(scan=scan_id(1), header=known, pyramids=(pyramid,), status=seen))
    mark = Mark(mark=scan_id(9), box=Box(x0=100, y0=5, x1=140, y1=30), text=evil("mark"))
    room.session.last("draft").set_result(Draft(scan=scan_id(1), marks=(mark,)))
    room.window.refresh()
    return room


def every(room, kind):
    return [widget for widget in room.window.findChildren(kind) if not widget.objectName().startswith("qt_")]


def shown(room) -> str:
    """All that stands on labels and lists, whole where a label had to shorten it."""
    labels = [
        label.accessibleName() if isinstance(label, ElidedLabel) else label.text() for label in every(room, QLabel)
    ]
    return "\n".join(labels + [entries.accessibleName() for entries in every(room, EntryList)])


@pytest.mark.parametrize(
    "place",
    ["person", "container", "lane", "truck", "note", "goods", "hs", "shipper", "origin", "label", "model", "mark"],
)
def test_markup_stands_on_the_screen_letter_by_letter(hostile, place):
    assert evil(place) in shown(hostile)


def test_no_label_takes_text_for_markup(hostile):
    labels = every(hostile, QLabel)

    assert len(labels) > 60
    assert {label.textFormat() for label in labels} == {Qt.TextFormat.PlainText}


def test_no_tooltip_is_markup(hostile):
    told = [widget.toolTip() for widget in every(hostile, QWidget) if widget.toolTip()]

    assert any("port" in text for text in told), "the lanes are in one"
    assert len(told) > 20
    assert [text for text in told if GuiQt.mightBeRichText(text)] == []


def test_the_tooltip_of_an_entry_is_none_either(hostile, monkeypatch):
    told = []
    monkeypatch.setattr(QToolTip, "showText", lambda _place, text, _widget: told.append(text))
    for entries in hostile.window.findings.findChildren(EntryList):
        QApplication.sendEvent(entries, QHelpEvent(QHelpEvent.Type.ToolTip, QPoint(20, 10), QPoint(20, 10)))

    assert len(told) == 2
    assert all("img" in text for text in told)
    assert not any(map(GuiQt.mightBeRichText, told))


def test_buttons_draw_their_text_as_it_is_and_lines_hold_none_from_outside(hostile):
    """Qt's push buttons know no markup, ours that paint themselves draw plain text; an & makes no key of its own."""
    press(hostile, Qt.Key.Key_H)
    buttons, fields = every(hostile, QAbstractButton), every(hostile, QLineEdit)

    assert len(buttons) > 40
    assert [button for button in buttons if not isinstance(button, QPushButton | VerdictButton)] == []
    assert [button.text() for button in buttons if not button.shortcut().isEmpty()] == []
    assert not any(GuiQt.mightBeRichText(field.placeholderText()) for field in fields)


def test_the_tags_over_the_picture_are_plain(hostile, monkeypatch):
    made = []
    original = QStaticText.setTextFormat
    monkeypatch.setattr(QStaticText, "setTextFormat", lambda text, kind: (made.append(kind), original(text, kind))[1])
    hostile.window.canvas.set_overlays(hostile.window.canvas.overlays)
    hostile.window.canvas.grab()

    assert len(made) >= 2
    assert set(made) == {Qt.TextFormat.PlainText}


@pytest.mark.parametrize(
    "error",
    [
        NotAllowed(evil("message"), code="nobody-knows-this", remedy=evil("remedy")),
        Unavailable(evil("message"), code="nor-this", remedy=evil("remedy")),
    ],
)
def test_what_a_hub_says_in_its_own_words_is_plain(hostile, error):
    hostile.desk.heard(events.ScanFailed(scan=scan_id(1), error=error))
    hostile.window.refresh()
    assert evil("message") in shown(hostile)
    assert evil("remedy") in shown(hostile)

    hostile.desk.heard(events.LinkChanged(link=events.LinkState.OFFLINE, problem=error))
    hostile.window.refresh()
    bar = hostile.window.link_bar.findChildren(ElidedLabel)[0]
    assert evil("message") in bar.accessibleName()
    assert not GuiQt.mightBeRichText(bar.toolTip())
