"""Owns the console on the screen: a rail with the titles of its pages, and the page in front."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from scanview.ui.console.page import ConsolePage
from scanview.ui.console.pages import PAGES, PageEntry, pages_of
from scanview.ui.desk import Desk
from scanview.ui.language import Words
from scanview.ui.parts import Button, Label, line

_RAIL_PX = 168


class ConsoleView(QWidget):
    """Shows `desk.console`; pages are made when somebody first turns to them."""

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._desk: Desk | None = None
        self._made: dict[str, ConsolePage] = {}
        self._front: ConsolePage | None = None
        self._person = ""
        self._heading = Label("heading")
        self._titles = {entry.id: Button("partner", checkable=True) for entry in PAGES}
        self._back = Button("plain")
        self._stack = QStackedWidget()
        self._lay_out()
        words.changed.connect(self.retranslate)
        self.retranslate()

    def serve(self, desk: Desk) -> None:
        """Show the console of this desk."""
        self._desk = desk
        self._back.clicked.connect(lambda: desk.console.show(False))
        for id, button in self._titles.items():
            button.clicked.connect(lambda _, id=id: self._turn_to(id))

    @property
    def front(self) -> ConsolePage | None:
        """The page that is seen, if the console is."""
        return self._front

    def page(self, id: str) -> ConsolePage | None:
        """The page with this id, if it was made."""
        return self._made.get(id)

    def step(self, by: int) -> None:
        """Turn to the page `by` places further on; past an end, from the other."""
        ids = [entry.id for entry in self._entries]
        if self._desk is not None and self._desk.console.is_open and ids:
            at = ids.index(self._desk.console.page) if self._desk.console.page in ids else 0
            self._turn_to(ids[(at + by) % len(ids)])

    def cancel(self) -> bool:
        """Give up what the page in front is doing; False where it does nothing."""
        return self._front is not None and self._front.cancel()

    def retranslate(self) -> None:
        """Speak anew."""
        words = self._words
        self._heading.put(words("console.title"))
        self._back.setText(words("console.back"))
        self._back.setAccessibleName(words("console.back"))
        hint = words("tool.hint", text=words("console.back"), key=words.keys.key_text("console"))
        self._back.setToolTip(hint)
        key = f"{words.keys.key_text('console-above')} {words.keys.key_text('console-below')}"
        for entry in PAGES:
            title = words(f"console.page.{entry.id}")
            self._titles[entry.id].setText(title)
            self._titles[entry.id].setAccessibleName(title)
            self._titles[entry.id].setToolTip(words("tool.hint", text=title, key=key))
        for page in self._made.values():
            page.retranslate()

    def show_desk(self, desk: Desk, now: float) -> None:
        """Bring the right page to the front, or leave it, and let it speak."""
        self._new_person(desk.person.name if desk.person is not None else "")
        entries = self._entries
        for id, button in self._titles.items():
            button.setVisible(id in {entry.id for entry in entries})
        wanted = next((entry for entry in entries if entry.id == desk.console.page), entries[0] if entries else None)
        self._bring(wanted if desk.console.is_open else None)
        if self._front is not None:
            self._front.show_desk(now)

    def _new_person(self, name: str) -> None:
        if name != self._person:
            self._person = name
            self._bring(None)
            for page in self._made.values():
                page.forget()

    def _bring(self, entry: PageEntry | None) -> None:
        """The page of `entry` is the one that is seen, or none."""
        page = self._page_of(entry) if entry is not None else None
        if page is self._front:
            return
        if self._front is not None:
            self._front.leave()
        self._front = page
        if page is not None and entry is not None:
            self._titles[entry.id].setChecked(True)
            self._stack.setCurrentWidget(page)
            page.enter()
            page.focus()

    def _page_of(self, entry: PageEntry) -> ConsolePage | None:
        if entry.id not in self._made and self._desk is not None:
            page = self._made[entry.id] = entry.make(self._words, self._desk)
            self._stack.addWidget(page)
            page.retranslate()
        return self._made.get(entry.id)

    @property
    def _entries(self) -> tuple[PageEntry, ...]:
        person = self._desk.person if self._desk is not None else None
        return pages_of(person.role) if person is not None else ()

    def _turn_to(self, id: str) -> None:
        if self._desk is not None:
            self._desk.console.turn_to(id)

    def _lay_out(self) -> None:
        rail = QWidget()
        rail.setProperty("role", "panel")
        rail.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        rail.setFixedWidth(_RAIL_PX)
        column = QVBoxLayout(rail)
        column.setContentsMargins(12, 16, 12, 12)
        column.setSpacing(4)
        column.addWidget(self._heading)
        group = QButtonGroup(self)
        for button in self._titles.values():
            group.addButton(button)
            column.addWidget(button)
        column.addStretch()
        column.addWidget(self._back)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(rail)
        row.addWidget(line(vertical=True))
        row.addWidget(self._stack, 1)
