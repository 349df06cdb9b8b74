"""Drives the real window as a person would: signs in, opens, looks, decides, again and again. For demos and tests.

It gives commands, types into the fields and reads what stands on the desk; it has no way around the window.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

from PySide6.QtCore import QObject, QTimer, Signal

from scanview.core.recipe import Tool
from scanview.core.review import HoldReason
from scanview.session.events import LinkState
from scanview.ui.actions import Mode
from scanview.ui.app import Client
from scanview.ui.desk import Taking
from scanview.ui.review import Review
from scanview.ui.reviewing import REASONS

Policy: TypeAlias = Callable[[Review], HoldReason | None]
"""Why this scan is held, or None to release it."""

_STEP_MS = 10
_LOOK_STEPS = 3
_PRESS_AGAIN_STEPS = 50
_PASSING = frozenset({"error.not-connected", "error.no-answer", "error.busy"})
"""Problems of signing in that go away by themselves."""


class Stage(StrEnum):
    """What the autopilot is doing."""

    SIGNING_IN = "signing-in"
    OPENING = "opening"
    LOOKING = "looking"
    DECIDING = "deciding"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlightLog:
    """What was done: scans decided and durable, how many of them released and held, and the findings that were seen."""

    released: int = 0
    held: int = 0
    findings: int = 0
    screenshot: Path | None = None

    @property
    def decided(self) -> int:
        """All scans that were decided."""
        return self.released + self.held


def by_findings(review: Review, sure: float = 0.4) -> HoldReason | None:
    """A plain policy: hold what the machine is sure enough of, release the rest."""
    suspect = any(finding.score >= sure for finding in review.findings)
    return HoldReason.SUSPECT_OBJECT if suspect else None


class Autopilot(QObject):
    """Decides `scans` scans, then emits `landed` with its log; `failed` says what went wrong before.

    Args:
        client: started, or about to be.
        name: who signs in.
        password: with what.
        scans: how many to decide.
        policy: how.
        patience_s: how long to wait for the machine before deciding without it.
        screenshot: where to leave a picture of the window with a scan and its findings (a PNG).
    """

    landed = Signal(object)
    failed = Signal(str)

    def __init__(
        self,
        client: Client,
        *,
        name: str,
        password: str,
        scans: int,
        policy: Policy = by_findings,
        patience_s: float = 90.0,
        screenshot: Path | None = None,
    ) -> None:
        super().__init__(client)
        self._client = client
        self._name = name
        self._password = password
        self._scans = scans
        self._policy = policy
        self._patience_steps = round(1000 * patience_s / _STEP_MS)
        self._screenshot = screenshot
        self._most_findings = -1
        self._stage = Stage.SIGNING_IN
        self._waited = self._looked = 0
        self._reason: HoldReason | None = None
        self.log = FlightLog()
        self._timer = QTimer(self)
        self._timer.setInterval(_STEP_MS)
        self._timer.timeout.connect(self._step)

    def start(self) -> None:
        """Take the stick."""
        self._timer.start()

    def stop(self) -> None:
        """Let go of it."""
        self._timer.stop()

    def _step(self) -> None:
        match self._stage:
            case Stage.SIGNING_IN:
                self._sign_in()
            case Stage.OPENING:
                self._open()
            case Stage.LOOKING:
                self._look()
            case Stage.DECIDING:
                self._decide()
            case Stage.DONE:
                self.stop()

    def _sign_in(self) -> None:
        desk, page = self._client.desk, self._client.window.sign_in_page
        if desk.person is not None:
            self._enter(Stage.OPENING)
        elif desk.door.problem is not None and desk.door.problem.what.id not in _PASSING:
            self._fail(self._client.words.say(desk.door.problem.what))
        elif desk.link is LinkState.ONLINE and not desk.door.is_busy:
            page.name.setText(self._name)
            page.password.setText(self._password)
            page.password.returnPressed.emit()

    def _open(self) -> None:
        desk = self._client.desk
        review = desk.reviewing.review
        if review is not None and review.lease is not None:
            self._enter(Stage.LOOKING)
        elif review is None and desk.taking is Taking.IDLE:
            self._give("take-next")

    def _look(self) -> None:
        """Wait for all pixels and for the machine; look at each finding; then make up one's mind."""
        review = self._client.desk.reviewing.review
        if review is None or review.lease is None:
            self._enter(Stage.OPENING)
            return
        if not review.loaded:
            return
        self._waited += 1
        known = review.status.recognition is not None or bool(review.status.not_recognised)
        if not known and self._waited < self._patience_steps:
            return
        self._looked += 1
        if self._looked == 1:
            self._prepare(review)
        elif self._looked > _LOOK_STEPS:
            self._photograph(review)
            self._reason = self._policy(review)
            self.log = replace(self.log, findings=self.log.findings + len(review.findings))
            self._enter(Stage.DECIDING)

    def _prepare(self, review: Review) -> None:
        """Colour where there is any, and the first finding chosen."""
        canvas = self._client.window.canvas
        if review.side is not None and review.side.is_dual_energy and not canvas.recipe.has(Tool.COLOUR):
            self._give("tool-colour")
        if review.findings:
            self._give("next-finding")
            self._give("fit")

    def _photograph(self, review: Review) -> None:
        if self._screenshot is None or len(review.findings) <= self._most_findings:
            return
        self._most_findings = len(review.findings)
        self._client.window.refresh()
        if self._client.window.grab().save(str(self._screenshot)):
            self.log = replace(self.log, screenshot=self._screenshot)

    def _decide(self) -> None:
        """Press the keys once, wait until the verdict is durable, and press again if it was refused for now."""
        desk = self._client.desk
        review, mode = desk.reviewing.review, desk.reviewing.mode
        if desk.decided_here > self.log.decided:
            self.log = self._counted()
            self._enter(Stage.DONE if self.log.decided >= self._scans else Stage.OPENING)
            if self._stage is Stage.DONE:
                self.stop()
                self.landed.emit(self.log)
        elif review is None or review.lease is None:
            self._enter(Stage.OPENING)
        elif review.decision is None:
            self._press(mode)

    def _press(self, mode: Mode) -> None:
        if mode is Mode.CONFIRMING:
            self._give("confirm")
        elif mode is Mode.HOLDING:
            self._give(f"reason-{1 + REASONS.index(self._reason or HoldReason.OTHER)}")
            self._give("confirm")
        elif self._waited % _PRESS_AGAIN_STEPS == 0:
            self._give("release" if self._reason is None else "hold")
        self._waited += 1

    def _counted(self) -> FlightLog:
        if self._reason is None:
            return replace(self.log, released=self.log.released + 1)
        return replace(self.log, held=self.log.held + 1)

    def _give(self, id: str) -> None:
        if self._client.window.commands is not None:
            self._client.window.commands.give(id)

    def _enter(self, stage: Stage) -> None:
        self._stage = stage
        self._waited = self._looked = 0

    def _fail(self, why: str) -> None:
        self._enter(Stage.DONE)
        self.stop()
        self.failed.emit(why)
