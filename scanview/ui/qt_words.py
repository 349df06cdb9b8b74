"""Owns the words that Qt brings itself, such as the menu of a text field: in the language of the moment, too."""

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QObject, QTranslator, Slot

from scanview.ui.language import Words
from scanview.ui.text import Language

_FILES = {Language.ZH: "qtbase_zh_CN"}
"""Qt's own catalogue for each language but English, which it speaks without one."""


class QtWords(QObject):
    """Follows `words` as long as it lives. Where Qt came without its catalogues, its words stay English."""

    def __init__(self, words: Words) -> None:
        super().__init__(words)
        self._words = words
        self._translator = QTranslator(self)
        self._shown: Language | None = None
        words.changed.connect(self.retranslate)
        self.retranslate()

    @Slot()
    def retranslate(self) -> None:
        """Speak as `words` does now."""
        language = self._words.language
        if language is self._shown:
            return
        self._shown = language
        QCoreApplication.removeTranslator(self._translator)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if language in _FILES and self._translator.load(_FILES[language], folder):
            QCoreApplication.installTranslator(self._translator)
