"""Owns which key gives which command: those of the table, and what a person has changed. Values only, no Qt.

A key is written as Qt's portable text, such as Ctrl+Z or PgDown. In one mode a key means one thing: a change that
would break that is refused with the command that has the key.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from scanview.ui.actions import BY_ID, COMMANDS, Command

_MOST_KEYS = 4
_LONGEST_KEY = 32
_SPOKEN = {"Return": "Enter", "Left": "←", "Right": "→", "Up": "↑", "Down": "↓"}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyMap:
    """The keys of every command. `own` has those that a person has changed, by command."""

    own: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def keys(self, id: str) -> tuple[str, ...]:
        """All keys of a command."""
        return self.own.get(id, BY_ID[id].keys)

    def key_text(self, id: str) -> str:
        """The first key of a command as people call it, for its button."""
        return spoken(self.keys(id)[0])

    def keys_text(self, id: str) -> str:
        """All keys of a command as people call them, each once."""
        return " ".join(dict.fromkeys(map(spoken, self.keys(id))))

    def holder(self, id: str, key: str) -> str:
        """The command that already has `key` where command `id` can be given, or ""."""
        wanted = BY_ID[id]
        return next(
            (other.id for other in COMMANDS if other.id != id and _meet(wanted, other) and key in self.keys(other.id)),
            "",
        )

    def with_key(self, id: str, key: str) -> "KeyMap":
        """The same with `key` alone for command `id`; unchanged where another command has it."""
        if self.holder(id, key):
            return self
        return KeyMap(own={**self._others(id), **({} if BY_ID[id].keys == (key,) else {id: (key,)})})

    def without(self, id: str) -> "KeyMap":
        """The same with the keys of the table for command `id`; unchanged where another command has one of them."""
        if any(self.holder(id, key) for key in BY_ID[id].keys):
            return self
        return KeyMap(own=self._others(id))

    def _others(self, id: str) -> dict[str, tuple[str, ...]]:
        return {other: keys for other, keys in self.own.items() if other != id}


DEFAULT_KEYS = KeyMap()


class KeyPlaces(Mapping[str, str]):
    """What goes into the places of a sentence that name keys: {key_take_next} is the key of take-next."""

    def __init__(self, keys: KeyMap) -> None:
        self._keys = keys

    def __getitem__(self, place: str) -> str:
        """The key, or KeyError where the place names no command."""
        id = place.removeprefix("key_").replace("_", "-")
        if not place.startswith("key_") or id not in BY_ID:
            raise KeyError(place)
        return self._keys.key_text(id)

    def __iter__(self) -> Iterator[str]:
        """Every place there can be."""
        return (f"key_{id.replace('-', '_')}" for id in BY_ID)

    def __len__(self) -> int:
        """As many as commands."""
        return len(BY_ID)


def read_keys(document: object) -> KeyMap:
    """What was remembered; the keys of the table where that is not a whole and possible set."""
    if not isinstance(document, dict):
        return DEFAULT_KEYS
    own = {}
    for id, keys in document.items():
        if id in BY_ID and isinstance(keys, list) and 0 < len(keys) <= _MOST_KEYS and all(map(_is_key, keys)):
            own[id] = tuple(keys)
    found = KeyMap(own=own)
    clashes = any(found.holder(command.id, key) for command in COMMANDS for key in found.keys(command.id))
    return DEFAULT_KEYS if clashes else found


def spoken(key: str) -> str:
    """A key as people call it."""
    return "+".join(_SPOKEN.get(part, part) for part in key.split("+")) if not key.endswith("+") else key


def _is_key(key: object) -> bool:
    return isinstance(key, str) and 0 < len(key) <= _LONGEST_KEY and key.isprintable()


def _meet(one: Command, other: Command) -> bool:
    """Whether both can be given in one mode."""
    return not one.modes.isdisjoint(other.modes)
