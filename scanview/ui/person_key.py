"""Owns what the client knows of the key that its person signs with: whether a port would believe their release."""

from scanview.session import events
from scanview.session.events import KeyState
from scanview.ui.reviewing import Reviewing
from scanview.ui.surroundings import Part, Problem, Surroundings
from scanview.ui.text import NOTHING, Phrase, phrase

_SIGNS_NOTHING = {KeyState.WAITING: "key-waits", KeyState.UNUSABLE: "key-unusable"}


class PersonKeyStanding:
    """How the key stands. A key that is just being readied is no obstacle: the session waits for it."""

    def __init__(self, around: Surroundings, reviewing: Reviewing) -> None:
        self._around = around
        self._reviewing = reviewing
        self.state = KeyState.NONE
        self.key = ""

    @property
    def obstacle(self) -> Problem | None:
        """Why no release of this person would open anything, and what to do; None where one would.

        Whoever practises opens nothing, and needs no key for it.
        """
        code = _SIGNS_NOTHING.get(self.state)
        return Problem.by_code(code) if code is not None and not self._reviewing.divert else None

    def release(self) -> None:
        """Release the scan on the screen, or say why no port would believe it."""
        obstacle = self.obstacle
        if obstacle is None:
            self._reviewing.release()
        elif self._reviewing.review is not None:
            self._reviewing.problem = obstacle
            self._around.screen.changed(Part.VERDICT)

    @property
    def said(self) -> Phrase:
        """How it stands, for the lowest line."""
        return NOTHING if self.state is KeyState.NONE else phrase(f"person-key.{self.state}", key=self.key)

    def heard(self, event: events.Event) -> None:
        """Take in what the session tells of it."""
        if isinstance(event, events.KeyChanged):
            self.state, self.key = event.state, event.key
            self._around.screen.changed(Part.STATUS)
            self._around.screen.changed(Part.VERDICT)
