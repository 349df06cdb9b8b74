"""Owns the type of the client: one family for both scripts, figures all of one width, and what is missing for it."""

from PySide6.QtGui import QFont, QFontDatabase

LATIN = ("Noto Sans", "Inter", "DejaVu Sans")
CHINESE = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "WenQuanYi Micro Hei", "Microsoft YaHei")

_TABULAR_FIGURES = "tnum"


NEEDED = "fonts-noto-cjk"
"""What to install where no font can show Chinese, as most systems call it."""


def has_chinese() -> bool:
    """Whether any installed font can show Chinese."""
    return bool(QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese))


def font(size_px: int = 13, *, bold: bool = False) -> QFont:
    """The client's font at this size, in pixels of an ordinary screen."""
    chosen = QFont()
    chosen.setFamilies([*CHINESE[:1], *LATIN, *CHINESE[1:]])
    chosen.setPixelSize(size_px)
    chosen.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    chosen.setFeature(QFont.Tag(_TABULAR_FIGURES), 1)
    chosen.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return chosen
