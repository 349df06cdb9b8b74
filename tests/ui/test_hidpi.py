"""On a screen with more pixels to a point the picture is made of that screen's pixels, and all text is as large."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOOK = """
import json
import numpy as np
from PySide6.QtGui import QImage
from scanview.core.recipe import Tool
from scanview.imaging.render import Compositor
from scanview.ui.app import make_application
from scanview.ui.viewer.canvas import Canvas
from scanview.ui.window import Window
from scanview.ui.language import Words
from scanview.ui.text import Language
from tests.golden.wedges import wedge_pyramid

make_application(SCALE)
canvas = Canvas()
canvas.resize(641, 321)
canvas.show()
pyramid = wedge_pyramid(noise=0.004, repeats=4)
wrong = []
for turn in (None, canvas.flip, canvas.turn, canvas.zoom_in, canvas.zoom_in, canvas.one_to_one):
    canvas.set_scan(pyramid, canvas.recipe if canvas.pyramid else None)
    canvas.set_recipe(canvas.recipe.toggled(Tool.COLOUR))
    if turn is not None:
        turn()
    image = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    shown = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)[..., :3]
    viewport, ratio = canvas.viewport, canvas.devicePixelRatioF()
    size = round(viewport.width * ratio), round(viewport.height * ratio)
    made = Compositor(pyramid).render(canvas.recipe, viewport.region.on_denser_screen(ratio), size).pixels
    made = np.asarray(made).view(np.uint8).reshape(size[1], size[0], 4)[..., :3]
    if viewport.mirrored_x:
        made = made[:, ::-1]
    if viewport.mirrored_y:
        made = made[::-1]
    upper = slice(0, made.shape[0] - round(44 * ratio))  # below that stands the scale bar
    wrong.append(int((shown[upper] != made[upper]).any(axis=2).sum()))
window = Window(Words(Language.EN), "tcp://127.0.0.1:9")
window.show()
font = window.sign_in_page.name.font()
print(json.dumps({"ratio": ratio, "size": [image.width(), image.height()], "wrong": wrong, "font": font.pixelSize(),
                  "device": round(window.grab().width() / window.width(), 3)}))
"""


def looked(ratio: float, *, by_setting: bool = False) -> dict:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    environment.pop("QT_SCALE_FACTOR", None)
    if not by_setting:
        environment["QT_SCALE_FACTOR"] = str(ratio)
    program = LOOK.replace("SCALE", str(ratio) if by_setting else "")
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0])
def test_every_pixel_of_the_screen_is_one_of_the_picture(ratio):
    found = looked(ratio)

    assert found["ratio"] == ratio
    assert found["size"] == [round(641 * ratio), round(321 * ratio)]
    assert found["wrong"] == [0] * 6
    assert found["device"] == ratio, "widgets and their text grow with the picture"
    assert found["font"] == 13


def test_the_scale_can_be_set_where_a_screen_does_not_say_it():
    assert looked(2.0, by_setting=True)["ratio"] == 2.0
