"""Where things stand in a TOML text: the line of every table and key, which `tomllib` does not tell.

Reads the layout alone (headers in brackets, `key =` at the beginning of a line, texts over several lines), because
`tomllib` has found the text sound before. A key of an inline table stands where its table does.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=""")
_LONG_TEXT = re.compile(r'"""|\'\'\'')
_LINE_OF_ERROR = re.compile(r"\(at line (\d+), column \d+\)")

Place = tuple[str | int, ...]
"""Keys and numbers from the top of the document: ("rule", 2, "when") is the `when` of the third rule."""


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines, from 1, on which things stand."""

    places: Mapping[Place, int]

    def of(self, *place: str | int) -> int:
        """The line of `place`, or of what it lies in; 1 for the document."""
        while place and place not in self.places:
            place = place[:-1]
        return self.places.get(place, 1)


def lines_of(text: str) -> Lines:
    """Where everything in `text`, which is sound TOML, stands."""
    places: dict[Place, int] = {}
    counts: dict[Place, int] = {}
    table: Place = ()
    open_text = ""
    for line, content in enumerate(text.splitlines(), 1):
        if open_text:
            open_text = "" if open_text in content else open_text
            continue
        if header := _HEADER.match(content):
            table = _table(_names(header[2]), header[1] == "[[", counts)
            places.setdefault(table, line)
        elif key := _KEY.match(content):
            for end in range(1, len(names := _names(key[1])) + 1):
                places.setdefault((*table, *names[:end]), line)
            open_text = _opened(content)
    return Lines(places)


def line_of_error(message: str, text: str) -> int:
    """The line that a message of `tomllib` names; the last one where it names the end of the document."""
    named = _LINE_OF_ERROR.search(message)
    return int(named[1]) if named else max(1, len(text.splitlines()))


def _names(dotted: str) -> Sequence[str]:
    return [name.strip().strip("\"'") for name in re.findall(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""", dotted)]


def _table(names: Sequence[str], is_one_of_many: bool, counts: dict[Place, int]) -> Place:
    """The place of a header: within the newest of those that there are many of."""
    place: Place = ()
    for name in names[:-1]:
        place = (*place, name)
        if place in counts:
            place = (*place, counts[place])
    place = (*place, names[-1])
    if is_one_of_many:
        counts[place] = counts.get(place, -1) + 1
        place = (*place, counts[place])
    return place


def _opened(content: str) -> str:
    """The quotes that a text over several lines has opened on this one and not closed."""
    quotes = _LONG_TEXT.findall(content)
    return quotes[0] if len(quotes) % 2 else ""
