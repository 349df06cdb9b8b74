"""The walks of marks: drawn, changed, written on, taken back."""

from scanview.core.mark import Mark, MarkCategory, MarkShape
from tests.ui.walk.finding import labels
from tests.ui.walk.person import Person, Walk

MARKED = ("M", "Right", "Down", "Return", "Right", "Down", "Return")
POLYGON = ("Shift+M", "Right", "Return", "Right", "Return", "Down", "Return", "Return")


def mark(person: Person) -> Mark:
    """The one mark there is."""
    (one,) = person.desk.reviewing.review.marks
    return one


def size(person: Person) -> tuple[int, int]:
    """Columns and rows of the one mark, on the screen."""
    x0, y0, x1, y1 = mark(person).box.corners
    return x1 - x0, y1 - y0


def named(person: Person, category: MarkCategory) -> bool:
    """Whether the tag of the mark says so."""
    return labels(person)[-1].endswith(person.room.words(f"category.{category}"))


def taken(command: str, shape: MarkShape) -> Walk:
    """The shape is in hand and its button down."""
    return Walk(command=command, seen=lambda p, _: p.window.marking.shape is shape and p.is_on(command))


def stretched(command: str, columns: int, rows: int) -> Walk:
    """The mark has another size."""
    return Walk(
        command=command,
        prepare=MARKED,
        was=lambda p: (size(p), p.picture()),
        seen=lambda p, was: (
            (_sign(size(p)[0] - was[0][0]), _sign(size(p)[1] - was[0][1])) == (columns, rows) and p.picture() != was[1]
        ),
    )


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)


SIZES = {"wider": (1, 0), "narrower": (-1, 0), "higher": (0, 1), "lower": (0, -1)}

WALKS = (
    taken("mark", MarkShape.BOX),
    taken("mark-polygon", MarkShape.POLYGON),
    taken("mark-arrow", MarkShape.ARROW),
    *(stretched(f"mark-{name}", *size) for name, size in SIZES.items()),
    *(stretched(f"mark-{name}-finely", *size) for name, size in SIZES.items()),
    Walk(
        command="next-handle",
        prepare=POLYGON,
        was=Person.picture,
        seen=lambda p, was: p.window.marking.handle == 0 and p.picture() != was,
    ),
    Walk(
        command="previous-handle",
        prepare=POLYGON,
        was=Person.picture,
        seen=lambda p, was: p.window.marking.handle == 2 and p.picture() != was,
    ),
    Walk(
        command="pan-right",
        prepare=(*POLYGON, "/"),
        was=lambda p: mark(p).points,
        seen=lambda p, was: mark(p).points[0] != was[0] and mark(p).points[1:] == was[1:],
    ),
    Walk(
        command="take-chosen",
        prepare=MARKED[:-1],
        seen=lambda p, _: [one.shape for one in p.desk.reviewing.review.marks] == [MarkShape.BOX],
    ),
    Walk(command="take-chosen", prepare=POLYGON[:-1], seen=lambda p, _: len(p.desk.reviewing.review.marks) == 1),
    Walk(
        command="categorise",
        prepare=MARKED,
        seen=lambda p, _: p.shows("A digit picks, Esc leaves.", "1  Weapon", "No category  Shift+T"),
    ),
    Walk(command="cancel", prepare=(*MARKED, "Shift+T"), seen=lambda p, _: not p.shows("A digit picks, Esc leaves.")),
    *(
        Walk(
            command=f"category-{number}",
            prepare=(*MARKED, "Shift+T", *(("1", "Shift+T") if number == 0 else ())),
            seen=lambda p, _, category=category: (
                (mark(p).category is category and category is MarkCategory.NONE) or named(p, category)
            ),
        )
        for number, category in enumerate(MarkCategory)
    ),
    Walk(command="remove-mark", prepare=("Space", "A"), seen=lambda p, _: labels(p) == ["Weapon", "Cigarettes"]),
    Walk(command="remove-mark", prepare=POLYGON[:3], was=Person.picture, seen=lambda p, was: p.picture() != was),
    Walk(command="write-on-mark", prepare=("Space", "A"), seen=lambda p, _: p.window.findings.marks.note.hasFocus()),
    Walk(command="undo", prepare=("Space", "D"), seen=lambda p, _: "Weapon" in labels(p)),
    Walk(command="redo", prepare=("Space", "D", "Ctrl+Z"), seen=lambda p, _: "✕ Weapon" in labels(p)),
)
