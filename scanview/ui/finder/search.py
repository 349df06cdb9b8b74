"""Owns which commands a typed text means, without Qt: their names in both languages, their ids and their keys."""

from collections.abc import Iterable
from dataclasses import dataclass

from scanview.ui.key_map import KeyMap
from scanview.ui.text import CATALOGUES, Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A command that was found: its id, its name in the reader's language, and its keys as people call them."""

    command: str
    name: str
    keys: str


def found(text: str, commands: Iterable[str], language: Language, keys: KeyMap) -> tuple[Hit, ...]:
    """Those of `commands` (ids) that `text` means, the nearest first; all of them in their order for an empty text.

    Every word of `text` has to be in the command's name in one of the languages, in its id or in its keys; upper and
    lower case are the same. A name that begins with the text, as a whole word first, comes before one with a word
    that does, and that before all others.
    """
    words = text.casefold().split()
    ranked = []
    for place, command in enumerate(commands):
        names = [CATALOGUES[each][f"command.{command}"].casefold() for each in Language]
        heap = [*names, command, keys.keys_text(command).casefold()]
        if all(any(word in one for one in heap) for word in words):
            ranked.append((_distance(text.strip().casefold(), [*names, heap[-1]]), place, command))
    return tuple(
        Hit(command=command, name=CATALOGUES[language][f"command.{command}"], keys=keys.keys_text(command))
        for _, _, command in sorted(ranked)
    )


def _distance(text: str, names: list[str]) -> int:
    nearer = (
        lambda name: name == text,
        lambda name: name.startswith(f"{text} "),
        lambda name: name.startswith(text),
        lambda name: f" {text}" in name,
    )
    return next((place for place, holds in enumerate(nearer) if any(map(holds, names))), len(nearer))
