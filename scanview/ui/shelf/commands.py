"""What the commands of the shelf do, by their ids."""

from collections.abc import Callable

from scanview.core.related import RelatedKind
from scanview.ui.desk import Desk
from scanview.ui.shelf.panel import ShelfPanel


def shelf_handlers(panel: ShelfPanel, desk: Desk) -> dict[str, Callable[[], None]]:
    """The handlers; where a title is missing, the next key writes one."""

    def shelve(kind: RelatedKind) -> None:
        if panel.isVisible() and not desk.shelf.shelve(kind, panel.title.text(), panel.container_type.text()):
            field = panel.title if kind is RelatedKind.LIBRARY else panel.container_type
            field.setFocus()

    def unshelve() -> None:
        if panel.isVisible():
            desk.shelf.unshelve()

    return {
        "shelve-reference": lambda: shelve(RelatedKind.REFERENCE),
        "shelve-case": lambda: shelve(RelatedKind.LIBRARY),
        "unshelve": unshelve,
    }
