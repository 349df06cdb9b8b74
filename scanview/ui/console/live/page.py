"""Owns the page of the live map: the drawing above; below it, in tables, the lanes, who is there, and the workers."""

from collections import Counter

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSplitter, QVBoxLayout, QWidget

from scanview.core.rights import REVIEWS, SUPERVISES
from scanview.core.work import WorkState
from scanview.ui.console.live.presence import RoomPresence
from scanview.ui.console.live.room_map import Drawing, LaneLine, Plate, RoomMap, drawn_name, spoken
from scanview.ui.console.live.situation import PortSituation
from scanview.ui.console.live.tables import (
    age,
    alarm_lines,
    lane_columns,
    lane_line,
    people_columns,
    people_lines,
    worker_columns,
    worker_lines,
)
from scanview.ui.console.page import ConsolePage
from scanview.ui.console.rules.direct_line import DirectReleaseLine
from scanview.ui.console.table import Table
from scanview.ui.desk import Desk
from scanview.ui.language import Words
from scanview.ui.parts import Button, Label
from scanview.ui.surroundings import Part

_MAP_SHARE, _TABLE_SHARE = 3_000, 2_000
"""How the room is shared between the map and what stands below it, and the lanes and who is there."""


class LivePage(ConsolePage):
    """How it stands in the room now."""

    def __init__(self, words: Words, desk: Desk) -> None:
        super().__init__(words, desk)
        self.presence = RoomPresence(desk.console.around, self._presence_told)
        self._heading, self._lanes, self._people, self._workers = (Label("heading") for _ in range(4))
        self._problem, self._alarms = Label("warning", wraps=True), Label("warning", wraps=True)
        self.map, self.table = RoomMap(), Table()
        self.people, self.workers = Table(), Table()
        self.direct = DirectReleaseLine(words, desk.console.around)
        self.reverse = Button("plain")
        self.reverse.clicked.connect(self._reverse)
        self.map.port_clicked.connect(self._choose_port)
        self._lay_out()

    def retranslate(self) -> None:
        """Speak anew."""
        words = self.words
        self._heading.put(words("live.heading"))
        self.map.setAccessibleName(words("live.heading"))
        self._lanes.put(words("live.table"))
        self._people.put(words("live.people"))
        self._workers.put(words("live.workers"))
        self.table.setAccessibleName(words("live.table"))
        self.people.setAccessibleName(words("live.people"))
        self.workers.setAccessibleName(words("live.workers"))
        for table in (self.table, self.people, self.workers):
            table.setToolTip(table.accessibleName())
        self.direct.retranslate()
        self._show_reverse()
        self._show_presence()

    def enter(self) -> None:
        """Ask who is there as long as somebody looks."""
        self.presence.start()

    def leave(self) -> None:
        """Ask no more."""
        self.presence.stop()

    def forget(self) -> None:
        """Who is there is not the next person's to see."""
        self.presence.clear()
        self.direct.clear()
        self._show_presence()

    def focus(self) -> None:
        """The table has all that the map has."""
        self.table.setFocus()

    def show_desk(self, now: float) -> None:
        """Count anew."""
        self.direct.look(now)
        self._show_reverse()
        ports = self.desk.console.tally.ports(self.desk.lanes)
        drawing = self._drawing(ports, now)
        self.map.put(drawing)
        self.map.setAccessibleDescription(spoken(drawing))
        lines = [lane_line(port, lane, now, self.words) for port in ports for lane in port.lanes]
        self.table.put(lane_columns(self.words), lines)
        self.people.put(people_columns(self.words), people_lines(self.presence.people, self.desk.rows, now, self.words))

    def _presence_told(self) -> None:
        self._show_presence()
        self.desk.console.around.screen.changed(Part.CONSOLE)

    def _show_presence(self) -> None:
        words, problem = self.words, self.presence.problem
        self.workers.put(worker_columns(words), worker_lines(self.presence.workers, words))
        told = "" if problem is None else f"▲  {words.say(problem.what)}  {words.say(problem.remedy)}"
        self._problem.put(told)
        self._alarms.put(alarm_lines(self.presence.alarms, words))

    def _drawing(self, ports: tuple[PortSituation, ...], now: float) -> Drawing:
        words = self.words
        states = Counter(row.state for row in self.desk.console.tally.open_rows())
        return Drawing(
            room=words(
                "live.room",
                waiting=states[WorkState.WAITING],
                reviewed=states[WorkState.IN_REVIEW],
                people=sum(one.role in REVIEWS for one in self.presence.people),
                away=sum(bool(one.on_break_since) for one in self.presence.people),
            ),
            headings=(
                words("live.short-arriving"),
                words("live.short-waiting"),
                words("live.short-review"),
                words("live.short-held"),
                words("live.oldest"),
            ),
            plates=tuple(self._plate(port, now) for port in ports),
        )

    def _plate(self, port: PortSituation, now: float) -> Plate:
        return Plate(
            port=port.port,
            told=self.words("live.linked", linked=port.linked, lanes=len(port.lanes)),
            linked=port.linked / len(port.lanes),
            lanes=tuple(
                LaneLine(
                    name=drawn_name(lane.lane, port.port),
                    linked=lane.connected,
                    counts=(str(lane.arriving), str(lane.waiting), str(lane.in_review), str(lane.held)),
                    oldest=age(lane, now),
                    late=lane.late_s(now) > 0,
                )
                for lane in port.lanes
            ),
        )

    def _show_reverse(self) -> None:
        """Only while there is a direct release that can be taken back, for whoever may."""
        person, rows = self.desk.person, self.desk.console.tally.reversible_rows()
        text = self.words("live.reverse", count=len(rows))
        self.reverse.setText(text)
        self.reverse.setAccessibleName(text)
        self.reverse.setToolTip(self.words("live.reverse-hint"))
        self.reverse.setVisible(bool(rows) and person is not None and person.role in SUPERVISES)

    def _reverse(self) -> None:
        rows = self.desk.console.tally.reversible_rows()
        if rows:
            self.desk.console.reverse(max(rows, key=lambda row: row.seq).scan)

    def _choose_port(self, port: str) -> None:
        first = next((line.key for line in self.table.lines.lines if line.cells[0] == port), "")
        self.table.choose(first)
        self.table.setFocus()

    def _lay_out(self) -> None:
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self.map)
        right = _splitter(Qt.Orientation.Vertical, _titled(self._people, self.people),
                          _titled(self._workers, self.workers))  # fmt: skip
        below = _splitter(Qt.Orientation.Horizontal, _titled(self._lanes, self.table), right)
        below.setSizes([_MAP_SHARE, _TABLE_SHARE])
        split = _splitter(Qt.Orientation.Vertical, area, below)
        split.setSizes([_MAP_SHARE, _TABLE_SHARE])
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 8)
        column.setSpacing(8)
        column.addWidget(self._heading)
        direct = QHBoxLayout()
        direct.addWidget(self.direct, 1)
        direct.addWidget(self.reverse)
        column.addLayout(direct)
        column.addWidget(self._problem)
        column.addWidget(self._alarms)
        column.addWidget(split, 1)


def _splitter(orientation: Qt.Orientation, *parts: QWidget) -> QSplitter:
    split = QSplitter(orientation)
    split.setChildrenCollapsible(False)
    for part in parts:
        split.addWidget(part)
    return split


def _titled(title: Label, table: Table) -> QWidget:
    """A table under its heading."""
    box = QWidget()
    box.setProperty("role", "clear")
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 8, 8, 0)
    column.setSpacing(4)
    column.addWidget(title)
    column.addWidget(table, 1)
    return box
