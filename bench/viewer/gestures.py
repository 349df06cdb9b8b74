"""From the move of a hand to the painted picture: on scans of both lengths, at 4K, and with both cores at work."""

from bench.rows import Row
from bench.viewer.recognisers import recognising
from bench.viewer.scene import COLUMNS, LONG_COLUMNS, SCREEN_4K, application, synthetic_counts
from bench.viewer.stage import Stage
from scanview.core.recipe import Tool

MANY_BOXES = 5_000


def run(quick: bool) -> list[Row]:
    """Rows of a scan of 8,000 columns, and of one of 20,000."""
    application()
    rounds = 40 if quick else 200
    return [*_every_gesture(rounds), *_long(rounds)]


def run_4k(quick: bool) -> list[Row]:
    """Rows of the window of greys on 3840 x 2160 pixels."""
    application()
    rounds = 40 if quick else 200
    stage = Stage(synthetic_counts(COLUMNS), SCREEN_4K)
    rows = [
        stage.row("window_4k_p95", rounds, stage.drag_window, goal=12.0),
        stage.row("window_4k_colour_p95", rounds, stage.drag_window, goal=12.0, tools=(Tool.COLOUR,)),
        stage.row("pan_4k_p95", rounds, stage.drag_pan, goal=12.0),
    ]
    stage.close()
    return rows


def run_loaded(quick: bool) -> list[Row]:
    """Rows with recognition of low priority on both cores."""
    application()
    rounds = 100 if quick else 400
    stage = Stage(synthetic_counts(COLUMNS))
    with recognising():
        rows = [
            stage.row("window_loaded_p95", rounds, stage.drag_window, goal=8.0),
            stage.row("window_loaded_colour_p95", rounds, stage.drag_window, goal=8.0, tools=(Tool.COLOUR,)),
            stage.row("pan_loaded_p95", rounds, stage.drag_pan, goal=8.0),
        ]
    stage.close()
    return rows


def _every_gesture(rounds: int) -> list[Row]:
    stage = Stage(synthetic_counts(COLUMNS))
    colour = (Tool.COLOUR,)
    rows = [
        stage.row("window_grey_p95", rounds, stage.drag_window, goal=5.0),
        stage.row("pan_p95", rounds, stage.drag_pan, goal=4.0),
        stage.row("zoom_p95", rounds, stage.zoom, goal=8.0),
        stage.row("window_colour_p95", rounds, stage.drag_window, goal=5.0, tools=colour),
        stage.row("pan_colour_p95", rounds, stage.drag_pan, goal=4.0, tools=colour),
        stage.row("zoom_colour_p95", rounds, stage.zoom, goal=8.0, tools=colour),
        stage.row("window_5000_boxes_p95", rounds, stage.drag_window, goal=8.0, boxes=MANY_BOXES),
        stage.row("pan_5000_boxes_p95", rounds, stage.drag_pan, goal=16.0, boxes=MANY_BOXES),
        stage.row("pointwise_p95", rounds, stage.set_tone, goal=5.0),
        stage.row("strip_p95", rounds, stage.set_strip, goal=5.0, tools=colour),
        stage.row("edge_p95", rounds, stage.drag_window, goal=8.0, tools=(Tool.EDGE,)),
        stage.row("local_contrast_p95", rounds, stage.drag_window, goal=12.0, tools=(Tool.LOCAL,)),
        stage.row("super_p95", rounds, stage.drag_window, goal=12.0, tools=(Tool.SUPER,)),
        stage.row("denoise_pan_p95", rounds, stage.drag_pan, goal=8.0, tools=(Tool.DENOISE,)),
        stage.row("flipped_pan_p95", rounds, stage.drag_pan, goal=4.0, flipped=True),
    ]
    stage.close()
    return rows


def _long(rounds: int) -> list[Row]:
    stage = Stage(synthetic_counts(LONG_COLUMNS))
    colour = (Tool.COLOUR,)
    rows = [
        stage.row("window_long_p95", rounds, stage.drag_window, goal=5.0),
        stage.row("window_long_colour_p95", rounds, stage.drag_window, goal=5.0, tools=colour),
        stage.row("pan_long_p95", rounds, stage.drag_pan, goal=4.0),
        stage.row("pan_long_colour_p95", rounds, stage.drag_pan, goal=4.0, tools=colour),
        stage.row("zoom_long_p95", rounds, stage.zoom, goal=8.0),
    ]
    stage.close()
    return rows
