"""What a supervisor asks of the shelf, what everybody is told of it, and what analysts do not see."""

import pytest

from scanview.core.errors import NotAllowed
from scanview.core.related import RelatedKind, Shelving
from scanview.core.review import Person, Role
from scanview.session import events
from tests.ui.ui_fakes import texts
from tests.unit.session.session_fakes import row, scan_id

CASE = Shelving(kind=RelatedKind.LIBRARY, title="<b>Drugs</b> in a reefer")
EMPTY = Shelving(kind=RelatedKind.REFERENCE, container_type="22G1")


@pytest.fixture
def supervised(room):
    room.sit_down()
    room.desk.heard(events.PersonChanged(person=Person(name="Ada", role=Role.SUPERVISOR)))
    room.open(1)
    room.window.refresh()
    return room


def told(room, shelved):
    room.desk.heard(events.RowsChanged(rows=(row(1, shelved=shelved),)))
    room.window.refresh()


def test_an_analyst_sees_how_a_scan_stands_there_and_changes_nothing(room):
    room.sit_down().open(1)
    told(room, CASE)

    assert not room.window.shelf.isVisible()
    assert any("Library · <b>Drugs</b> in a reefer" in text for text in texts(room)), "as it is, never as markup"
    assert [id for id in ("shelve-reference", "shelve-case", "unshelve") if room.window.commands.give(id)] == []


def test_what_stands_there_is_filled_in_and_can_be_put_back_after_it_was_taken_off(supervised):
    panel = supervised.window.shelf
    told(supervised, CASE)
    assert panel.title.text() == CASE.title
    told(supervised, None)
    assert panel.title.text() == CASE.title

    supervised.window.commands.give("shelve-case")
    assert supervised.session.asked("shelve") == [[scan_id(1), CASE]]


def test_what_is_being_written_is_not_written_over(supervised):
    panel = supervised.window.shelf
    panel.title.setFocus()
    panel.title.setText("half a ti")
    told(supervised, CASE)
    assert panel.title.text() == "half a ti"


def test_a_refusal_is_said_and_gone_with_the_scan(supervised):
    supervised.window.commands.give("shelve-reference")
    supervised.session.last("shelve").set_exception(NotAllowed("no", code="not-a-supervisor"))
    supervised.window.refresh()
    assert "▲  Only supervisors change the shelf" in texts(supervised)

    supervised.desk.reviewing.close()
    supervised.open(2)
    supervised.window.refresh()
    assert "▲  Only supervisors change the shelf" not in texts(supervised)
    assert supervised.window.shelf.title.text() == ""


def test_a_type_that_is_none_is_refused_here_and_asked_for(supervised):
    panel = supervised.window.shelf
    panel.container_type.setText("22")
    supervised.window.commands.give("shelve-reference")
    supervised.window.refresh()

    assert supervised.session.asked("shelve") == []
    assert "▲  This is no container type" in texts(supervised)
    assert panel.container_type.hasFocus()
