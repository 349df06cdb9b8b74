"""Owns the page of the live map: the drawing above, the same in a table below."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QSplitter, QVBoxLayout

from scanview.core.work import WorkState
from scanview.ui.console.live.room_map import Drawing, LaneLine, Plate, RoomMap, drawn_name, spoken
from scanview.ui.console.live.situation import LaneSituation, PortSituation
from scanview.ui.console.page import ConsolePage
from scanview.ui.console.table import Column, Line, Table
from scanview.ui.desk import Desk
from scanview.ui.language import Words
from scanview.ui.parts import Label
from scanview.ui.worded import clock_text

TARGET_S = 600.0
"""How long after its arrival a scan should be decided, in seconds, where nothing else is said."""


class LivePage(ConsolePage):
    """How it stands in the room now."""

    def __init__(self, words: Words, desk: Desk) -> None:
        super().__init__(words, desk)
        self._heading = Label("heading")
        self.map, self.table = RoomMap(), Table()
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(self.map)
        self.map.port_clicked.connect(self._choose_port)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.addWidget(self._area)
        split.addWidget(self.table)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 8)
        column.setSpacing(8)
        column.addWidget(self._heading)
        column.addWidget(split, 1)

    def retranslate(self) -> None:
        """Speak anew."""
        self._heading.put(self.words("live.heading"))
        self.map.setAccessibleName(self.words("live.heading"))
        self.table.setAccessibleName(self.words("live.table"))
        self.table.setToolTip(self.words("live.table"))

    def focus(self) -> None:
        """The table has all that the map has."""
        self.table.setFocus()

    def show_desk(self, now: float) -> None:
        """Count anew."""
        ports = self.desk.console.tally.ports(self.desk.lanes)
        drawing = self._drawing(ports, now)
        self.map.put(drawing)
        self.map.setAccessibleDescription(spoken(drawing))
        lines = [self._line(port, lane, now) for port in ports for lane in port.lanes]
        self.table.put(self._columns(), lines)

    def _drawing(self, ports: tuple[PortSituation, ...], now: float) -> Drawing:
        words, rows = self.words, self.desk.console.tally.open_rows()
        people = {row.analyst for row in rows if row.state is WorkState.IN_REVIEW and row.analyst}
        return Drawing(
            room=words(
                "live.room",
                waiting=sum(row.state is WorkState.WAITING for row in rows),
                reviewed=sum(row.state is WorkState.IN_REVIEW for row in rows),
                people=len(people),
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
                    oldest=_age(lane, now),
                    late=_late_s(lane, now) > 0,
                )
                for lane in port.lanes
            ),
        )

    def _columns(self) -> tuple[Column, ...]:
        words = self.words
        return (
            Column(words("live.port")),
            Column(words("live.lane")),
            Column(words("live.link")),
            Column(words("live.since")),
            Column(words("state.arriving"), number=True),
            Column(words("state.waiting"), number=True),
            Column(words("state.in-review"), number=True),
            Column(words("state.held"), number=True),
            Column(words("live.oldest"), number=True),
            Column(words("live.target"), wide=True),
        )

    def _line(self, port: PortSituation, lane: LaneSituation, now: float) -> Line:
        words, late_s = self.words, _late_s(lane, now)
        link = {True: "live.up", False: "live.down", None: "live.unknown"}[lane.connected]
        target = words("live.late", time=clock_text(late_s)) if late_s > 0 else words("live.in-time")
        cells = (
            port.port,
            lane.lane,
            words(link),
            clock_text(now - lane.since) if lane.connected is not None else "",
            *map(str, (lane.arriving, lane.waiting, lane.in_review, lane.held)),
            _age(lane, now),
            target if lane.oldest_at is not None else "",
        )
        return Line(lane.lane, cells, warns=late_s > 0 or lane.connected is False)

    def _choose_port(self, port: str) -> None:
        first = next((line.key for line in self.table.lines.lines if line.cells[0] == port), "")
        self.table.choose(first)
        self.table.setFocus()


def _age(lane: LaneSituation, now: float) -> str:
    return clock_text(now - lane.oldest_at) if lane.oldest_at is not None else "—"


def _late_s(lane: LaneSituation, now: float) -> float:
    """By how many seconds the oldest scan of the lane is over its target."""
    return max(0.0, now - lane.oldest_at - TARGET_S) if lane.oldest_at is not None else 0.0
