"""What the commands of teaching do, by their ids."""

from collections.abc import Callable

from scanview.ui.desk import Desk


def teaching_handlers(desk: Desk) -> dict[str, Callable[[], None]]:
    """The handlers."""
    return {"go-on": desk.teaching.go_on, "practise": desk.practise}
