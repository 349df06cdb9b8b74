"""From the key to the picture: of a scan in memory, of one that was loaded ahead, and of one that the hub still has."""

from functools import partial

from bench.rows import Row, lower_is_better, percentile
from bench.viewer.desk import Desk
from bench.viewer.room import Room, room
from bench.viewer.scene import BENCH, COLUMNS, application, milliseconds, pyramid_of, show, synthetic_counts
from bench.viewer.stage import PlainView
from scanview.core.recipe import Recipe, Tool
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.imaging.scan_image import Counts
from scanview.ui.viewer.canvas import Canvas


def run(quick: bool) -> list[Row]:
    """Rows of scans of 8,000 columns."""
    application()
    rounds = 5 if quick else 20
    counts = synthetic_counts(COLUMNS)
    rows = [_first_coarse(counts, 2 * rounds), _first_colour(counts, rounds)]
    with room() as hub:
        hub.send(counts, 2 * rounds + 2)
        return [*rows, _fetched(hub, rounds), _prefetched(hub, rounds)]


def _first_coarse(counts: Counts, rounds: int) -> Row:
    """The whole of a scan whose strips are in memory, on a canvas that has never shown it."""
    ours, peers = [], []
    for _ in range(rounds):
        pyramid = pyramid_of(counts)
        canvas, plain = Canvas(), PlainView(counts)
        for widget in (canvas, plain):
            show(widget)
        ours.append(milliseconds(partial(_first_look, canvas, pyramid)))
        peers.append(milliseconds(plain.repaint))
        for widget in (canvas, plain):
            widget.close()
    value, reference = percentile(ours, 0.95), percentile(peers, 0.95)
    return lower_is_better(BENCH, "first_coarse_p95", value, "ms", goal=5.0, reference=reference)


def _first_colour(counts: Counts, rounds: int) -> Row:
    """The first coloured picture of a scan that has never been coloured."""
    taken = []
    for _ in range(rounds):
        canvas = Canvas()
        show(canvas)
        canvas.set_scan(pyramid_of(counts))
        canvas.one_to_one()
        canvas.repaint()
        recipe = canvas.recipe.toggled(Tool.COLOUR)
        taken.append(milliseconds(partial(_look_by, canvas, recipe)))
        canvas.close()
    return lower_is_better(BENCH, "first_colour", percentile(taken, 0.95), "ms", goal=100.0)


def _first_look(canvas: Canvas, pyramid: GrowingPyramid) -> None:
    canvas.set_scan(pyramid)
    canvas.repaint()


def _look_by(canvas: Canvas, recipe: Recipe) -> None:
    canvas.set_recipe(recipe)
    canvas.repaint()


def _fetched(hub: Room, rounds: int) -> Row:
    """Nothing is loaded ahead: the hub is asked after the key was pressed."""
    with Desk(hub.endpoint, hub.folder / "desk", scans_ahead=0) as desk:
        desk.until(lambda: len(desk.desk.rows) >= rounds, "the queue")
        taken = []
        for _ in range(rounds):
            taken.append(1e3 * desk.open_next()[1])
            desk.hold()
    return lower_is_better(BENCH, "first_paint_fetched", percentile(taken, 0.95), "ms", goal=300.0)


def _prefetched(hub: Room, rounds: int) -> Row:
    """Every scan is whole in memory when its key is pressed."""
    with Desk(hub.endpoint, hub.folder / "desk", scans_ahead=1) as desk:
        taken = []
        for _ in range(rounds):
            desk.until(lambda: len(desk.desk.ahead) >= 1, "a scan loaded ahead")
            taken.append(1e3 * desk.open_next()[1])
            desk.hold()
    return lower_is_better(BENCH, "first_paint_prefetched", percentile(taken, 0.95), "ms", goal=100.0)
