"""What must be true when the day is over, read from the ledger and from the gates."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scanview.core.journal import Kind
from scanview.core.review import Person, Verdict
from scanview.core.rooms import Rooms
from scanview.core.scan import port_of
from scanview.core.triage import Clearance, is_rules_actor
from tests.day.plan import Truck

SLACK_S = 0.5
"""Between the hub's look at the queue and the entry of the lease."""

LEASE_BACK_S = 15.0
"""Who is gone was given the scan a moment before, and never renewed: so soon it waits again."""


@dataclass(slots=True, kw_only=True)
class ScanStory:
    """What the ledger tells of one scan. Times are UTC seconds by the hub's clock."""

    lane: str
    offered_at: float
    content: str = ""
    recognised_at: float = 0.0
    triage: Mapping[str, Any] = field(default_factory=dict)
    doubts: tuple[str, ...] | None = None
    leases: list[tuple[float, str, str]] = field(default_factory=list)
    ends: list[tuple[float, float, str]] = field(default_factory=list)
    was_moved: bool = False
    opinions: list[tuple[str, str]] = field(default_factory=list)
    released_by_rules: bool = False
    decided_at: float = 0.0
    decided_by: str = ""
    order: Mapping[str, Any] = field(default_factory=dict)

    @property
    def place(self) -> float:
        """Its place in the queue once it was triaged."""
        return self.offered_at + float(self.triage.get("wait_s", 0.0))


@dataclass(slots=True, kw_only=True)
class Account:
    """The sum of a day. `problems` is empty where all is well."""

    figures: dict[str, float] = field(default_factory=dict)
    fired: Counter[str] = field(default_factory=Counter)
    clearances: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)


def stories(entries: Iterable[dict[str, Any]]) -> dict[str, ScanStory]:
    """Every scan's story, from the entries of the ledger in their order."""
    told: dict[str, ScanStory] = {}
    for entry in entries:
        if entry["kind"] == Kind.SCAN_OFFERED:
            told[entry["scan"]] = ScanStory(lane=entry["body"]["lane"], offered_at=entry["at"])
        elif entry["scan"] in told and entry["kind"] in _TELLS:
            _TELLS[entry["kind"]](told[entry["scan"]], entry)
    return told


def _stored(story: ScanStory, entry: Mapping[str, Any]) -> None:
    story.content = entry["body"]["content_sha256"]


def _spoken(story: ScanStory, entry: Mapping[str, Any]) -> None:
    story.recognised_at, story.triage = entry["at"], entry["body"]["triage"]
    if "recognition" in entry["body"]:
        story.doubts = tuple(entry["body"]["recognition"]["release_doubts"])


def _leased(story: ScanStory, entry: Mapping[str, Any]) -> None:
    story.leases.append((entry["at"], entry["actor"], entry["body"].get("chosen", "")))


def _lease_ended(story: ScanStory, entry: Mapping[str, Any]) -> None:
    story.ends.append((entry["at"], story.leases[-1][0], entry["body"]["why"]))


def _moved(story: ScanStory, entry: Mapping[str, Any]) -> None:
    story.was_moved = True


def _opined(story: ScanStory, entry: Mapping[str, Any]) -> None:
    story.opinions.append((entry["actor"], entry["body"]["decision"]["verdict"]))


def _decided(story: ScanStory, entry: Mapping[str, Any]) -> None:
    _opined(story, entry)
    _decide(story, entry)


def _released_directly(story: ScanStory, entry: Mapping[str, Any]) -> None:
    story.released_by_rules = True
    _decide(story, entry)


def _decide(story: ScanStory, entry: Mapping[str, Any]) -> None:
    story.decided_at, story.decided_by = entry["at"], entry["actor"]
    story.order = json.loads(entry["body"]["order"])


