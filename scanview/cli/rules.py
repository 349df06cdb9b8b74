"""The command for the rules of triage: checked, tried on past scans, put in force, looked at."""

import argparse
import difflib
import sys
import time
from dataclasses import asdict
from pathlib import Path

from scanview.cli.command import Commands, add, add_data, result, say
from scanview.core.errors import BadInput, NotAllowed
from scanview.core.review import Role
from scanview.core.rule_report import DryRun, RuleProblem

DAY_S = 86_400.0


def register(commands: Commands) -> None:
    """Add `rules`."""
    actions = add(commands, "rules", rules).add_subparsers(dest="action", required=True, metavar="ACTION")
    check = actions.add_parser("check", help="whether a rule file is sound; names lines and reasons")
    tried = actions.add_parser("try", help="what a rule file would have done with past scans; changes nothing")
    adopt = actions.add_parser("adopt", help="try a rule file and put it in force")
    show = actions.add_parser("show", help="print the rules in force, or another version")
    listed = actions.add_parser("history", help="every version that was adopted")
    diff = actions.add_parser("diff", help="how two versions differ")
    for action in (check, tried, adopt):
        action.add_argument("file", type=Path, metavar="FILE")
    for action in (tried, adopt):
        action.add_argument("--days", type=float, default=30.0, help="of past scans to try it on (default 30)")
    adopt.add_argument("--by", required=True, metavar="NAME", help="the supervisor who adopts it")
    show.add_argument("--version", type=int, metavar="N", help="0 for the rules that come with ScanView")
    diff.add_argument("old", type=int, metavar="OLD")
    diff.add_argument("new", type=int, metavar="NEW")
    for action in (tried, adopt, show, listed, diff):
        add_data(action)


def rules(options: argparse.Namespace) -> int:
    """Check, try, adopt or show the rules of triage."""
    actions = {"check": _check, "try": _try, "adopt": _adopt, "show": _show, "history": _history, "diff": _diff}
    return actions[options.action](options)


def _check(options: argparse.Namespace) -> int:
    from scanview.review.rules.reading import problems_of

    problems = problems_of(_text(options.file))
    _tell(problems, options)
    if not problems:
        say(f"{options.file} is sound")
    return 1 if problems else 0


def _try(options: argparse.Namespace) -> int:
    from scanview.review.rules.dry_run import beyond_limits
    from scanview.review.rules.reading import read_rules

    text = _text(options.file)
    report = _dry_run(options, text)
    result(asdict(report), options, told(report))
    problems = beyond_limits(read_rules(text), report)
    _tell(problems, options)
    return 1 if problems else 0


def _adopt(options: argparse.Namespace) -> int:
    from scanview.review import rule_files
    from scanview.store.database import open_catalogue
    from scanview.store.people import people

    supervisors = {person.name for person in people(options.data) if person.role is Role.SUPERVISOR}
    if options.by not in supervisors:
        raise NotAllowed(
            f"{options.by} is no supervisor here", code="not-a-supervisor", remedy="See: scanview users list"
        )
    text = _text(options.file)
    report = _dry_run(options, text)
    with open_catalogue(options.data) as database:
        version = database.transact(rule_files.adopt, text=text, report=report, by=options.by, now=time.time())
    result({"rules": version, **asdict(report)}, options, f"rules {version} are in force\n{told(report)}")
    return 0


def _show(options: argparse.Namespace) -> int:
    version, text = _version(options.data, options.version)
    result({"rules": version, "text": text}, options, text.rstrip("\n"))
    return 0


def _history(options: argparse.Namespace) -> int:
    from scanview.review import rule_files
    from scanview.store.database import open_catalogue

    with open_catalogue(options.data) as database:
        for version in database.read(rule_files.history):
            at = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(version.at))
            line = f"{version.version}  {at} UTC  {version.adopted_by}  {version.sha256[:16]}"
            result(asdict(version), options, line)
    return 0


def _diff(options: argparse.Namespace) -> int:
    old, new = (_version(options.data, version)[1].splitlines() for version in (options.old, options.new))
    names = (f"rules {options.old}", f"rules {options.new}")
    lines = list(difflib.unified_diff(old, new, *names, lineterm=""))
    result({"old": options.old, "new": options.new, "diff": lines}, options, "\n".join(lines))
    return 0


def told(report: DryRun) -> str:
    """A dry run in words for a terminal."""
    released, missed = report.released, report.missed
    lines = [
        f"{report.scans} past scans",
        f"released directly  {released.hits} ({released.share:.2%}); {report.sampled} more sampled for a person",
        f"missed             {missed.hits} of {missed.trials} that people decided"
        f" ({missed.low:.2%} to {missed.high:.2%}): {report.held} held, {report.found} with a find",
        *(f"risk {risk:<7} {scans:>8}" for risk, scans in report.risks),
        *(
            f"{wait.channel:<9} {wait.scans:>8}  may be overtaken by {wait.before_s:.0f} s as it was,"
            f" {wait.after_s:.0f} s by this file"
            for wait in report.waits
        ),
        *(f"line {count.line:>4}  {count.rule:<32} fired {count.fired:>8}" for count in report.rules),
    ]
    return "\n".join(lines)


def _dry_run(options: argparse.Namespace, text: str) -> DryRun:
    from scanview.review import rule_files
    from scanview.review.rules.reading import read_rules
    from scanview.store.database import open_catalogue
    from scanview.store.draws import load_or_make_secret

    book = read_rules(text)
    since = time.time() - options.days * DAY_S
    with open_catalogue(options.data) as database:
        secret = load_or_make_secret(options.data)
        return rule_files.dry_run(database, book, since=since, secret=secret, on_progress=_progress)


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done} of {total} scans", end="" if done < total else "\n", file=sys.stderr, flush=True)  # noqa: T201


def _version(data: Path, version: int | None) -> tuple[int, str]:
    from scanview.review import rule_files
    from scanview.store.database import open_catalogue

    with open_catalogue(data) as database:
        found, text = database.read(lambda tx: rule_files.read_version(tx, version))
        return found.version, text


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} cannot be read: {error}", code="unreadable-file") from error


def _tell(problems: tuple[RuleProblem, ...], options: argparse.Namespace) -> None:
    for problem in problems:
        result(asdict(problem), options, f"{options.file}: {problem}")
