"""Text can be read: contrast, sizes, and no markup anywhere."""

import re
from pathlib import Path

import pytest

from scanview.ui import style, text, tokens

UI = Path(text.__file__).parent


def luminance(colour):
    """Relative luminance as WCAG 2.2 defines it."""
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("ground", [tokens.GROUND, tokens.PANEL, tokens.RAISED])
@pytest.mark.parametrize(
    "colour",
    [tokens.TEXT, tokens.QUIET, tokens.FOCUS, tokens.RISK_HIGH, tokens.RISK_MEDIUM, tokens.RISK_LOW, tokens.WARNING],
)
def test_text_stands_out_from_every_ground(colour, ground):
    assert contrast(colour, ground) >= 4.5


@pytest.mark.parametrize("ground", [tokens.GROUND, tokens.PANEL, tokens.RAISED, tokens.LINE])
def test_lines_and_rings_that_say_something_stand_out(ground):
    """Three to one, as WCAG 2.2 asks of what is not text."""
    for colour in (tokens.FOCUS_RING, tokens.FOCUS, tokens.MARK, tokens.MEASURE, style.HOLD, style.RELEASE):
        assert contrast(colour, ground) >= 3.0


def test_the_ring_of_the_focus_stands_out_from_the_edge_of_what_is_switched_on():
    assert contrast(tokens.FOCUS_RING, tokens.FOCUS) >= 2.0


@pytest.mark.parametrize("ground", [tokens.WARNING, tokens.FOCUS])
def test_dark_text_on_bright_grounds_stands_out(ground):
    assert contrast(tokens.GROUND, ground) >= 4.5


def test_the_sheet_has_four_sizes_and_no_colour_of_its_own():
    sheet = style.style_sheet()
    known = {value for name, value in vars(tokens).items() if name.isupper()} | {style.FAINT}

    assert {int(size) for size in re.findall(r"font-size: (\d+)px", sheet)} <= {12, 13, 15, 20}
    assert set(re.findall(r"#[0-9a-f]{6}", sheet)) <= known


def test_colours_are_written_in_the_tokens_alone():
    """Other modules take them from there; `style.FAINT` is the one that is no token."""
    coloured = [
        path.name
        for path in UI.rglob("*.py")
        if re.search(r'"#[0-9a-fA-F]{3,8}"', path.read_text(encoding="utf-8")) and path.stem not in ("tokens", "style")
    ]

    assert coloured == []


@pytest.mark.parametrize(
    "forbidden", ["QTextBrowser", "QTextEdit", "setHtml", "RichText", "AutoText", "QMessageBox", "QThread", "asyncio"]
)
def test_no_place_for_markup_and_no_thread_of_qts(forbidden):
    using = [path.name for path in UI.rglob("*.py") if forbidden in path.read_text(encoding="utf-8")]

    assert using == []


def test_every_label_is_the_plain_one():
    making = [
        path.name
        for path in UI.rglob("*.py")
        if re.search(r"\bQLabel\(", path.read_text(encoding="utf-8")) and path.stem != "parts"
    ]

    assert making == []
