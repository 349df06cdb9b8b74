"""A workstation that belongs to no hub asks for a code before anything else, by keyboard alone."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from scanview.core.errors import NotAllowed, Refused
from scanview.session import events
from scanview.session.joining import JoiningAs
from scanview.ui.joining.joining import endpoint_of
from tests.ui.ui_fakes import WindowRoom, texts

CODE = "ABCDEF-ABCDEF-X"
AS = JoiningAs(name="desk-12", fingerprint="6f0a1-93b7c-d20e4-8815f")


@pytest.fixture
def room(qtbot):
    opened = WindowRoom(qtbot)
    opened.window.activateWindow()
    opened.desk.heard(
        events.LinkChanged(link=events.LinkState.OFFLINE, problem=Refused("no hub", code="no-hub-pinned"))
    )
    QTest.qWait(20)
    return opened


def typed(room, host="hub.example"):
    form = room.window.sign_in_page.joining
    form.hub.setText(host)
    form.code.setFocus()
    QTest.keyClicks(form.code, CODE)
    QTest.keyClick(form.code, Qt.Key.Key_Return)
    QTest.qWait(20)
    return form


def shown_fields(room):
    return [field for field in room.window.sign_in_page.findChildren(QLineEdit) if field.isVisible()]


def test_the_start_screen_asks_for_address_and_code_and_for_no_password(room):
    form = room.window.sign_in_page.joining
    assert shown_fields(room) == [form.hub, form.code]
    assert QApplication.focusWidget() is form.code


def test_the_code_is_sent_by_enter_and_the_fingerprint_is_shown(room):
    form = typed(room)
    ((endpoint, code, on_waits),) = room.session.asked("join")
    assert (endpoint, code) == ("tcp://hub.example:7701", CODE)
    on_waits(AS)
    QTest.qWait(20)
    assert AS.fingerprint in texts(room)
    assert any(AS.name in text for text in texts(room))
    assert form.code.text() == ""
    assert shown_fields(room) == []


def test_a_refusal_is_told_and_the_code_can_be_mended(room):
    form = typed(room)
    room.session.last("join").set_exception(NotAllowed("no", code="wrong-code"))
    QTest.qWait(20)
    assert any("code is wrong" in text for text in texts(room))
    assert form.code.text() == CODE
    typed(room)
    assert len(room.session.asked("join")) == 2


def test_who_gives_up_may_begin_again_and_hears_nothing_of_the_first_time(room):
    form = typed(room)
    ((_, _, on_waits),) = room.session.asked("join")
    QTest.mouseClick(form.cancel, Qt.MouseButton.LeftButton)
    assert ("cancel_join",) in room.session.calls
    on_waits(AS)
    QTest.qWait(20)
    assert AS.fingerprint not in texts(room)
    assert shown_fields(room) == [form.hub, form.code]


def test_once_there_is_a_hub_people_sign_in(room):
    typed(room)
    room.session.last("join").set_result(AS)
    room.desk.heard(events.LinkChanged(link=events.LinkState.ONLINE))
    QTest.qWait(20)
    page = room.window.sign_in_page
    assert shown_fields(room) == [page.name, page.password]
    assert any("hub.example:7701" in text for text in texts(room))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("hub.example", "tcp://hub.example:7701"),
        (" hub.example:9 ", "tcp://hub.example:9"),
        ("tcp://10.0.0.1:7701", "tcp://10.0.0.1:7701"),
        ("[fe80::1]", "tcp://[fe80::1]:7701"),
        ("[fe80::1]:8", "tcp://[fe80::1]:8"),
    ],
)
def test_an_address_is_understood_as_people_write_it(typed, meant):
    assert endpoint_of(typed) == meant
