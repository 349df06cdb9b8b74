"""What the commands of the console do, by their ids."""

from collections.abc import Callable

from scanview.ui.console.console_view import ConsoleView
from scanview.ui.desk import Desk


def console_handlers(view: ConsoleView, desk: Desk) -> dict[str, Callable[[], None]]:
    """The handlers."""
    return {
        "console": lambda: desk.console.toggle(desk.person),
        "console-below": lambda: view.step(1),
        "console-above": lambda: view.step(-1),
    }
