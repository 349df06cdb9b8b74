"""Which review room serves which lanes, as a table that an administrator writes.

    [[room]]
    name = "Shanghai"
    serves = ["CNSHA-*", "CNNGB-0?"]

`serves` are patterns for lane names, as for file names. A lane that no room serves is everybody's, so nothing that
somebody forgot to write down waits for ever.
"""

import difflib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from scanview.core.errors import BadInput
from scanview.core.toml_text import read_toml

_KEYS = ("name", "serves")
_MAX_NAME = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A review room and the patterns of the lanes it serves."""

    name: str
    serves: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rooms:
    """The rooms of one hub. Without any there is one room, and it serves every lane."""

    rooms: tuple[Room, ...] = ()

    def serving(self, lane: str) -> frozenset[str]:
        """The names of the rooms that serve `lane`; none where it is everybody's."""
        return frozenset(room.name for room in self.rooms if any(fnmatchcase(lane, pattern) for pattern in room.serves))


def parse_rooms(document: str) -> Rooms:
    """The table in a TOML document; BadInput names the room and the key that is wrong."""
    try:
        table = read_toml(document)
    except ValueError as error:
        raise BadInput(f"the table of rooms is not TOML: {error}", code="bad-rooms") from error
    _check_keys(table, ("room",), "the table of rooms")
    given = table.get("room", [])
    if not isinstance(given, list):
        raise BadInput("room is not a list of tables", code="bad-rooms", remedy="Write [[room]] above each")
    rooms = tuple(_room(number, entry) for number, entry in enumerate(given, 1))
    names = [room.name for room in rooms]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise BadInput(f"there are two rooms called {twice}", code="bad-rooms")
    return Rooms(rooms)


def _room(number: int, entry: Any) -> Room:
    where = f"room {number}"
    if not isinstance(entry, dict):
        raise BadInput(f"{where} is no table", code="bad-rooms", remedy="Write [[room]] above it")
    _check_keys(entry, _KEYS, where)
    name, serves = entry.get("name"), entry.get("serves")
    if not isinstance(name, str) or not 1 <= len(name) <= _MAX_NAME or not name.isprintable():
        raise BadInput(f"{where}: name has 1 to {_MAX_NAME} printable characters", code="bad-rooms")
    if not isinstance(serves, list) or not serves or not all(isinstance(lane, str) and lane for lane in serves):
        raise BadInput(f"{where} ({name}): serves is a list of patterns for lanes", code="bad-rooms")
    return Room(name=name, serves=tuple(serves))


def _check_keys(given: dict[str, Any], known: tuple[str, ...], where: str) -> None:
    for key in given:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else f"Known here: {', '.join(known)}"
            raise BadInput(f"{where}: unknown key {key!r}", code="bad-rooms", remedy=hint)
