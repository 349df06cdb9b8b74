"""The walks of looking: where, how near, and which way round."""

from tests.ui.walk.person import Person, Walk

CLOSER = ("+",) * 8


def look(person: Person) -> tuple[float, float, float, bool, bool]:
    """Left, top, scale and how the picture is turned."""
    seen = person.canvas.viewport
    assert seen is not None
    return seen.left, seen.top, seen.scale, seen.mirrored_x, seen.mirrored_y


def moved(way: str, right: int, down: int) -> Walk:
    """The look moves; the picture on the screen does, too."""
    return Walk(
        command=way,
        prepare=CLOSER,
        was=lambda p: (look(p), p.picture()),
        seen=lambda p, was: (
            (_sign(look(p)[0] - was[0][0]), _sign(look(p)[1] - was[0][1])) == (right, down) and p.picture() != was[1]
        ),
    )


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)


WALKS = (
    Walk(command="fit", prepare=CLOSER, was=look, seen=lambda p, was: look(p)[2] < was[2] and look(p)[0] <= 0),
    Walk(command="one-to-one", was=look, seen=lambda p, was: round(p.canvas.viewport.scale_x, 9) == 1.0 != was[2]),
    Walk(command="flip", was=Person.picture, seen=lambda p, was: look(p)[3:] == (True, False) and p.picture() != was),
    Walk(command="turn", was=Person.picture, seen=lambda p, was: look(p)[3:] == (True, True) and p.picture() != was),
    Walk(command="loupe", was=Person.picture, seen=lambda p, was: p.picture() != was),
    Walk(command="zoom-in", was=look, seen=lambda p, was: look(p)[2] > was[2]),
    Walk(command="zoom-out", was=look, seen=lambda p, was: look(p)[2] < was[2]),
    *(
        moved(f"{manner}-{way}", right, down)
        for manner in ("pan", "nudge")
        for way, (right, down) in {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}.items()
    ),
)
