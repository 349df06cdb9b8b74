"""Owns what a screen reader is told without being asked: a lost link, a problem, a saved decision, another scan."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from scanview.session.events import LinkState
from scanview.ui.desk import Desk
from scanview.ui.language import Words
from scanview.ui.listed import finding_entries, mark_entries
from scanview.ui.review import Review
from scanview.ui.surroundings import Problem
from scanview.ui.text import NOTHING, Phrase, phrase, verbatim
from scanview.ui.worded import container_text, risk_of_row


@dataclass(frozen=True, slots=True)
class News:
    """A sentence about one subject. `urgent` news interrupts what is being read."""

    said: Phrase
    urgent: bool = False


_NO_NEWS = News(NOTHING)


class Announcer(QObject):
    """Tells each piece of news once, when it becomes so; a switch of the language repeats nothing."""

    told = Signal(str, bool)
    """The sentence, and whether it was urgent."""

    def __init__(self, window: QWidget, words: Words) -> None:
        super().__init__(window)
        self._window, self._words = window, words
        self._known: dict[str, News] = {}
        self._chosen = ""

    def show_desk(self, desk: Desk) -> None:
        """Tell what is new."""
        for subject, news in news_of(desk).items():
            if self._known.get(subject, _NO_NEWS) != news:
                self._known[subject] = news
                self._tell(news)
        self._tell_choice(desk.reviewing.review)

    def _tell_choice(self, review: Review | None) -> None:
        """The finding or mark that somebody went to."""
        chosen = review.chosen if review is not None else ""
        if review is None or chosen == self._chosen:
            self._chosen = chosen
            return
        self._chosen = chosen
        entries = (*finding_entries(review, self._words), *mark_entries(review, self._words))
        told = next((entry.spoken for entry in entries if entry.key == chosen), "")
        self._tell(News(verbatim(told)))

    def _tell(self, news: News) -> None:
        text = self._words.say(news.said)
        if not text:
            return
        event = QAccessibleAnnouncementEvent(self._window, text)
        politeness = QAccessible.AnnouncementPoliteness
        event.setPoliteness(politeness.Assertive if news.urgent else politeness.Polite)
        QAccessible.updateAccessibility(event)
        self.told.emit(text, news.urgent)


def news_of(desk: Desk) -> Mapping[str, News]:
    """What is so now, by subject; no words where there is nothing to tell."""
    review = desk.reviewing.review
    row = review.row if review is not None else None
    opened = (
        phrase("announce.scan", container=container_text(row), risk=risk_of_row(row)) if row is not None else NOTHING
    )
    return {
        "link": _link(desk),
        "sign-in": _problem(desk.door.problem),
        "problem": _problem(desk.reviewing.problem),
        "decision": News(desk.last_decision),
        "scan": News(opened),
    }


def _link(desk: Desk) -> News:
    """Only what somebody who works here misses."""
    if desk.person is None:
        return _NO_NEWS
    if desk.link is LinkState.ONLINE:
        return News(phrase("link.online"))
    problem = desk.link_problem
    lost = phrase("link.lost") if problem is None else phrase("link.lost-with", why=problem.what)
    return News(phrase("announce.two", first=lost, second=phrase("link.still-works-empty")), urgent=True)


def _problem(problem: Problem | None) -> News:
    if problem is None:
        return _NO_NEWS
    return News(phrase("announce.two", first=problem.what, second=problem.remedy), urgent=True)
