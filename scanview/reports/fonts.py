"""The font that documents are set in: one that has both scripts and may be embedded."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scanview.core.errors import Unavailable

NEEDED = "fonts-noto-cjk"
"""What to install where the font is missing, as most systems call it."""

_FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".fonts",
    Path.home() / ".local/share/fonts",
    Path("/Library/Fonts"),
    Path.home() / "Library/Fonts",
    Path("C:/Windows/Fonts"),
)
_SIMPLIFIED_IN_COLLECTION = 2
"""The place of simplified Chinese in Noto's collections."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FontFiles:
    """The files of the regular and the bold face, and the face's number in them where they are collections."""

    regular: Path
    bold: Path
    number: int


def find_fonts(folders: tuple[Path, ...] = _FOLDERS) -> FontFiles:
    """Noto Sans for simplified Chinese; Unavailable where none of `folders` has it."""
    for name, number in (("NotoSansCJK-{}.ttc", _SIMPLIFIED_IN_COLLECTION), ("NotoSansSC-{}.otf", 0)):
        regular = next(_found(folders, name.format("Regular")), None)
        if regular is not None:
            bold = next(_found(folders, name.format("Bold")), regular)
            return FontFiles(regular=regular, bold=bold, number=number)
    raise Unavailable(
        "there is no font for a report: Noto Sans CJK is not installed", code="no-font", remedy=f"Install {NEEDED}"
    )


def _found(folders: tuple[Path, ...], name: str) -> Iterator[Path]:
    for folder in folders:
        if folder.is_dir():
            yield from sorted(folder.rglob(name))
