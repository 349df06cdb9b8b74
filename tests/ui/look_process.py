"""A canvas on a screen of some density shows every tool; prints which pictures the replay does not match.

Arguments: none; QT_SCALE_FACTOR says how dense the screen is. A process of its own, because Qt reads it once.
"""

import json
import sys

import numpy as np
from PySide6.QtGui import QImage

from scanview.core.recipe import Recipe, Tool
from scanview.imaging.replay import replayed
from scanview.imaging.tone import default_recipe
from scanview.ui.app import make_application
from scanview.ui.viewer import canvas as viewer
from scanview.ui.viewer.looks import looks_of
from tests.golden.wedges import WEDGE_VIEW, wedge_pyramid

DEFAULT = default_recipe(WEDGE_VIEW)
RECIPES = {
    "default": DEFAULT,
    "none": Recipe(),
    **{str(tool): DEFAULT.toggled(tool) for tool in Tool},
    "peel-colour": DEFAULT.toggled(Tool.PEEL).toggled(Tool.COLOUR),
    "everything": DEFAULT.toggled(Tool.COLOUR).toggled(Tool.DENOISE).toggled(Tool.LOCAL).toggled(Tool.SUPER),
}


def pictures(canvas):
    """(name, way of looking) of every picture, one after the other on the screen."""
    ways = {
        "fit": canvas.fit,
        "flipped": canvas.flip,
        "panned": lambda: canvas.pan(-37, 11),
        "turned": canvas.turn,
        "closer": canvas.zoom_in,
    }
    for tools, recipe in RECIPES.items():
        canvas.set_recipe(recipe)
        for way, move in ways.items():
            move()
            yield f"{tools} {way}"


def main():
    application = make_application()
    viewer.paint_scale_bar = lambda *_: None  # what lies over the picture is no part of it
    canvas = viewer.Canvas()
    canvas.resize(333, 217)
    canvas.show()
    canvas.set_scan(wedge_pyramid(noise=0.004, repeats=3))
    stored = wedge_pyramid(noise=0.004, repeats=3)
    other, count = [], 0
    for name in pictures(canvas):
        application.processEvents()
        image = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        seen = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
        (look,) = looks_of((canvas,))
        drawn = replayed(stored, look)
        count += 1
        if drawn.shape != seen.shape or not np.array_equal(drawn[..., :3], seen[..., :3]):
            other.append(name)
    json.dump({"ratio": canvas.devicePixelRatioF(), "pictures": count, "other": other}, sys.stdout)


if __name__ == "__main__":
    main()
