"""What a rule file would have done with past scans, and whether that is within its own limits."""

from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field
from statistics import fmean

from scanview.core.proportion import proportion
from scanview.core.review import Verdict
from scanview.core.rule_report import DryRun, RuleCount, RuleProblem, WaitChange
from scanview.core.triage import Triage
from scanview.review.rules.evaluating import Circumstances, evaluate
from scanview.review.rules.known import Known
from scanview.review.rules.rule_book import RuleBook

DAY_S = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A past scan, and what came of it.

    `verdict` is what a person decided, None where none did; `found` whether an inspection found something, None where
    there was none. `wait_s` is how long it could be overtaken as things were; the draws are as in `Circumstances`.
    """

    known: Known
    verdict: Verdict | None
    wait_s: float
    draw: float
    second_draw: float
    found: bool | None = None


@dataclass(slots=True)
class DryRunCount:
    """Counts what `book` would have done. Scans come in the order in which they arrived."""

    book: RuleBook
    scans: int = 0
    sampled: int = 0
    held: int = 0
    found: int = 0
    missed: int = 0
    checked: int = 0
    released: int = 0
    fired: Counter[str] = field(default_factory=Counter)
    released_by: Counter[str] = field(default_factory=Counter)
    risks: Counter[str] = field(default_factory=Counter)
    before_s: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    after_s: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    _lately: deque[float] = field(default_factory=deque)

    def add(self, past: Past) -> Triage:
        """Count one more scan; what the rules would have made of it."""
        at = past.known.at
        while self._lately and self._lately[0] <= at - DAY_S:
            self._lately.popleft()
        around = Circumstances(draw=past.draw, second_draw=past.second_draw, released_lately=len(self._lately))
        triage = evaluate(self.book, past.known, around, 0)
        self.scans += 1
        self.fired.update(triage.fired)
        self.risks[triage.risk.value] += 1
        self.before_s[triage.channel.value].append(past.wait_s)
        self.after_s[triage.channel.value].append(triage.wait_s)
        self.sampled += triage.is_sampled
        if triage.is_released:
            self._released(past, triage)
        return triage

    def report(self) -> DryRun:
        """What was counted by now."""
        alpha = self.book.limits.alpha
        return DryRun(
            scans=self.scans,
            rules=tuple(
                RuleCount(
                    rule=rule.rule, line=rule.line, fired=self.fired[rule.rule], released=self.released_by[rule.rule]
                )
                for rule in self.book.rules
            ),
            risks=tuple(sorted(self.risks.items())),
            waits=tuple(
                WaitChange(
                    channel=channel,
                    scans=len(after_s),
                    before_s=fmean(self.before_s[channel]),
                    after_s=fmean(after_s),
                )
                for channel, after_s in sorted(self.after_s.items())
            ),
            released=proportion(self.released, self.scans, alpha),
            sampled=self.sampled,
            missed=proportion(self.missed, self.checked, alpha),
            held=self.held,
            found=self.found,
        )

    def _released(self, past: Past, triage: Triage) -> None:
        self._lately.append(past.known.at)
        self.released += 1
        self.released_by.update(triage.fired)
        is_held, is_found = past.verdict is Verdict.HOLD, past.found is True
        self.held += is_held
        self.found += is_found
        self.missed += is_held or is_found
        self.checked += past.verdict is not None or past.found is not None


def beyond_limits(book: RuleBook, report: DryRun) -> tuple[RuleProblem, ...]:
    """Why the file may not be adopted: every limit of its own that the dry run goes beyond, with its line."""
    if not book.releases:
        return ()
    limits, found = book.limits, []
    if report.scans < limits.fewest_scans:
        few = f"the dry run saw {report.scans} scans, and fewest_scans asks for {limits.fewest_scans}"
        found.append(RuleProblem(line=book.lines.get("fewest_scans", 1), reason=few))
    if report.released.share > limits.most_released:
        much = (
            f"the dry run would release {report.released.hits} of {report.released.trials} scans directly"
            f" ({report.released.share:.2%}), and most_released allows {limits.most_released:.2%}"
        )
        found.append(RuleProblem(line=book.lines.get("most_released", 1), reason=f"{much}{_by_whom(report)}"))
    if report.missed.high > limits.most_missed:
        missed = (
            f"of {report.missed.trials} scans released directly, {report.missed.hits} were held or had a find: up to"
            f" {report.missed.high:.2%} may be missed, and most_missed allows {limits.most_missed:.2%}"
        )
        found.append(RuleProblem(line=book.lines.get("most_missed", 1), reason=missed))
    return tuple(found)


def _by_whom(report: DryRun) -> str:
    rules = sorted((count for count in report.rules if count.released), key=lambda count: -count.released)
    named = ", ".join(f"{count.rule} on line {count.line} ({count.released})" for count in rules[:3])
    return f"; it fired {named}" if named else ""
