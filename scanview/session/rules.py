"""What a supervisor asks of the hub about the rules of triage: read them, try a file, put it in force."""

from concurrent.futures import Future
from dataclasses import dataclass
from typing import TypeVar

from scanview.core.rule_report import DirectRelease, DryRun, RuleCount, RuleProblem, RulesVersion
from scanview.session.asking import Asks, answer_as
from scanview.wire import messages as wire

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesShown:
    """A version of the rules, whole, and what those in force have done of late (wire.messages.Rules)."""

    version: RulesVersion
    in_force: int
    text: str
    history: tuple[RulesVersion, ...]
    fired: tuple[RuleCount, ...]
    direct: DirectRelease


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialState:
    """How far a trial is, and what came of it (wire.messages.Trial)."""

    trial: str
    done: int
    total: int
    is_over: bool
    report: DryRun | None
    problems: tuple[RuleProblem, ...]

    @property
    def may_be_adopted(self) -> bool:
        """Whether the file was tried to the end, and nothing stands against it."""
        return self.is_over and self.report is not None and not self.problems


class RuleDesk:
    """Asks over a session, from any thread. Reading is for those who audit, all else for supervisors."""

    def __init__(self, asks: Asks) -> None:
        self._asks = asks

    def read(self, version: int | None = None) -> Future[RulesShown]:
        """This version of the rules, or those in force."""
        return answer_as(self._asks.ask(wire.ReadRules(request=0, version=version), wire.Rules), _shown)

    def begin_trial(self, text: str, days: float) -> Future[TrialState]:
        """Try `text` on the scans of the last `days`."""
        return answer_as(self._asks.ask(wire.TryRules(request=0, text=text, days=days), wire.Trial), _state)

    def trial(self, trial: str) -> Future[TrialState]:
        """How far it is."""
        return answer_as(self._asks.ask(wire.ReadTrial(request=0, trial=trial), wire.Trial), _state)

    def adopt(self, trial: str) -> Future[None]:
        """Put the file that was tried in force; done once that is durable."""
        return answer_as(self._asks.ask(wire.AdoptRules(request=0, trial=trial), wire.Done), lambda _: None)

    def reverse_release(self, scan: str, reason: str) -> Future[None]:
        """Take the direct release of `scan` back before its order leaves; done once that is durable."""
        question = wire.ReverseRelease(request=0, scan=scan, reason=reason)
        return answer_as(self._asks.ask(question, wire.Done), lambda _: None)


def _shown(answer: wire.Rules) -> RulesShown:
    return RulesShown(
        version=answer.version,
        in_force=answer.in_force,
        text=answer.text,
        history=answer.history,
        fired=answer.fired,
        direct=answer.direct,
    )


def _state(answer: wire.Trial) -> TrialState:
    return TrialState(
        trial=answer.trial,
        done=answer.done,
        total=answer.total,
        is_over=answer.is_over,
        report=answer.report,
        problems=answer.problems,
    )
