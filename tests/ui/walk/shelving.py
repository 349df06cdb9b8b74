"""The walks of the shelf: a supervisor keeps a scan for everybody, or takes it off."""

from scanview.core.related import RelatedKind, Shelving
from scanview.core.review import Person as Somebody
from scanview.core.review import Role
from scanview.session import events
from tests.ui.walk.person import Person, Walk
from tests.unit.session.session_fakes import row, scan_id


def supervisor(person: Person) -> None:
    """Whoever sits here is a supervisor."""
    person.desk.heard(events.PersonChanged(person=Somebody(name="Ada", role=Role.SUPERVISOR)))


def titled(person: Person) -> None:
    """A title was written, and the line left."""
    person.window.shelf.title.setText(" Drugs in a reefer ")


def typed(person: Person) -> None:
    """The container's type was written."""
    person.window.shelf.container_type.setText("22g1")


def shelved(person: Person) -> None:
    """The scan stands on the shelf already."""
    placed = Shelving(kind=RelatedKind.REFERENCE, container_type="22G1")
    person.desk.heard(events.RowsChanged(rows=(row(1, shelved=placed),)))


def kept(person: Person, kind: RelatedKind, **fields: str) -> bool:
    """Whether the hub was asked for this, and only this."""
    return person.session.asked("shelve") == [[scan_id(1), Shelving(kind=kind, **fields)]]


WALKS = (
    Walk(
        command="shelve-reference",
        prepare=(supervisor, typed),
        seen=lambda p, _: kept(p, RelatedKind.REFERENCE, container_type="22G1"),
    ),
    Walk(
        command="shelve-case",
        prepare=(supervisor, titled),
        seen=lambda p, _: kept(p, RelatedKind.LIBRARY, title="Drugs in a reefer"),
    ),
    Walk(
        command="shelve-case",
        prepare=(supervisor,),
        seen=lambda p, _: p.shows("▲  A library case needs a title") and p.window.shelf.title.hasFocus(),
    ),
    Walk(
        command="unshelve",
        prepare=(supervisor, shelved),
        seen=lambda p, _: p.session.asked("unshelve") == [[scan_id(1)]],
    ),
)
