"""The walks of the queue: which scan comes on the screen and goes from it."""

from tests.ui.walk.person import Start, Walk
from tests.unit.session.session_fakes import scan_id

WALKS = (
    Walk(
        command="take-next",
        start=Start.DESK,
        seen=lambda p, _: p.shows("Opening …") and p.session.asked("take_next") == [[]],
    ),
    Walk(
        command="take-chosen",
        start=Start.DESK,
        prepare=("PgDown", "PgDown"),
        seen=lambda p, _: p.session.asked("take") == [[scan_id(2)]],
    ),
    Walk(command="choose-below", start=Start.DESK, seen=lambda p, _: p.window.worklist.chosen == scan_id(1)),
    Walk(
        command="choose-above",
        start=Start.DESK,
        prepare=("PgDown", "PgDown"),
        seen=lambda p, _: p.window.worklist.chosen == scan_id(1),
    ),
    Walk(
        command="take-break",
        seen=lambda p, _: p.shows("You are on a break") and p.session.asked("give_back") == [[scan_id(1)]],
    ),
    Walk(command="end-shift", seen=lambda p, _: p.shows("End your shift?") and p.window.shift.line.hasFocus()),
    Walk(command="search-worklist", seen=lambda p, _: p.window.worklist.search.line.hasFocus()),
    Walk(
        command="give-back",
        seen=lambda p, _: p.shows("No scan is open") and p.session.asked("give_back") == [[scan_id(1)]],
    ),
)
