"""Owns how joining a hub stands: whether it is wanted, what an administrator compares, and why it did not work."""

from scanview.core.errors import ScanViewError
from scanview.session.events import LinkChanged
from scanview.session.joining import JoiningAs
from scanview.ui.surroundings import Part, Problem, Surroundings

_NO_HUB = "no-hub-pinned"
_DEFAULT_PORT = 7701


class Joining:
    """`is_wanted` while this workstation belongs to no hub; `waits_as` once a hub has taken the code."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._attempt = 0
        self.is_wanted = False
        self.is_asking = False
        self.endpoint = ""
        self.waits_as: JoiningAs | None = None
        self.problem: Problem | None = None

    def link_changed(self, event: LinkChanged) -> None:
        """See whether there is a hub to belong to."""
        self.is_wanted = event.problem is not None and event.problem.code == _NO_HUB

    def join(self, host: str, code: str) -> None:
        """Ask the hub at `host` to take this workstation in."""
        if self.is_asking or not host.strip() or not code.strip():
            return
        self._attempt += 1
        attempt, self.endpoint = self._attempt, endpoint_of(host)
        self.is_asking, self.waits_as, self.problem = True, None, None
        self._changed()

        def waits(machine: JoiningAs) -> None:
            if attempt == self._attempt:
                self.waits_as = machine
                self._changed()

        def ended(problem: ScanViewError | None) -> None:
            if attempt == self._attempt:
                self.is_asking, self.waits_as = False, None
                self.problem = Problem.of(problem) if problem else None
                self._changed()

        session, post = self._around.session, self._around.post
        answer = session.join(self.endpoint, code, lambda machine: post(lambda: waits(machine)))
        self._around.when_done(answer, lambda _: ended(None), ended)

    def cancel(self) -> None:
        """Ask no more."""
        self._attempt += 1
        self._around.session.cancel_join()
        self.is_asking, self.waits_as, self.problem = False, None, None
        self._changed()

    def _changed(self) -> None:
        self._around.screen.changed(Part.PERSON)


def endpoint_of(host: str) -> str:
    """Where a hub listens that somebody named as they like: with or without what stands before and behind."""
    place = host.strip().removeprefix("tcp://")
    has_port = place.rpartition(":")[2].isdigit() and not place.endswith("]")
    return f"tcp://{place}" if has_port else f"tcp://{place}:{_DEFAULT_PORT}"
