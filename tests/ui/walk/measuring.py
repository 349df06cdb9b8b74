"""The walks of measuring: an instrument in hand, and what it asks for."""

from tests.ui.walk.person import Walk

WALKS = (
    Walk(command="measure-length", seen=lambda p, _: p.shows("Line", "Drag a line. Esc to stop.")),
    Walk(command="measure-rectangle", seen=lambda p, _: p.shows("Rectangle", "Drag a rectangle. Esc to stop.")),
    Walk(
        command="measure-polygon",
        seen=lambda p, _: p.shows("Polygon", "Click the corners, Enter to close. Esc to stop."),
    ),
    Walk(command="histogram", seen=lambda p, _: p.window.histogram.isVisible() and p.is_on("histogram")),
    Walk(command="weigh-load", seen=lambda p, _: p.shows("Weight of the load")),
)
