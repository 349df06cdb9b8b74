"""What the commands of measuring do, by their ids."""

from collections.abc import Callable
from functools import partial

from scanview.ui.desk import Desk
from scanview.ui.measuring.measuring import Measuring
from scanview.ui.measuring.shapes import ShapeKind
from scanview.ui.review import Review


def measuring_handlers(measuring: Measuring, desk: Desk) -> dict[str, Callable[[], None]]:
    """Take an instrument in hand, or weigh the load against what was declared."""
    return {
        **{f"measure-{kind}": partial(measuring.draw, kind) for kind in ShapeKind},
        "weigh-load": lambda: measuring.weigh(declared_kg(desk.reviewing.review)),
    }


def declared_kg(review: Review | None) -> float:
    """What was declared for the load of the scan on the screen, 0 where nothing was."""
    header = review.header if review is not None else None
    return header.declaration.gross_kg if header is not None and header.declaration is not None else 0.0
