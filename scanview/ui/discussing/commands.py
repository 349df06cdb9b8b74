"""What the commands of the discussion do, by their ids."""

from collections.abc import Callable

from scanview.ui.desk import Desk
from scanview.ui.discussing.discussing import Writing


def discussing_handlers(desk: Desk) -> dict[str, Callable[[], None]]:
    """The handlers; both need a scan on the screen, and asking the chief that it is the person's own."""

    def say() -> None:
        if desk.reviewing.review is not None:
            desk.discussing.write(Writing.REMARK)

    def escalate() -> None:
        review = desk.reviewing.review
        if review is not None and review.lease is not None and review.decision is None:
            desk.discussing.write(Writing.QUESTION)

    return {"say": say, "escalate": escalate}
