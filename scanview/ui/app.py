"""Owns the client as a program: session, bridge, desk and window put together, and Qt's loop around them."""

import logging
import os
import platform
import re
import secrets
import sys
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QMessageLogContext, QObject, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from scanview.session.events import Event, PersonChanged
from scanview.session.session import Session
from scanview.settings import ClientSettings
from scanview.ui import accessible, preferences
from scanview.ui.arranging import arrange
from scanview.ui.bridge import Bridge
from scanview.ui.desk import Desk
from scanview.ui.finding_filter import FindingFilter
from scanview.ui.fonts import NEEDED, font, has_chinese
from scanview.ui.key_map import DEFAULT_KEYS
from scanview.ui.language import Words
from scanview.ui.qt_words import QtWords
from scanview.ui.style import style_sheet
from scanview.ui.surroundings import Surroundings
from scanview.ui.text import NOTHING, Language, phrase
from scanview.ui.window import Window

DEFAULT_SIZE = (1920, 1080)

_LONGEST_NAME = 64

_log = logging.getLogger("scanview.ui")
_qt_log = logging.getLogger("scanview.qt")
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}
_MEANINGLESS = frozenset({"This plugin does not support propagateSizeHints()"})
"""What an offscreen window says whenever its smallest size changes."""


class Client(QObject):
    """A running client: `start`, and `stop` before the application ends.

    Its language, and the keys of each person, are remembered in `folder`. Where no font can show Chinese it starts in
    English and says what to install; that is not remembered as anybody's wish.
    """

    def __init__(
        self,
        *,
        endpoint: str,
        folder: Path,
        workstation: str = "",
        user: str = "",
        language: Language | None = None,
        settings: ClientSettings | None = None,
    ) -> None:
        super().__init__()
        settings = settings or ClientSettings()
        self._folder = folder
        self._preferences = preferences.load(folder)
        self._lacks_chinese = not has_chinese()
        wanted = language or self._preferences.language
        self.words = Words(Language.EN if self._lacks_chinese else wanted, self)
        self._qt_words = QtWords(self.words)
        self.bridge = Bridge(self._heard, self)
        self.session = Session(
            endpoint=endpoint,
            folder=folder,
            workstation=workstation or workstation_name(),
            tell=self.bridge.tell,
            scans_ahead=settings.scans_ahead,
            ahead_bytes=settings.ahead_mb << 20,
        )
        warning = phrase("status.no-font", font=NEEDED) if self._lacks_chinese else NOTHING
        if self._lacks_chinese:
            _log.warning("no installed font shows Chinese: the client speaks English; install %s", NEEDED)
        self.window = Window(self.words, endpoint, user=user, warning=warning)
        around = Surroundings(
            session=self.session,
            screen=self.window,
            post=self.bridge.post,
            new_id=lambda: secrets.token_hex(16),
        )
        self.desk = Desk(around, open_next=settings.open_next)
        self.window.serve(self.desk)
        self.words.changed.connect(self._remember)

    def start(self) -> None:
        """Show the window and begin to connect."""
        self.window.resize(*DEFAULT_SIZE)
        if arrange(self.window, self._preferences.layout) or fits_screen(self.window):
            self.window.show()
        else:
            self.window.showMaximized()
        self.session.start()

    def stop(self) -> None:
        """End the session's thread and close the window. Nothing is left running."""
        self.session.stop()
        self.bridge.close()
        self.window.close()
        self._remember()

    def _heard(self, event: Event) -> None:
        if isinstance(event, PersonChanged):
            self._remember()
        self.desk.heard(event)
        if isinstance(event, PersonChanged):
            self.desk.reviewing.filter = self._preferences.filters.get(self._person, FindingFilter())
            self.words.use_keys(self._preferences.keys.get(self._person, DEFAULT_KEYS))

    @property
    def _person(self) -> str:
        return self.desk.person.name if self.desk.person is not None else ""

    def _remember(self) -> None:
        """The language of this workstation, and the keys and the filter of whoever sits here."""
        fell_back = self._lacks_chinese and self.words.language is Language.EN
        language = self._preferences.language if fell_back else self.words.language
        wanted = replace(self._preferences, language=language, layout=self.window.layout_now)
        if self._person:
            wanted = wanted.with_keys(self._person, self.words.keys)
            wanted = wanted.with_filter(self._person, self.desk.reviewing.filter)
        self._preferences = wanted
        preferences.save(self._folder, wanted)


def make_application(scale: float = 0.0) -> QApplication:
    """The one application object, in the client's look; offscreen where there is no display.

    `scale` is how many pixels make a point of the screen, 0 for what the screen says.
    """
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        application = existing
    else:
        if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
            os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        if scale:
            os.environ["QT_SCALE_FACTOR"] = f"{scale:g}"
        qInstallMessageHandler(_qt_says)
        application = QApplication(sys.argv[:1])
    accessible.install()
    application.setApplicationName("ScanView")
    application.setStyle("Fusion")
    application.setFont(font())
    application.setStyleSheet(style_sheet())
    return application


def _qt_says(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    """Qt's own words, in our log."""
    if message not in _MEANINGLESS:
        _qt_log.log(_LEVELS.get(kind, logging.WARNING), "%s", message)


def fits_screen(window: Window) -> bool:
    """Whether the whole window can be seen; without a screen there is nothing it could not fit."""
    if QGuiApplication.platformName() == "offscreen":
        return True
    available = window.screen().availableGeometry()
    return available.width() > window.width() and available.height() > window.height()


def workstation_name() -> str:
    """The name of this computer, in the letters that the name of a workstation may have."""
    letters = re.sub(r"[^A-Za-z0-9._-]", "-", platform.node()).lstrip("._-")
    return letters[:_LONGEST_NAME] or "workstation"


def run_client(
    endpoint: str,
    *,
    folder: Path,
    user: str = "",
    language: str | None = None,
    workstation: str = "",
    settings: ClientSettings | None = None,
) -> int:
    """Show the client until its window is closed; the exit code.

    Args:
        endpoint: the hub, tcp://host:port.
        folder: this workstation's own folder: keys, pinned hub, unconfirmed decisions, preferences.
        user: the name to begin the sign-in with.
        language: "zh" or "en", which can be switched at any time; None for the last one used.
        workstation: the name the workstation is enrolled under; by default that of the computer.
        settings: how the client works.

    Raises:
        Refused: the keys in `folder` are damaged or exposed.
        Unavailable: `folder` cannot be read or written.
    """
    application = make_application(settings.scale if settings is not None else 0.0)
    client = Client(
        endpoint=endpoint,
        folder=folder,
        workstation=workstation,
        user=user,
        language=Language(language) if language is not None else None,
        settings=settings,
    )
    client.start()
    try:
        return application.exec()
    finally:
        client.stop()
