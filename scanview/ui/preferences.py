"""Owns what a workstation remembers of its people's wishes between two runs: a small JSON file in its folder."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from scanview.ui import layout
from scanview.ui.finding_filter import FindingFilter
from scanview.ui.key_map import KeyMap, read_keys
from scanview.ui.layout import Layout
from scanview.ui.text import Language

FILE = "preferences.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """How the screen is wanted."""

    language: Language = Language.ZH
    keys: Mapping[str, KeyMap] = field(default_factory=dict)
    """What each person, by name, has changed of the keys."""
    layout: Layout = field(default_factory=Layout)
    """Where the windows stand on this workstation."""

    filters: Mapping[str, FindingFilter] = field(default_factory=dict)
    """Which findings each person wants to see."""

    def with_filter(self, person: str, wanted: FindingFilter) -> "Preferences":
        """The same with this filter for `person`."""
        return replace(self, filters={**self.filters, person: wanted})

    def with_keys(self, person: str, keys: KeyMap) -> "Preferences":
        """The same with these keys for `person`."""
        return replace(self, keys={**self.keys, person: keys})


def load(folder: Path) -> Preferences:
    """What is remembered in `folder`; the defaults where nothing is, or nothing that can be read."""
    try:
        document = json.loads((folder / FILE).read_text(encoding="utf-8"))
        people = document.get("keys", {})
        keys = {str(person): read_keys(own) for person, own in people.items()} if isinstance(people, dict) else {}
        filters = {str(person): _read_filter(own) for person, own in document.get("filters", {}).items()}
        return Preferences(
            language=Language(document["language"]),
            keys=keys,
            filters=filters,
            layout=layout.read(document.get("layout")),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Preferences()


def save(folder: Path, preferences: Preferences) -> None:
    """Remember; a disk that refuses only costs the memory."""
    growing = folder / f"{FILE}.part"
    document = {
        "language": preferences.language,
        "layout": layout.written(preferences.layout),
        "keys": {person: dict(keys.own) for person, keys in preferences.keys.items() if keys.own},
        "filters": {
            person: {"least_score": own.least_score, "hidden": sorted(own.hidden)}
            for person, own in preferences.filters.items()
            if own.is_on
        },
    }
    try:
        growing.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        os.replace(growing, folder / FILE)
    except OSError:
        growing.unlink(missing_ok=True)


def _read_filter(document: Any) -> FindingFilter:
    """ValueError or TypeError where it is none."""
    return FindingFilter(hidden=frozenset(map(str, document["hidden"]))).from_score(float(document["least_score"]))
