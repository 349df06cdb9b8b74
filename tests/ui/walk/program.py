"""The walks of the program itself: its keys, its language, and the ways out."""

from tests.ui.walk.person import Start, Walk

WALKS = (
    Walk(command="find", seen=lambda p, _: p.window.finder.line.hasFocus()),
    Walk(command="keys", seen=lambda p, _: p.window.cheat_sheet.isVisible()),
    Walk(command="keys", start=Start.SIGN_IN, seen=lambda p, _: p.window.cheat_sheet.isVisible()),
    Walk(command="language", seen=lambda p, _: p.shows("任务列表")),
    Walk(command="sign-out", seen=lambda p, _: ("sign_out",) in p.session.calls),
    Walk(command="quit", seen=lambda p, _: not p.window.isVisible()),
)
