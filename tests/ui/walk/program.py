"""The walks of the program itself: its keys, its language, and the ways out."""

from PySide6.QtWidgets import QApplication, QWidget

from tests.ui.walk.person import Person, Start, Walk


def focus(person: Person) -> QWidget | None:
    """What has the focus of the keyboard, of all controls."""
    found = QApplication.focusWidget()
    return None if found is person.window else found


def focus_has_name(person: Person) -> bool:
    """Whether a control with a name has it."""
    found = focus(person)
    return found is not None and bool(found.accessibleName())


WALKS = (
    Walk(command="next-control", seen=lambda p, _: focus_has_name(p)),
    Walk(command="next-control", prepare=("Ctrl+Tab",) * 3, was=focus, seen=lambda p, was: focus(p) not in (None, was)),
    Walk(command="previous-control", prepare=("Ctrl+Tab",) * 3, was=focus, seen=lambda p, was: focus(p) is not was),
    Walk(
        command="press-control",
        start=Start.DESK,
        prepare=("Ctrl+Tab",),
        seen=lambda p, _: p.window.cheat_sheet.isVisible(),
    ),
    Walk(command="find", seen=lambda p, _: p.window.finder.line.hasFocus()),
    Walk(command="keys", seen=lambda p, _: p.window.cheat_sheet.isVisible()),
    Walk(command="keys", start=Start.SIGN_IN, seen=lambda p, _: p.window.cheat_sheet.isVisible()),
    Walk(command="language", seen=lambda p, _: p.shows("任务列表")),
    Walk(command="lock", seen=lambda p, _: p.window.sign_in_page.isVisible()),
    Walk(command="change-password", seen=lambda p, _: p.window.sign_in_page.new.isVisible()),
    Walk(command="sign-out", seen=lambda p, _: ("sign_out",) in p.session.calls),
    Walk(command="quit", seen=lambda p, _: not p.window.isVisible()),
)
