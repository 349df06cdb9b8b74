"""What the commands of inspection results do, by their ids."""

from collections.abc import Callable

from scanview.core.inspection import Found
from scanview.core.related import RelatedKind
from scanview.ui.desk import Desk
from scanview.ui.inspecting.panel import ResultPanel
from scanview.ui.language import Words


def inspecting_handlers(panel: ResultPanel, desk: Desk, words: Words) -> dict[str, Callable[[], None]]:
    """The handlers; where what was found is not said, the next key writes it."""

    def record(found: Found) -> None:
        if not desk.results.may_record(desk.person):
            return
        if desk.results.record(found, panel.text.text()):
            panel.text.setText("")
        else:
            panel.text.setFocus()

    def add_photos() -> None:
        if desk.results.may_record(desk.person):
            title, kinds = words("command.add-photos"), words("inspection.photo-files")
            desk.results.choose_photos(panel.ask_files(title, f"{kinds} (*.jpg *.jpeg *.png)"))

    def shelve() -> None:
        if title := desk.results.case_title():
            desk.shelf.shelve(RelatedKind.LIBRARY, title, "")

    return {
        "record-found": lambda: record(Found.FOUND),
        "record-partly": lambda: record(Found.PARTLY),
        "record-nothing": lambda: record(Found.NOTHING),
        "add-photos": add_photos,
        "show-photo": panel.show_next_photo,
        "shelve-result": shelve,
    }
