"""The walks of several pictures: which views are shown, and which has the keys."""

from scanview.core.scan import View
from tests.ui.two_views import open_two_views
from tests.ui.walk.person import Person, Start, Walk


def second_view(person: Person) -> None:
    """A scan with a side and a top view comes onto the screen."""
    open_two_views(person.room, 2)


def shown(person: Person) -> list[View]:
    """The views whose pictures are visible, from top to bottom."""
    return [canvas.pyramid.header.view for canvas in person.window.panes.canvases if canvas.isVisible()]


WALKS = (
    Walk(command="views", prepare=(second_view,), seen=lambda p, _: shown(p) == [View.SIDE]),
    Walk(command="views", prepare=(second_view, "Y"), seen=lambda p, _: shown(p) == [View.TOP]),
    Walk(command="views", prepare=(second_view, "Y", "Y"), seen=lambda p, _: shown(p) == [View.SIDE, View.TOP]),
    Walk(
        command="other-picture",
        prepare=(second_view,),
        seen=lambda p, _: p.window.canvas.pyramid.header.view is View.TOP,
    ),
    Walk(
        command="second-window",
        prepare=(second_view,),
        seen=lambda p, _: p.window.second.isVisible() and p.window.panes.canvases[1].window() is p.window.second,
    ),
    Walk(command="full-screen", start=Start.SIGN_IN, seen=lambda p, _: p.window.isFullScreen()),
    Walk(command="full-screen", seen=lambda p, _: p.window.isFullScreen()),
    Walk(command="hide-worklist", seen=lambda p, _: not p.window.worklist.isVisible()),
)
