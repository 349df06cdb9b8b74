"""Owns what is said of rules: what they do, how a dry run went, what direct release has come to, as lines of tables."""

from scanview.core.proportion import Proportion
from scanview.core.rule_report import DirectRelease, DryRun, RuleCount, RuleProblem, RulesVersion
from scanview.session.rules import RulesShown
from scanview.ui.console.audit.typed_time import shown_moment
from scanview.ui.console.table import Column, Line
from scanview.ui.language import Words
from scanview.ui.text import of_rule_problem

FIGURES = ("scans", "released", "missed", "sampled", "risks")
"""What a report tells first, in this order."""


def version_name(words: Words, version: RulesVersion) -> str:
    """Which version it is, since when and by whom."""
    if not version.version:
        return words("rules.shipped")
    return words("rules.version", version=version.version, time=shown_moment(version.at), person=version.adopted_by)


def direct_sentence(words: Words, direct: DirectRelease) -> str:
    """What direct release has come to within the last day."""
    return words(
        "rules.direct",
        released=direct.released.hits,
        scans=direct.released.trials,
        share=_percent(direct.released.share),
        missed=_interval(words, direct.missed),
    )


def rule_columns(words: Words) -> tuple[Column, ...]:
    """What is said of a rule."""
    return (
        Column(words("rules.line"), number=True),
        Column(words("rules.rule"), wide=True),
        Column(words("rules.fired"), number=True),
        Column(words("rules.would-fire"), number=True),
        Column(words("rules.would-release"), number=True),
    )


def rule_lines(rules: RulesShown | None, report: DryRun | None) -> list[Line]:
    """The rules of the file on trial, or those in force, and how often each fires."""
    in_force = {count.rule: count.fired for count in rules.fired} if rules is not None else {}
    counts: tuple[RuleCount, ...] = report.rules if report is not None else rules.fired if rules is not None else ()
    lines = []
    for count in counts:
        tried = (str(count.fired), str(count.released)) if report is not None else ("", "")
        fired = str(in_force[count.rule]) if count.rule in in_force else "—"
        lines.append(Line(str(count.line), (str(count.line), count.rule, fired, *tried)))
    return lines


def report_columns(words: Words) -> tuple[Column, ...]:
    """A line of the report."""
    return (Column(words("rules.what")), Column(words("rules.how-it-went"), wide=True))


def problem_lines(words: Words, problems: tuple[RuleProblem, ...]) -> list[Line]:
    """Why the file may not be adopted; the key of each is the line it names."""
    return [
        Line(
            f"{problem.line}:{place}",
            (words("rules.on-line", line=problem.line), f"▲ {words.say(of_rule_problem(problem.reason))}"),
            warns=True,
        )
        for place, problem in enumerate(problems)
    ]


def report_lines(words: Words, report: DryRun) -> list[Line]:
    """What the dry run found."""
    risks = " · ".join(f"{words(f'risk.{risk}')} {scans}" for risk, scans in report.risks)
    missed = _interval(words, report.missed)
    told = (
        words("rules.told.scans", scans=report.scans),
        _interval(words, report.released),
        words("rules.told.missed", share=missed, held=report.held, found=report.found),
        str(report.sampled),
        risks,
    )
    lines = [Line(id, (words(f"rules.report.{id}"), text)) for id, text in zip(FIGURES, told, strict=True)]
    for wait in report.waits:
        text = words("rules.told.wait", scans=wait.scans, before=f"{wait.before_s:.0f}", after=f"{wait.after_s:.0f}")
        lines.append(Line(f"wait-{wait.channel}", (words(f"rules.channel.{wait.channel}"), text)))
    return lines


def history_columns(words: Words) -> tuple[Column, ...]:
    """What is said of a version."""
    return (
        Column(words("rules.number"), number=True),
        Column(words("rules.adopted")),
        Column(words("rules.by"), wide=True),
        Column("SHA-256"),
    )


def history_lines(words: Words, history: tuple[RulesVersion, ...]) -> list[Line]:
    """Every version, the newest first, and those that come with ScanView last."""
    lines = [
        Line(
            str(version.version),
            (str(version.version), shown_moment(version.at), version.adopted_by, version.sha256[:12]),
        )
        for version in history
    ]
    return [*lines, Line("0", ("0", "—", words("rules.shipped"), ""))]


def _interval(words: Words, share: Proportion) -> str:
    if not share.trials:
        return words("rules.nothing-known")
    return words(
        "rules.share",
        hits=share.hits,
        trials=share.trials,
        share=_percent(share.share),
        low=_percent(share.low),
        high=_percent(share.high),
    )


def _percent(share: float) -> str:
    return f"{share:.2%}"
