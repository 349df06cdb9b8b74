"""The states of the shelf: what a supervisor sees of it."""

from scanview.core.errors import NotAllowed
from scanview.core.related import RelatedKind, Shelving
from scanview.session import events
from tests.ui.screens.scene import Scene
from tests.ui.screens.shift import queue
from tests.ui.walk.person import Person
from tests.ui.walk.shelving import supervisor

LONG = "Heroin behind a false front wall, 40' high cube, second layer of cartons · 冷藏箱前壁夹层藏毒"


def told(shelving: Shelving):
    """The hub tells that the scan stands on the shelf."""

    def tell(person: Person) -> None:
        (first, *_) = queue()
        values = {name: getattr(first, name) for name in first.__slots__}
        person.desk.heard(events.RowsChanged(rows=(type(first)(**{**values, "shelved": shelving}),)))

    return tell


def refused(person: Person) -> None:
    person.session.last("shelve").set_exception(NotAllowed("no", code="shelve-incomplete"))


SCENES = (
    Scene(name="shelf", keys=(supervisor,), close_up=True),
    Scene(name="shelf-reference", keys=(supervisor, told(Shelving(kind=RelatedKind.REFERENCE, container_type="45G1")))),
    Scene(name="shelf-case", keys=(told(Shelving(kind=RelatedKind.LIBRARY, title=LONG)), supervisor)),
    Scene(name="shelf-without-title", keys=(supervisor, "Ctrl+Shift+B")),
    Scene(name="shelf-refused", keys=(supervisor, "Ctrl+B", refused)),
)