_TELLS: Mapping[str, Callable[[ScanStory, Mapping[str, Any]], None]] = {
    Kind.SCAN_STORED: _stored,
    Kind.RECOGNISED: _spoken,
    Kind.NOT_RECOGNISED: _spoken,
    Kind.LEASED: _leased,
    Kind.LEASE_ENDED: _lease_ended,
    Kind.ASSIGNED: _moved,
    Kind.PRIORITISED: _moved,
    Kind.OPINION: _opined,
    Kind.DECIDED: _decided,
    Kind.RELEASED_DIRECTLY: _released_directly,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What is left of it: what was sent, what the gates did, and who worked under which terms."""

    sent: Mapping[str, Truck]
    contents: Mapping[str, str]
    moved: Mapping[str, list[str]]
    people: Mapping[str, Person]
    rooms: Rooms
    band_s: float
    room_for_s: float
    skills_for_s: float
    rule_ids: tuple[str, ...]


def check(day: Day, told: Mapping[str, ScanStory], *, is_whole: bool) -> Account:
    """Everything that must be true; that every rule acted only of a day that `is_whole`."""
    account = Account()
    for scan, truck in day.sent.items():
        story = told.get(scan)
        if story is None or story.content != day.contents[scan]:
            account.problems.append(f"scan {scan} of {truck.lane} is lost or altered")
            continue
        _check_decided(account, day, scan, story)
        _check_released(account, scan, story)
        _check_leases(account, day, scan, story)
    _check_starving(account, day, told)
    for story in told.values():
        account.fired.update(story.triage.get("fired", ()))
        account.clearances[story.triage.get("clearance", "")] += 1
    if is_whole:
        _check_rules(account, day)
    _figures(account, day, told)
    return account


def _check_decided(account: Account, day: Day, scan: str, story: ScanStory) -> None:
    """Decided once, and its gate moved once, as the decision says."""
    orders = [json.loads(document) for document in day.moved.get(scan, ())]
    if not story.order:
        account.problems.append(f"scan {scan} was never decided")
    elif [order["order"] for order in orders] != [story.order["order"]]:
        account.problems.append(f"the gate moved {len(orders)} times for scan {scan}, or by another order")


def _check_released(account: Account, scan: str, story: ScanStory) -> None:
    """Released by rules only without a doubt, else by as many people as its class demands."""
    if story.order.get("verdict") != Verdict.RELEASE:
        return
    if is_rules_actor(story.decided_by):
        is_due = story.released_by_rules and story.doubts == () and story.triage["clearance"] == Clearance.RELEASED
    else:
        releasing = {name for name, verdict in story.opinions if verdict == Verdict.RELEASE}
        wants = 2 if story.triage.get("four_eyes") else 1
        seen = {name for name, _ in story.opinions}
        is_due = len(releasing) >= wants and len(seen) >= (2 if story.triage.get("second") else 1)
    if not is_due:
        account.problems.append(f"scan {scan} was released without what its release takes")


def _check_leases(account: Account, day: Day, scan: str, story: ScanStory) -> None:
    """Nobody reviews their own port, and nobody judges twice; who is gone does not keep a scan."""
    for _, name, _ in story.leases:
        if day.people[name].port == port_of(story.lane):
            account.problems.append(f"{name} was given scan {scan} of their own port")
    names = [name for name, _ in story.opinions]
    if len(set(names)) != len(names):
        account.problems.append(f"somebody judged scan {scan} twice")
    for ended, leased, why in story.ends:
        if why == "expired" and ended - leased > LEASE_BACK_S:
            account.problems.append(f"scan {scan} was kept for {ended - leased:.1f} s by somebody who was gone")


def _check_starving(account: Account, day: Day, told: Mapping[str, ScanStory]) -> None:
    """Nobody is given a scan while one they may have is further ahead in the queue than equals may be."""
    waiting = {scan: story for scan, story in told.items() if story.triage and not story.was_moved}
    given = sorted(
        (at, name, scan)
        for scan, story in waiting.items()
        for at, name, chosen in story.leases[:1]
        if chosen == "drawn" and at > story.recognised_at + SLACK_S
    )
    for at, name, scan in given:
        person = day.people[name]
        for other, story in waiting.items():
            left_at = min([lease for lease, _, _ in story.leases[:1]] + [story.decided_at or at])
            is_there = story.recognised_at + SLACK_S < at < left_at - SLACK_S
            if is_there and story.place + day.band_s < waiting[scan].place and _may_have(day, person, story, at):
                account.problems.append(f"scan {other} was passed over for {scan} by {name}")
                break


def _may_have(day: Day, person: Person, story: ScanStory, at: float) -> bool:
    """Whether somebody may be given the scan at that time, on the safe side of every deadline."""
    rooms = day.rooms.serving(story.lane)
    in_room = not person.room or not rooms or person.room in rooms or at > story.place + day.room_for_s + SLACK_S
    learned = set(story.triage["skills"]) <= set(person.skills) or at > story.place + day.skills_for_s + SLACK_S
    return in_room and learned and person.port != port_of(story.lane)


def _check_rules(account: Account, day: Day) -> None:
    silent = sorted(set(day.rule_ids) - set(account.fired))
    if silent:
        account.problems.append(f"these rules never acted: {', '.join(silent)}")
    for clearance in (Clearance.RELEASED, Clearance.SAMPLED, Clearance.DOUBTED):
        if not account.clearances[clearance]:
            account.problems.append(f"no scan was {clearance}")


def _figures(account: Account, day: Day, told: Mapping[str, ScanStory]) -> None:
    decided = {scan: story for scan, story in told.items() if story.order}
    waits = sorted(story.decided_at - story.offered_at for story in decided.values())
    verdicts = {scan: Verdict(story.order["verdict"]) for scan, story in decided.items()}
    by_people: dict[str, int] = defaultdict(int)
    for story in decided.values():
        by_people[story.decided_by] += 1
    account.figures = {
        "scans": len(day.sent),
        "decided": len(decided),
        "released by rules": sum(story.released_by_rules for story in decided.values()),
        "held": sum(verdict is Verdict.HOLD for verdict in verdicts.values()),
        "harmful": sum(truck.harmful for truck in day.sent.values()),
        "harmful and released": sum(
            day.sent[scan].harmful and verdict is Verdict.RELEASE for scan, verdict in verdicts.items()
        ),
        "looked at by two or more": sum(len(story.opinions) > 1 for story in decided.values()),
        "their opinions differed": sum(len({said for _, said in story.opinions}) > 1 for story in decided.values()),
        "leases that ran out": sum(why == "expired" for story in told.values() for _, _, why in story.ends),
        "median wait, s": waits[len(waits) // 2] if waits else 0.0,
        "longest wait, s": waits[-1] if waits else 0.0,
        "people who decided": len([name for name in by_people if not is_rules_actor(name)]),
    }
