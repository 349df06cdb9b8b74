"""What the commands of comparing do, by their ids."""

from collections.abc import Callable

from scanview.ui.comparing.stage import CompareStage
from scanview.ui.desk import Desk


def comparing_handlers(stage: CompareStage, desk: Desk) -> dict[str, Callable[[], None]]:
    """Compare or not, with whom, how, and where the divider stands."""
    comparing = desk.comparing
    return {
        "compare": comparing.toggle,
        "compare-next": comparing.next_partner,
        "compare-way": comparing.next_way,
        "swipe-left": lambda: stage.swipe_by(-1),
        "swipe-right": lambda: stage.swipe_by(1),
    }
