"""Breaks and the end of a shift, and what a supervisor makes of the queue, over a session."""

from concurrent.futures import Future

from scanview.core.presence import ShiftNote
from scanview.session.asking import Asks, read_as
from scanview.wire import messages as wire


class Dispatching:
    """Asks the hub; may be used from any thread. Every future is done once what was asked for is durable."""

    def __init__(self, session: Asks) -> None:
        self._session = session

    def take_break(self) -> Future[None]:
        """This person is on a break: they are given no scan, and what they have waits again."""
        return self._done(wire.TakeBreak(request=0))

    def come_back(self) -> Future[None]:
        """This person is back."""
        return self._done(wire.ComeBack(request=0))

    def end_shift(self, note: str) -> Future[None]:
        """This person's shift ends: what they have waits again, and `note` is kept for who comes next."""
        return self._done(wire.EndShift(request=0, note=note))

    def shift_notes(self) -> Future[tuple[ShiftNote, ...]]:
        """What those left who ended their shifts lately, the newest first."""
        asked = self._session.ask(wire.AskShiftNotes(request=0), wire.ShiftNotes)
        return read_as(asked, lambda answer: answer.notes)

    def assign(self, scan: str, analyst: str, reason: str) -> Future[None]:
        """Keep `scan` for `analyst` for a while, or for nobody where that is empty. Refused to all but supervisors."""
        return self._done(wire.Assign(request=0, scan=scan, analyst=analyst, reason=reason))

    def prioritise(self, scan: str, earlier_s: float, reason: str) -> Future[None]:
        """Move `scan` so many seconds forward in the queue. Refused to all but supervisors."""
        return self._done(wire.Prioritise(request=0, scan=scan, earlier_s=earlier_s, reason=reason))

    def _done(self, question: wire.Message) -> Future[None]:
        return read_as(self._session.ask(question, wire.Done), lambda _: None)
