"""Who is on a break, and who ended their shift: said by themselves, kept in the ledger, seen by supervisors.

Whoever is on a break is given no scan, and what they had in review waits again at once. A break lasts until they say
that they are back or sign in again after signing out; a connection that is lost ends none.
"""

from scanview.core.checks import check_text
from scanview.core.errors import NotAllowed
from scanview.core.journal import Json, Kind
from scanview.core.presence import NOTES_FOR_S
from scanview.core.review import Person
from scanview.review import dispatch
from scanview.review.answering import Answering
from scanview.store import journal
from scanview.store.database import Transaction
from scanview.store.shift_notes import shift_notes
from scanview.wire import messages
from scanview.wire.hub_server import Peer
from scanview.wire.messages import Message


class Attendance:
    """The service of `TakeBreak`, `ComeBack`, `EndShift` and `AskShiftNotes`."""

    serves: frozenset[type[Message]] = frozenset(
        {messages.TakeBreak, messages.ComeBack, messages.EndShift, messages.AskShiftNotes}
    )

    def __init__(self, answering: Answering) -> None:
        self._answering = answering
        self._breaks: dict[str, float] = {}

    def on_break_since(self, name: str) -> float:
        """When somebody went on their break, UTC seconds by the hub's clock; 0 where they are at work."""
        return self._breaks.get(name, 0.0)

    def check_at_work(self, person: Person) -> None:
        """NotAllowed while `person` is on a break."""
        if person.name in self._breaks:
            raise NotAllowed("you are on a break", code="on-break", remedy="Say that you are back")

    def left(self, person: Person) -> None:
        """`person` signed out, which ends their break."""
        self._breaks.pop(person.name, None)

    def serve(self, peer: Peer, person: Person, message: Message) -> None:
        """Answer one of `serves`."""
        now = self._answering.surroundings.now()
        match message:
            case messages.TakeBreak(request=request):
                since = self._breaks.setdefault(person.name, now)
                self._note(peer, person, request, Kind.ON_BREAK, {"since": since})
            case messages.ComeBack(request=request):
                since = self._breaks.pop(person.name, now)
                self._note(peer, person, request, Kind.BACK, {"since": since})
            case messages.EndShift(request=request, note=note):
                self._note(peer, person, request, Kind.SHIFT_ENDED, {"note": check_text(note.strip())})
            case messages.AskShiftNotes(request=request):
                self._answering.look_up(
                    peer,
                    request,
                    lambda tx: shift_notes(tx, now - NOTES_FOR_S),
                    lambda notes: messages.ShiftNotes(request=request, notes=notes),
                )

    def _note(self, peer: Peer, person: Person, request: int, kind: Kind, said: dict[str, Json]) -> None:
        workstation, now = peer.card.name, self._answering.surroundings.now()

        def note(tx: Transaction) -> int:
            if kind is not Kind.BACK:
                dispatch.give_back_all(tx, person=person, workstation=workstation, now=now)
            body = {"workstation": workstation, **said}
            return journal.append(tx, at=now, kind=kind, actor=person.name, scan="", body=body).seq

        self._answering.write(peer, request, note, lambda seq: messages.Done(request=request, seq=seq))
