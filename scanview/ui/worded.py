"""Values of the review in words: states, risks, reasons, times and the line after a verdict, as phrases."""

from scanview.core import container
from scanview.core.errors import ScanViewError
from scanview.core.opinions import Stage
from scanview.core.review import Decision, HoldReason, Risk, Verdict
from scanview.core.work import RecognitionState, WorkState
from scanview.core.worklist import DeliveryState, Due, WorklistRow
from scanview.ui.text import NOTHING, Phrase, of_error, phrase

_MINUTE_S = 60
_HOUR_S = 3600


def clock_text(seconds: float) -> str:
    """A span of time in figures alone: 01:48, and 2:05:10 from one hour on. Never negative."""
    whole = max(0, int(seconds))
    hours, rest = divmod(whole, _HOUR_S)
    minutes, left = divmod(rest, _MINUTE_S)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes:02}:{left:02}"


def container_text(row: WorklistRow) -> str:
    """The container number in its groups, or a dash where none was read."""
    return container.grouped(row.container) or "—"


def risk_phrase(risk: Risk) -> Phrase:
    """High, medium, low, or that no machine has an opinion."""
    return phrase(f"risk.{risk}")


def risk_of_row(row: WorklistRow) -> Phrase:
    """The risk of a row: while no machine has spoken yet, that it is being looked at."""
    if row.recognition is RecognitionState.PENDING:
        return phrase("risk.pending")
    return risk_phrase(row.risk)


def stage_of_row(row: WorklistRow) -> Phrase:
    """Whose word an undecided scan waits for, with its sign; nothing while it is the first one's, or is not told."""
    if row.verdict is not None or row.stage is Stage.FIRST:
        return NOTHING
    return phrase(f"worklist.stage.{row.stage}")


def state_of_row(row: WorklistRow) -> Phrase:
    """Where a scan is on its way, in two words: once decided, what was decided and how far the order came."""
    if row.verdict is not None:
        decided = phrase("state.released" if row.verdict is Verdict.RELEASE else "state.held")
        if row.delivery in (DeliveryState.APPLIED, DeliveryState.REFUSED):
            return phrase("state.delivered", verdict=decided, delivery=phrase(f"delivery.{row.delivery}"))
        return decided
    if row.state is WorkState.IN_REVIEW and row.analyst:
        return phrase("state.in-review-by", analyst=row.analyst)
    if row.state is WorkState.ELSEWHERE:
        return phrase("state.elsewhere", hub=row.elsewhere)
    if not row.complete:
        return phrase("state.broken-off")
    return phrase(f"state.{row.state}")


def due_phrase(due: Due) -> Phrase:
    """That a scan is due soon or late; nothing while it is in time."""
    phrases = {Due.SOON: phrase("worklist.due-soon"), Due.LATE: phrase("worklist.late")}
    return phrases.get(due, NOTHING)


def reason_phrase(reason: HoldReason | None) -> Phrase:
    """Why a container is held."""
    return NOTHING if reason is None else phrase(f"reason.{reason}")


def verdict_line(decision: Decision, row: WorklistRow | None) -> Phrase:
    """What the status line says once a decision is durable."""
    which = _name_of(decision, row)
    if decision.verdict is Verdict.RELEASE:
        return phrase("status.released", container=which)
    if decision.reason is None:
        return phrase("status.held-marked", container=which)
    return phrase("status.held", container=which, reason=reason_phrase(decision.reason))


def recognition_phrase(row: WorklistRow | None, not_recognised: str, *, recognised: bool) -> Phrase:
    """What stands in the place of findings: none seen, still looking, or not recognised."""
    if recognised:
        return phrase("findings.none")
    if not_recognised or (row is not None and row.recognition is RecognitionState.NOT_RECOGNISED):
        return phrase("findings.not-recognised")
    return phrase("findings.pending")


def refusal_line(decision: Decision, row: WorklistRow | None, error: ScanViewError) -> Phrase:
    """What the status line says of a decision the hub did not accept after all."""
    return phrase("status.not-accepted", container=_name_of(decision, row), why=of_error(error))


def taken_back_line(decision: Decision, row: WorklistRow | None) -> Phrase:
    """What the status line says once a decision was taken back."""
    return phrase("status.taken-back", container=_name_of(decision, row))


def _name_of(decision: Decision, row: WorklistRow | None) -> str:
    """The container's number, else the beginning of the scan's id."""
    return container_text(row) if row is not None and row.container else decision.scan[:8]
