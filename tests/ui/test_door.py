"""The first page: a code where one is needed, a lock that keeps what is open, a password that somebody else set."""

from scanview.core.errors import NotAllowed
from scanview.core.review import Person, Role
from scanview.session import events
from scanview.ui.actions import Mode
from scanview.ui.door import TOUCHES_S, Asking

WANG = Person(name="Wang", role=Role.ANALYST)


def come_in(room, **sitting):
    room.desk.heard(events.PersonChanged(person=WANG, sitting=events.Sitting(**sitting)))
    room.window.refresh()


def test_a_lock_keeps_what_is_open_and_the_password_goes_on_with_it(room):
    room.sit_down().open(1)
    review = room.desk.reviewing.review
    room.desk.door.lock()
    room.window.refresh()
    page = room.window.sign_in_page
    assert room.window.pages.currentWidget() is page
    assert room.desk.mode is Mode.SIGN_IN
    assert page.name.isHidden()
    assert room.desk.reviewing.review is review

    page.password.setText("secret")
    page._submit()
    name = room.desk.person.name
    assert room.session.asked("sign_in")[-1] == [name, "secret"]
    room.desk.heard(events.PersonChanged(person=room.desk.person))
    room.window.refresh()
    assert room.window.pages.currentWidget() is not page
    assert room.desk.reviewing.review is review
    assert page.password.text() == ""


def test_a_code_is_asked_for_and_given_with_the_password(room):
    page = room.window.sign_in_page
    page.name.setText("Wang")
    page.password.setText("secret")
    page._submit()
    room.session.last("sign_in").set_exception(NotAllowed("code", code="code-needed"))
    room.window.refresh()
    assert page.code.isVisible()
    assert page.isAncestorOf(page.code)
    assert room.desk.door.problem is None
    page.code.setText("123456")
    page._submit()
    assert room.session.asked("sign_in")[-1] == ["Wang", "secret", "123456"]


def test_a_password_that_another_set_is_exchanged_before_anything_else(room):
    come_in(room, must_change=True)
    page = room.window.sign_in_page
    assert room.window.pages.currentWidget() is page
    assert room.desk.mode is Mode.SIGN_IN
    assert all(field.isVisible() and page.isAncestorOf(field) for field in (page.new, page.again))
    page.password.setText("one-time")
    page.new.setText("seven brown foxes")
    page.again.setText("seven brown fixes")
    page._submit()
    assert room.desk.door.problem.what.id == "error.passwords-differ"
    assert room.session.asked("change_password") == []
    page.again.setText("seven brown foxes")
    page._submit()
    assert room.session.asked("change_password") == [["one-time", "seven brown foxes"]]
    come_in(room)
    assert room.window.pages.currentWidget() is not page


def test_ones_own_password_is_changed_by_a_command_or_not_after_all(room):
    come_in(room)
    room.window.commands.give("change-password")
    assert room.desk.door.asking is Asking.NEW_PASSWORD
    room.window.refresh()
    room.window.sign_in_page._give_up()
    assert room.desk.door.is_open
    assert room.session.asked("sign_out") == []


def test_a_screen_that_nobody_touches_locks_and_touches_are_told_once_a_minute(room):
    come_in(room, idle_s=100.0)
    door = room.desk.door
    door.touched(1_000.0)
    door.touched(1_000.0 + TOUCHES_S - 1)
    assert room.session.touches == 1
    door.touched(1_000.0 + TOUCHES_S)
    assert room.session.touches == 2
    door.tick(1_000.0 + TOUCHES_S + 100)
    assert door.is_open
    door.tick(1_000.0 + TOUCHES_S + 101)
    assert door.asking is Asking.UNLOCK


def test_the_hub_may_lock_it_too(room):
    come_in(room)
    room.desk.heard(events.SeatLocked(code="session-expired"))
    assert room.desk.door.asking is Asking.UNLOCK
