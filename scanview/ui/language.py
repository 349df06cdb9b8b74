"""Owns the language the screen speaks now and the keys it names, and tells widgets when either changes."""

from PySide6.QtCore import QObject, Signal

from scanview.ui.key_map import DEFAULT_KEYS, KeyMap
from scanview.ui.text import Language, Phrase, phrase, speak


class Words(QObject):
    """Speaks phrases in the language of the moment. Widgets connect `changed` to their `retranslate`."""

    changed = Signal()

    def __init__(self, language: Language, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self._keys = DEFAULT_KEYS

    @property
    def keys(self) -> KeyMap:
        """The keys of the person who sits here."""
        return self._keys

    def use_keys(self, keys: KeyMap) -> None:
        """Give commands by `keys`, and name them, from now on."""
        if keys != self._keys:
            self._keys = keys
            self.changed.emit()

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
        return speak(self._language, what, self._keys)

    def __call__(self, id: str, **values: object) -> str:
        """The sentence with this id and these values."""
        return speak(self._language, phrase(id, **values), self._keys)
