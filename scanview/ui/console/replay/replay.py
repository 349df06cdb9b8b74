"""Owns a replay under way, without widgets: the scan is read again, and each look drawn from it as it was then."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from scanview.core.audit import StoryEntry
from scanview.core.errors import BadInput, ScanViewError
from scanview.core.look import Look
from scanview.core.scan import ScanHeader, View
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.imaging.render import Pixels
from scanview.imaging.replay import fingerprint, replayed
from scanview.session import events
from scanview.ui.console.replay.record import DecisionSeen, Known, known_after
from scanview.ui.review import Review, Said
from scanview.ui.surroundings import Problem, Surroundings


class Proof(StrEnum):
    """Whether a picture that was drawn again is the one that was seen."""

    SAME = "same"
    """Its bytes have the hash that was kept with the decision."""
    DIFFERENT = "different"
    UNKNOWN = "unknown"
    """No hash was kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A look drawn again: uint8 (rows, columns, 4), bytes blue, green, red, 255; and whether it is the same."""

    look: Look
    pixels: Pixels
    proof: Proof


class Replay:
    """One decision at a time. It takes no lease and asks for nothing but to read. `changed` is told of every step.

    `at` is the entry of the ledger as of which marks and findings are shown.
    """

    def __init__(self, around: Surroundings, changed: Callable[[], None]) -> None:
        self._around, self._changed = around, changed
        self.seen: DecisionSeen | None = None
        self.entries: tuple[StoryEntry, ...] = ()
        self.at = 0
        self.look = 0
        self.problem: Problem | None = None
        self._header: ScanHeader | None = None
        self._pyramids: tuple[GrowingPyramid, ...] = ()
        self._drawn: dict[int, Shown] = {}
        self.is_loaded = False

    def open(self, seen: DecisionSeen, entries: Sequence[StoryEntry]) -> None:
        """Replay `seen`, a decision that `entries` tell of."""
        self.close()
        self.seen, self.entries, self.at = seen, tuple(entries), seen.seq
        self._around.session.open_scan(seen.decision.scan)
        self._changed()

    def close(self) -> None:
        """Nothing is replayed any more."""
        if self.seen is not None:
            self._around.session.close_scan(self.seen.decision.scan)
        self.seen, self.problem, self._header = None, None, None
        self.entries, self._pyramids, self._drawn = (), (), {}
        self.at = self.look = 0
        self.is_loaded = False

    def heard(self, event: events.Event) -> None:
        """Take in the pixels of the scan that is replayed."""
        if self.seen is None or getattr(event, "scan", "") != self.seen.decision.scan:
            return
        match event:
            case events.ScanOpened():
                self._header, self._pyramids = event.header, event.pyramids
                self._check_content(event.status)
            case events.StripArrived() if event.view < len(self._pyramids):
                self._pyramids[event.view].append(event.levels)
                return
            case events.ScanLoaded():
                self.is_loaded = True
            case events.ScanFailed():
                self.problem = Problem.of(event.error)
        self._changed()

    def step(self, by: int) -> None:
        """Go to the entry `by` places further on, no farther than the first and the last."""
        seqs = [entry.seq for entry in self.entries]
        if self.at in seqs:
            self.go_to(seqs[min(max(seqs.index(self.at) + by, 0), len(seqs) - 1)])

    def go_to(self, seq: int) -> None:
        """Show what was known after this entry."""
        if seq != self.at:
            self.at = seq
            self._changed()

    def turn(self, by: int = 1) -> None:
        """Show another of the looks."""
        looks = self.seen.decision.looks if self.seen is not None else ()
        if len(looks) > 1:
            self.look = (self.look + by) % len(looks)
            self._changed()

    @property
    def known(self) -> Known:
        """What was known at the moment that is shown."""
        return known_after(self.entries, self.at, self.seen) if self.seen is not None else Known()

    def review(self) -> Review | None:
        """The scan as it was then, for the lists and the overlays: who shows it cannot change anything by it."""
        if self.seen is None or self._header is None:
            return None
        known = self.known
        decision = known.decided.decision if known.decided is not None else None
        said = Said(marks=decision.marks, dismissed=decision.dismissed) if decision is not None else Said()
        status = events.ScanStatus(recognition=known.recognition, not_recognised=known.not_recognised)
        return Review(
            scan=self.seen.decision.scan, header=self._header, status=status, loaded=self.is_loaded, said=said
        )

    def shown(self) -> Shown | None:
        """The look in front, drawn again; None while the scan is read, or where there is none."""
        looks = self.seen.decision.looks if self.seen is not None else ()
        if not looks or not self.is_loaded or self.problem is not None:
            return None
        if self.look not in self._drawn:
            try:
                self._drawn[self.look] = self._draw(looks[self.look])
            except ScanViewError as error:
                self.problem = Problem.of(error)
                return None
        return self._drawn[self.look]

    def _draw(self, look: Look) -> Shown:
        pixels = replayed(self._pyramid(look.view).first(look.columns), look)
        if not look.picture_sha256:
            return Shown(look=look, pixels=pixels, proof=Proof.UNKNOWN)
        proof = Proof.SAME if fingerprint(pixels) == look.picture_sha256 else Proof.DIFFERENT
        return Shown(look=look, pixels=pixels, proof=proof)

    def _pyramid(self, view: View) -> GrowingPyramid:
        found = next((pyramid for pyramid in self._pyramids if pyramid.header.view is view), None)
        if found is None:
            raise BadInput(f"the scan has no {view} view", code="no-such-view")
        return found

    def _check_content(self, status: events.ScanStatus) -> None:
        """A hold of a scan that still arrived names no content; anything else was about exactly these bytes."""
        if self.seen is None:
            return
        decided_on = self.seen.decision.content_sha256
        if decided_on and status.content_sha256 and decided_on != status.content_sha256:
            self.problem = Problem.by_code("replay-other-content")
