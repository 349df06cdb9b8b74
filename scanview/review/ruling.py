"""Serves the rules of triage: read, tried on past scans, adopted; and direct releases taken back.

A trial runs on a thread of its own with a connection of its own, page by page, so that neither the reactor nor the
database thread waits for it. What is adopted is always what was tried.
"""

import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from scanview.core.errors import NotAllowed, ScanViewError
from scanview.core.review import Person
from scanview.core.rights import check_audits, check_supervises
from scanview.core.rule_report import DryRun, RuleCount, RuleProblem
from scanview.review import direct_release, rule_files
from scanview.review.answering import Answering
from scanview.review.rule_files import Stopped
from scanview.review.rules.dry_run import beyond_limits
from scanview.review.rules.reading import problems_of, read_rules
from scanview.store import rules as stored_rules
from scanview.store.database import Database, Transaction
from scanview.wire import messages
from scanview.wire.hub_server import Peer
from scanview.wire.messages import Message
from scanview.wire.messages.rules import MAX_HISTORY, MAX_PROBLEMS

DAY_S = 86_400.0
KEPT_TRIALS = 8
_OF_ALL_PORTS = (messages.TryRules, messages.ReadTrial, messages.AdoptRules)
BREATH_S = 0.002
"""A trial pauses so long after each page: whoever decides goes first."""


@dataclass(slots=True)
class _Trial:
    """A rule file that is tried, and how far that is. Written by the trial's thread, read by the reactor's."""

    trial: str
    text: str
    done: int = 0
    total: int = 0
    is_over: bool = False
    report: DryRun | None = None
    problems: tuple[RuleProblem, ...] = ()
    stop: threading.Event = field(default_factory=threading.Event)


class Ruling:
    """The service of the rules. `catalogue` is the hub's, `secret` what its draws are made with."""

    serves: frozenset[type[Message]] = frozenset(
        {
            messages.ReadRules,
            messages.TryRules,
            messages.ReadTrial,
            messages.AdoptRules,
            messages.ReverseRelease,
        }
    )

    def __init__(self, answering: Answering, *, catalogue: Path, secret: bytes) -> None:
        self._answering = answering
        self._catalogue = catalogue
        self._secret = secret
        self._trials: dict[str, _Trial] = {}
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="trial")

    def close(self) -> None:
        """End what is tried."""
        for trial in self._trials.values():
            trial.stop.set()
        self._thread.shutdown(wait=True)

    def serve(self, peer: Peer, person: Person, message: Message) -> None:
        """Answer one of `serves`. Rules are those of all ports, so they are made and tried by who sees all of them."""
        if person.ports and isinstance(message, _OF_ALL_PORTS):
            raise NotAllowed(
                f"{person.name} sees {', '.join(person.ports)} alone, and rules are those of all ports",
                code="other-port",
                remedy="Ask a supervisor of the whole room",
            )
        match message:
            case messages.ReadRules():
                check_audits(person)
                self._read(peer, message)
            case messages.TryRules(request=request):
                check_supervises(person)
                self._tell(peer, request, self._begin(message))
            case messages.ReadTrial(request=request, trial=trial):
                check_supervises(person)
                self._tell(peer, request, self._find(trial))
            case messages.AdoptRules():
                check_supervises(person)
                self._adopt(peer, person, message)
            case messages.ReverseRelease():
                self._reverse(peer, person, message)

    def _read(self, peer: Peer, message: messages.ReadRules) -> None:
        since = self._answering.surroundings.now() - DAY_S
        self._answering.look_up(peer, message.request, lambda tx: _rules(tx, message, since), lambda answer: answer)

    def _begin(self, message: messages.TryRules) -> _Trial:
        trial = _Trial(trial=secrets.token_hex(16), text=message.text)
        for older in list(self._trials.values())[: 1 - KEPT_TRIALS]:
            older.stop.set()
            del self._trials[older.trial]
        self._trials[trial.trial] = trial
        trial.problems = problems_of(message.text)[:MAX_PROBLEMS]
        if trial.problems:
            trial.is_over = True
        else:
            since = self._answering.surroundings.now() - message.days * DAY_S
            self._thread.submit(self._run, trial, since)
        return trial

    def _run(self, trial: _Trial, since: float) -> None:
        """On the trial's thread."""

        def progress(done: int, total: int) -> None:
            if trial.stop.is_set():
                raise Stopped
            trial.done, trial.total = done, total
            time.sleep(BREATH_S)

        try:
            book = read_rules(trial.text)
            database = Database(self._catalogue, checkpoints=False)
            try:
                report = rule_files.dry_run(database, book, since=since, secret=self._secret, on_progress=progress)
            finally:
                database.close()
            trial.problems = beyond_limits(book, report)
            trial.report = report
        except Stopped:
            trial.problems = (RuleProblem(line=1, reason="the trial was stopped"),)
        except ScanViewError as error:
            trial.problems = (RuleProblem(line=1, reason=error.message),)
        finally:
            trial.is_over = True

    def _find(self, trial: str) -> _Trial:
        found = self._trials.get(trial)
        if found is None:
            raise NotAllowed("this trial is not known any more", code="unknown-trial", remedy="Try the rules again")
        return found

    def _tell(self, peer: Peer, request: int, trial: _Trial) -> None:
        is_over = trial.is_over  # read first: what follows was written before it
        self._answering.surroundings.send(
            peer,
            messages.Trial(
                request=request,
                trial=trial.trial,
                done=trial.done,
                total=trial.total,
                is_over=is_over,
                report=trial.report if is_over else None,
                problems=trial.problems if is_over else (),
            ),
        )

    def _adopt(self, peer: Peer, person: Person, message: messages.AdoptRules) -> None:
        trial, now = self._find(message.trial), self._answering.surroundings.now()
        report = trial.report if trial.is_over else None
        if report is None:
            raise NotAllowed("these rules were not tried to the end", code="not-tried", remedy="Try them first")

        def carry_out(tx: Transaction) -> int:
            version = rule_files.adopt(tx, text=trial.text, report=report, by=person.name, now=now)
            return stored_rules.read_rules(tx, version).seq

        self._write(peer, message.request, carry_out)

    def _reverse(self, peer: Peer, person: Person, message: messages.ReverseRelease) -> None:
        now = self._answering.surroundings.now()
        self._write(
            peer,
            message.request,
            lambda tx: direct_release.reverse(tx, scan=message.scan, person=person, why=message.reason, now=now),
        )

    def _write(self, peer: Peer, request: int, function: Callable[[Transaction], int]) -> None:
        self._answering.write(peer, request, function, lambda seq: messages.Done(request=request, seq=seq))


def _rules(tx: Transaction, message: messages.ReadRules, since: float) -> messages.Rules:
    version, text = rule_files.read_version(tx, message.version)
    in_force, text_in_force = rule_files.read_version(tx)
    fired = stored_rules.fired_counts(tx, since)
    return messages.Rules(
        request=message.request,
        version=version,
        in_force=in_force.version,
        text=text,
        history=rule_files.history(tx)[:MAX_HISTORY],
        fired=tuple(
            RuleCount(rule=rule.rule, line=rule.line, fired=fired.get(rule.rule, 0), released=0)
            for rule in read_rules(text_in_force).rules
        ),
        direct=rule_files.direct_release(tx, since),
    )
