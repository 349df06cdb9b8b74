"""Owns what a workstation remembers of its people's wishes between two runs: a small JSON file in its folder."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from scanview.ui.text import Language

FILE = "preferences.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """How the screen is wanted."""

    language: Language = Language.ZH


def load(folder: Path) -> Preferences:
    """What is remembered in `folder`; the defaults where nothing is, or nothing that can be read."""
    try:
        document = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return Preferences(language=Language(document["language"]))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return Preferences()


def save(folder: Path, preferences: Preferences) -> None:
    """Remember; a disk that refuses only costs the memory."""
    growing = folder / f"{FILE}.part"
    try:
        growing.write_text(json.dumps(asdict(preferences)), encoding="utf-8")
        os.replace(growing, folder / FILE)
    except OSError:
        growing.unlink(missing_ok=True)
