"""A port's status as people read it: a headline and a few tables, in their language, for the terminal and the page."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from scanview.ingest.port_status import HubStatus, PortStatus, WaitingScan, is_running
from scanview.ingest.refusal_text import REFUSALS
from scanview.ingest.spool_room import SpoolLevel, SpoolRoom
from scanview.ingest.status_text import TEXT


class Grade(StrEnum):
    """How bad it is; the words say it as well."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A line and, where `columns` has names, a table below it."""

    title: str
    grade: Grade = Grade.GOOD
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything there is to say, from the most important on."""

    language: str
    title: str
    headline: str
    grade: Grade
    sections: tuple[Section, ...]


def report(status: PortStatus, now: float, language: str = "en") -> Report:
    """The report on `status` at `now` (UTC seconds by the port's clock) in `language`, en or zh."""
    say = _Sayer(language)
    runs = is_running(status, now)
    reach = "stopped" if not runs else "in-reach" if status.is_in_reach else "out-of-reach"
    return Report(
        language=language,
        title=say("title", lane=status.lane),
        headline=say(f"head.{reach}"),
        grade=Grade.GOOD if reach == "in-reach" else Grade.BAD,
        sections=(
            _hubs(status, say),
            _spool(status, say),
            *((Section(title=say("spool.limit", mbit=f"{status.limit_mbit:g}")),) if status.limit_mbit else ()),
            _scans(status, say),
            *_damaged(status, say),
            _orders(status, say),
            _signers(status, say),
            *_refused(status, say),
            *((Section(title=say("last-error", why=status.last_error)),) if status.last_error else ()),
            Section(title=say("written", age=say.age(now - status.at)), grade=Grade.GOOD if runs else Grade.BAD),
        ),
    )


def as_text(told: Report) -> str:
    """The report for a terminal."""
    lines = [told.title, told.headline]
    for section in told.sections:
        lines += ["", section.title]
        table = (section.columns, *section.rows) if section.rows else ()
        widths = [max(_width(row[place]) for row in table) for place in range(len(section.columns))] if table else []
        for row in table:
            padded = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
            lines.append(f"  {'  '.join(padded)}".rstrip())
    return "\n".join(lines)


class _Sayer:
    """Sentences of one language."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._text = TEXT[language]

    def __call__(self, id: str, **places: object) -> str:
        return self._text[id].format(**{name: _clean(str(value)) for name, value in places.items()})

    def problem(self, code: str, why: str) -> str:
        """What is the matter with a hub, in the reader's language where the sentence is there."""
        return self._text.get(f"problem.{code}", _clean(why))

    def refusal(self, code: str) -> str:
        """Why an order was refused; the bare code where a newer ScanView has given it."""
        return REFUSALS[self._language].get(code, _clean(code))

    def age(self, seconds: float) -> str:
        """A length of time in its largest unit; a clock that was set back leaves none."""
        if seconds < 0:
            return self("age.unknown")
        for unit, length_s in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
            if seconds >= 2 * length_s:
                return self(f"age.{unit}", count=int(seconds // length_s))
        return self("age.seconds", count=int(seconds))


def _hubs(status: PortStatus, say: _Sayer) -> Section:
    rows = tuple((hub.endpoint, say(f"link.{hub.link}"), _clock(hub, say), _remark(hub, say)) for hub in status.hubs)
    all_there = all(hub.link == "online" and not hub.postponed and not hub.ledger for hub in status.hubs)
    return Section(
        title=say("hubs"),
        grade=Grade.GOOD if all_there else Grade.WARNING if status.is_in_reach else Grade.BAD,
        columns=(say("hub"), say("link"), say("clock"), say("remark")),
        rows=rows,
    )


def _clock(hub: HubStatus, say: _Sayer) -> str:
    if hub.clock_offset_s is None or hub.clock_error_s is None:
        return say("clock.unknown")
    if abs(hub.clock_offset_s) <= max(hub.clock_error_s, 0.05):
        return say("clock.right", seconds=f"{max(hub.clock_error_s, 0.05):.2f}")
    return say("clock.behind" if hub.clock_offset_s > 0 else "clock.ahead", seconds=f"{abs(hub.clock_offset_s):,.1f}")


def _remark(hub: HubStatus, say: _Sayer) -> str:
    if hub.ledger:
        return say("hub.rewritten")
    if hub.postponed:
        return say("hub.postponed", why=say.problem(hub.postponed_code, hub.postponed))
    if hub.link != "online":
        return say.problem(hub.problem_code, hub.problem)
    return say("hub.in-use" if hub.in_use else "hub.spare")


def _spool(status: PortStatus, say: _Sayer) -> Section:
    room = SpoolRoom(used_bytes=status.spool.used_bytes, capacity_bytes=status.spool.capacity_bytes)
    level = say(f"level.{room.level}")
    sizes = {"used": _size(room.used_bytes), "capacity": _size(room.capacity_bytes)}
    line = say("spool", percent=f"{100 * room.share:.0f}", level=level, **sizes)
    grades = {SpoolLevel.ROOM: Grade.GOOD, SpoolLevel.FULL: Grade.BAD, SpoolLevel.CRITICAL: Grade.BAD}
    return Section(title=line, grade=grades.get(room.level, Grade.WARNING))


def _scans(status: PortStatus, say: _Sayer) -> Section:
    title = say(
        "scans",
        waiting=status.scans_waiting,
        received=status.scans_received,
        refused=status.scans_refused,
        damaged=len(status.scans_damaged),
    )
    rows = [_scan(scan, status.at, say) for scan in status.waiting]
    if hidden := status.scans_waiting - len(rows):
        rows.append((say("scans.more", count=hidden), "", "", "", ""))
    return Section(
        title=title,
        grade=Grade.WARNING if status.scans_refused else Grade.GOOD,
        columns=(say("scan"), say("container"), say("priority"), say("age"), say("state")),
        rows=tuple(rows),
    )


def _scan(scan: WaitingScan, at: float, say: _Sayer) -> tuple[str, ...]:
    state = "refused" if scan.is_refused else "whole" if scan.is_whole else "growing"
    return (
        scan.scan,
        _clean(scan.container),
        say(f"priority.{scan.priority}"),
        say.age(at - scan.begun_at),
        say(f"scan.{state}", strips=scan.strips),
    )


def _damaged(status: PortStatus, say: _Sayer) -> tuple[Section, ...]:
    if not status.scans_damaged:
        return ()
    rows = tuple((_clean(name),) for name in status.scans_damaged)
    return (Section(title=say("damaged"), grade=Grade.BAD, columns=(say("scan"),), rows=rows),)


def _orders(status: PortStatus, say: _Sayer) -> Section:
    rows = tuple((one.order, one.scan, str(one.attempts), _clean(one.why)) for one in status.gate_failures)
    return Section(
        title=say("orders", applied=status.orders_applied, failing=len(rows)),
        grade=Grade.BAD if rows else Grade.GOOD,
        columns=(say("order"), say("scan"), say("attempts"), say("why")),
        rows=rows,
    )


def _signers(status: PortStatus, say: _Sayer) -> Section:
    """Whose signatures open this gate: the most important thing to set right where nobody's do."""
    names = sorted({hub.authority for hub in status.hubs})
    if not all(names):
        return Section(title=say("signers.none", command="scanview keys pin --authority"), grade=Grade.BAD)
    authority = ", ".join(names)
    return Section(title=say("signers", count=status.release_signatures, authority=authority))


def _refused(status: PortStatus, say: _Sayer) -> tuple[Section, ...]:
    if not status.orders_refused:
        return ()
    rows = tuple(
        (one.order, one.scan, say.refusal(one.why), say.age(status.at - one.at)) for one in status.orders_refused
    )
    columns = (say("order"), say("scan"), say("why"), say("since"))
    return (Section(title=say("refused"), grade=Grade.WARNING, columns=columns, rows=rows),)


def _size(count: int) -> str:
    return f"{count / 1e9:,.1f} GB" if count >= 1e9 else f"{count / 1e6:,.1f} MB"


def _clean(text: str) -> str:
    """Text from outside on one line, without what would move a terminal's cursor."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _width(text: str) -> int:
    """Columns that a terminal gives to `text`; Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
