"""Owns a replay on the screen: what was seen in the middle, what was known beside it, and the line of time below."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from scanview.core import container
from scanview.core.audit import StoryEntry
from scanview.core.review import Decision, Verdict
from scanview.ui.console.audit.story_words import told
from scanview.ui.console.audit.typed_time import shown_moment
from scanview.ui.console.replay.picture import ReplayPicture
from scanview.ui.console.replay.record import DecisionSeen
from scanview.ui.console.replay.replay import Replay
from scanview.ui.console.replay.time_line import Tick, TimeLine
from scanview.ui.entry_list import EntryList
from scanview.ui.language import Words
from scanview.ui.listed import finding_entries, mark_entries, overlays_of
from scanview.ui.parts import Button, ElidedLabel, Label, add, line
from scanview.ui.surroundings import Surroundings
from scanview.ui.text import of_reason
from scanview.ui.worded import clock_text

_SIDE_PX = 320
_MOST_LOOKS = 4


class ReplayView(QWidget):
    """Shows one decision until `left`. Nothing on it changes anything."""

    left = Signal()

    def __init__(self, words: Words, around: Surroundings) -> None:
        super().__init__()
        self._words = words
        self.replay = Replay(around, self.speak)
        self.banner, self._what = Label("tag-warning"), ElidedLabel("large")
        self._back = Button("plain")
        self._back.clicked.connect(self.left)
        self._looks = [Button("plain", checkable=True) for _ in range(_MOST_LOOKS)]
        for at, button in enumerate(self._looks):
            button.clicked.connect(lambda _, at=at: self.replay.turn(at - self.replay.look))
        self.picture, self.time_line = ReplayPicture(), TimeLine()
        self.time_line.stepped.connect(self.replay.step)
        self.time_line.chosen.connect(self.replay.go_to)
        self.time_line.turned.connect(self.replay.turn)
        self.proof = Label("quiet", wraps=True)
        self._facts, self._found_heading, self._marks_heading = Label(wraps=True), Label("heading"), Label("heading")
        self._none = Label("quiet", wraps=True)
        self.findings, self.marks = EntryList(), EntryList()
        self._lay_out()
        self.picture.resized.connect(self._show_facts)

    def open(self, seen: DecisionSeen, entries: tuple[StoryEntry, ...]) -> None:
        """Replay this decision."""
        self.replay.open(seen, entries)
        self.time_line.setFocus()

    def close_replay(self) -> None:
        """Let the scan go."""
        self.replay.close()

    def retranslate(self) -> None:
        """Speak anew."""
        words = self._words
        self.banner.put(words("replay.banner"))
        self._back.setText(words("replay.back"))
        self._back.setAccessibleName(words("replay.back"))
        self._back.setToolTip(words("tool.hint", text=words("replay.back"), key=words.keys.key_text("cancel")))
        self.time_line.setAccessibleName(words("replay.time-line"))
        self.time_line.setToolTip(words("replay.time-line"))
        self.picture.setAccessibleName(words("replay.picture"))
        self._found_heading.put(words("replay.findings"))
        self._marks_heading.put(words("replay.marks"))
        self.speak()

    def speak(self) -> None:
        """Show the moment that the replay is at."""
        replay, words = self.replay, self._words
        seen = replay.seen
        if seen is None:
            return
        review, shown = replay.review(), replay.shown()
        known = replay.known
        self._what.put(self._headline(seen, review.header.container if review is not None and review.header else ""))
        self._show_looks(seen.decision)
        view = shown.look.view if shown is not None else None
        overlays = overlays_of(review, view, words) if review is not None and view is not None else ()
        header = review.view(view) if review is not None and view is not None else None
        self.picture.put(shown, header, overlays, self._message())
        self.proof.put(words(f"replay.proof.{shown.proof}") if shown is not None else "")
        self.proof.become("warning" if shown is not None and shown.proof == "different" else "quiet")
        self._show_facts()
        self.findings.put(finding_entries(review, words) if review is not None else (), "")
        self.marks.put(mark_entries(review, words) if review is not None else (), "")
        self._marks_heading.setVisible(bool(self.marks.entries))
        why = of_reason(known.not_recognised)
        if known.recognition is not None:
            self._none.put("" if self.findings.entries else words("findings.none"))
        else:
            self._none.put(words.say(why) if known.not_recognised else words("replay.no-machine-yet"))
        self.time_line.put(self._ticks(seen), replay.at)
        at = next((tick.text for tick in self._ticks(seen) if tick.seq == replay.at), "")
        self.time_line.setAccessibleDescription(at)

    def _show_facts(self) -> None:
        seen = self.replay.seen
        if seen is not None:
            self._facts.put("\n".join(self._told_facts(seen)))

    def _headline(self, seen: DecisionSeen, number: str) -> str:
        words = self._words
        verdict = words("state.released" if seen.decision.verdict is Verdict.RELEASE else "state.held")
        which = container.grouped(number) or seen.decision.scan[:12]
        return words("replay.headline", by=seen.by, verdict=verdict, container=which, time=shown_moment(seen.at))

    def _message(self) -> str:
        """Why there is no picture, if there is none."""
        replay, words = self.replay, self._words
        if replay.problem is not None:
            return f"▲  {words.say(replay.problem.what)}\n{words.say(replay.problem.remedy)}"
        if replay.seen is not None and not replay.seen.decision.looks:
            return words("replay.no-look")
        return words("replay.reading")

    def _told_facts(self, seen: DecisionSeen) -> list[str]:
        words, decision = self._words, seen.decision
        known = self.replay.known
        facts = []
        first = self.replay.entries[0].at if self.replay.entries else seen.at
        if seen.leased_at:
            facts.append(words("replay.waited", time=clock_text(seen.leased_at - first)))
            facts.append(words("replay.took", time=clock_text(seen.at - seen.leased_at)))
        if known.decided is not None:
            facts.append(words("replay.verdict", verdict=words(_VERDICTS[decision.verdict])))
            if decision.reason is not None:
                facts.append(words("replay.reason", reason=words(f"reason.{decision.reason}")))
            if decision.note:
                facts.append(words("replay.note", note=decision.note))
            if decision.without_recognition:
                facts.append(words("story.without-recognition"))
        look = decision.looks[self.replay.look] if decision.looks else None
        recipe = look.recipe if look is not None else decision.recipe
        tools = words("picture.between").join(words(f"tool.{step.tool}") for step in recipe.steps)
        facts.append(words("replay.tools", tools=tools or "—"))
        if look is not None:
            facts.append(words("replay.size", width=look.width, height=look.height, columns=look.columns))
            facts.append(words("replay.scale", percent=round(100 * self.picture.scale)))
        return facts

    def _show_looks(self, decision: Decision) -> None:
        for at, button in enumerate(self._looks):
            there = at < len(decision.looks) and len(decision.looks) > 1
            button.setVisible(there)
            if there:
                name = self._words("replay.look", number=at + 1, view=self._words(f"view.{decision.looks[at].view}"))
                button.setText(name)
                button.setAccessibleName(name)
                button.setToolTip(self._words("tool.hint", text=name, key="↑ ↓"))
                button.setChecked(at == self.replay.look)

    def _ticks(self, seen: DecisionSeen) -> tuple[Tick, ...]:
        words, entries = self._words, self.replay.entries
        first = entries[0].at if entries else seen.at
        return tuple(
            Tick(
                seq=entry.seq,
                at=entry.at,
                text=words(
                    "replay.moment",
                    seq=entry.seq,
                    time=shown_moment(entry.at),
                    after=clock_text(entry.at - first),
                    who=entry.actor,
                    what=words.say(told(entry)),
                ),
                is_decision=entry.seq == seen.seq,
            )
            for entry in entries
        )

    def _lay_out(self) -> None:
        group = QButtonGroup(self)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.banner)
        head.addWidget(self._what, 1)
        for button in self._looks:
            group.addButton(button)
            head.addWidget(button)
        head.addWidget(self._back)
        inside = QWidget()
        inside.setProperty("role", "panel")
        side = QVBoxLayout(inside)
        side.setContentsMargins(12, 0, 8, 0)
        side.setSpacing(8)
        add(side, self.proof, self._facts, line(), self._found_heading, self._none, self.findings)
        add(side, self._marks_heading, self.marks)
        side.addStretch()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setFixedWidth(_SIDE_PX)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        middle = QHBoxLayout()
        middle.addWidget(self.picture, 1)
        middle.addWidget(area)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addLayout(middle, 1)
        column.addWidget(self.time_line)


_VERDICTS = {Verdict.RELEASE: "state.released", Verdict.HOLD: "state.held"}
