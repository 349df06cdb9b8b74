"""Owns the language the screen speaks now, and tells widgets when it changes."""

from PySide6.QtCore import QObject, Signal

from scanview.ui.text import Language, Phrase, phrase, speak


class Words(QObject):
    """Speaks phrases in the language of the moment. Widgets connect `changed` to their `retranslate`."""

    changed = Signal()

    def __init__(self, language: Language, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._language = language

    @property
    def language(self) -> Language:
        """The language of the moment."""
        return self._language

    def switch(self, language: Language) -> None:
        """Speak `language` from now on."""
        if language is not self._language:
            self._language = language
            self.changed.emit()

    def say(self, what: Phrase) -> str:
        """The sentence, spoken."""
        return speak(self._language, what)

    def __call__(self, id: str, **values: object) -> str:
        """The sentence with this id and these values."""
        return speak(self._language, phrase(id, **values))
