"""Chinese where it can be shown, English that says what is missing where it cannot, and Qt's own words in both."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLineEdit

from scanview.ui.fonts import NEEDED, has_chinese
from scanview.ui.language import Words
from scanview.ui.qt_words import QtWords
from scanview.ui.text import Language

ROOT = Path(__file__).parents[2]
NO_CHINESE = """<fontconfig><dir>/usr/share/fonts</dir><selectfont><rejectfont>
<pattern><patelt name="lang"><string>zh-cn</string></patelt></pattern>
<pattern><patelt name="lang"><string>zh-tw</string></patelt></pattern>
</rejectfont></selectfont></fontconfig>"""
START = """
import json, sys
from pathlib import Path
from PySide6.QtWidgets import QLabel
from scanview.ui.app import Client, make_application
from scanview.ui.text import Language
make_application()
folder = Path(sys.argv[1])
client = Client(endpoint="tcp://127.0.0.1:9", folder=folder, workstation="desk-1", language=Language.ZH)
client.start()
client.window.refresh()
texts = [label.text() for label in client.window.findChildren(QLabel) if label.isVisible()]
client.words.use_keys(client.words.keys.with_key("release", "F5"))
client.words.switch(Language.EN)
print(json.dumps([client.words.language, texts, (folder / "preferences.json").exists()
                  and json.loads((folder / "preferences.json").read_text())["language"]]))
client.stop()
"""


def started(folder: Path, fonts: Path | None) -> list:
    """What the window of a client says that was asked to start in Chinese."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    if fonts is not None:
        environment["FONTCONFIG_FILE"] = str(fonts)
    done = subprocess.run(
        [sys.executable, "-c", START, str(folder)], env=environment, capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0, done.stderr

    return json.loads(done.stdout.splitlines()[-1])


def test_without_a_chinese_font_the_client_starts_in_english_and_says_what_to_install(tmp_path):
    fonts = tmp_path / "fonts.conf"
    fonts.write_text(NO_CHINESE)
    language, texts, remembered = started(tmp_path, fonts)

    assert language == "en"
    assert f"▲  No Chinese font on this computer: install {NEEDED}, then start again" in texts
    assert "Sign in" in texts or "Central review" in texts
    assert remembered == "zh", "nobody wished for English"


def test_with_one_it_starts_in_chinese_and_warns_of_nothing(qapp, tmp_path):
    if not has_chinese():
        pytest.skip("no Chinese font here")
    _, texts, remembered = started(tmp_path, None)

    assert "集中审像" in texts
    assert not any("No Chinese font" in text for text in texts)
    assert remembered == "en", "the language was switched"


def test_the_menu_of_a_text_field_speaks_the_language_of_the_moment(qtbot):
    words = Words(Language.ZH)
    field = QLineEdit()
    qtbot.addWidget(field)
    kept = QtWords(words)

    def said():
        menu = field.createStandardContextMenu()
        qtbot.addWidget(menu)
        return " ".join(action.text() for action in menu.actions())

    assert "复制" in said()
    words.switch(Language.EN)
    assert "&Copy" in said()
    assert "复制" not in said()
    words.switch(Language.ZH)
    assert "粘贴" in said()
    words.switch(Language.EN)
    assert kept.parent() is words
