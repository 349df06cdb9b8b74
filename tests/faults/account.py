"""What must be true after a run, checked on the files, logs and the ledger that are left."""

import json
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from scanview.core.errors import ScanViewError
from scanview.core.order import Order, parse_order
from scanview.core.review import Decision, Verdict
from scanview.formats.archive_writer import FINISHED_SUFFIX, verify
from scanview.formats.header_json import decode_header
from scanview.store.folders import CATALOGUE, SCANS_FOLDER
from tests.faults.room import Room
from tests.flow.hub_network import HubProcess


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneLeft:
    """A lane's folder, the SHA-256 of every file put before its port, and the scans that were damaged in its spool."""

    name: str
    folder: Path
    files: tuple[str, ...]
    damaged: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What is left of a room that was drained: folders, and what the scripted ones know.

    `given` pairs the disorderly lane's scans with their contents, `received` with those of their receipts;
    `gates` pairs its name with every order that reached it. `acknowledged` are the analyst's decisions by their id,
    without those in `withdrawn`, which were taken back. A hub that `was_set_back` has forgotten what it alone knew.
    """

    hub: HubProcess
    lanes: tuple[LaneLeft, ...]
    given: dict[str, str]
    received: dict[str, list[str]]
    gates: tuple[tuple[str, Order], ...]
    acknowledged: dict[str, Decision]
    withdrawn: dict[str, Decision]
    refused_releases: int
    wrongs: tuple[str, ...]
    disorder: Counter[str]
    was_set_back: bool


def left_of(room: Room) -> Left:
    """What is left of a room whose hub and ports are stopped."""
    return Left(
        hub=room.hub,
        lanes=tuple(
            LaneLeft(name=lane.name, folder=lane.folder, files=tuple(lane.files), damaged=frozenset(lane.damaged))
            for lane in room.lanes
        ),
        given=dict(room.disorderly.given),
        received=dict(room.disorderly.received),
        gates=tuple((room.disorderly.name, order) for order in room.disorderly.applied()),
        acknowledged=dict(room.analyst.acknowledged),
        withdrawn=dict(room.analyst.withdrawn),
        refused_releases=len(room.analyst.forbidden),
        wrongs=tuple(room.analyst.wrongs),
        disorder=Counter(room.disorderly.disorder),
        was_set_back=room.was_set_back,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A scan as its port knows it."""

    content_sha256: str
    complete: bool


@dataclass(slots=True, kw_only=True)
class Account:
    """The sum of a run. Every list says what is wrong and is empty where nothing is.

    `named` are the scans whose only copy was damaged, and that their port told of; `forgotten` the decisions that only
    a hub knew that was set back since, so that no gate has moved.
    """

    scans: int = 0
    incomplete: int = 0
    decisions: int = 0
    withdrawn: int = 0
    releases: int = 0
    early_holds: int = 0
    named: set[str] = field(default_factory=set)
    forgotten: set[str] = field(default_factory=set)
    refused_releases: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrongly_released: list[str] = field(default_factory=list)
    unverified: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)

    @property
    def problems(self) -> list[str]:
        """Everything that is wrong."""
        kinds = {"lost": self.lost, "doubled": self.doubled, "wrongly released": self.wrongly_released}
        kinds |= {"the ledger": self.unverified}
        return [f"{kind}: {one}" for kind, found in kinds.items() for one in found] + self.other


def check(left: Left) -> Account:
    """Check everything that must be true."""
    account = Account(refused_releases=left.refused_releases, other=list(left.wrongs))
    given: dict[str, Given] = {}
    for lane in left.lanes:
        given |= _given_to(lane, account)
    for scan, content in left.given.items():
        given[scan] = Given(content_sha256=content, complete=True)
        if set(left.received.get(scan, ())) != {content}:
            account.lost.append(f"scan {scan} of the disorderly lane has no receipt of its content")
    account.scans = len(given)
    account.incomplete = sum(not one.complete for one in given.values())
    _check_scans(left, given, account)
    _check_files_read(left, account)
    _check_gates(left, given, account)
    report = left.hub.verify()
    account.unverified += (*report.problems, *(f"{one} is still missing" for one in report.missing))
    return account


def _given_to(lane: LaneLeft, account: Account) -> dict[str, Given]:
    """The scans that the lane's port has told to be safe, or taken up after a crash."""
    with closing(sqlite3.connect(lane.folder / "spool" / "port.sqlite")) as log:
        rows = log.execute(
            "SELECT scan, state, complete, content_sha256 FROM scans WHERE state != 'growing'"
        ).fetchall()
    named = {scan for scan, state, *_ in rows if scan in lane.damaged and state in ("damaged", "refused")}
    account.named |= named
    rows = [row for row in rows if row[0] not in named]
    given = {scan: Given(content_sha256=content, complete=bool(whole)) for scan, _, whole, content in rows}
    account.lost += [f"scan {scan} of {lane.name} is {state}" for scan, state, *_ in rows if state != "received"]
    journal = lane.folder / "given.jsonl"
    for line in journal.read_text(encoding="utf-8").splitlines() if journal.exists() else ():
        told = json.loads(line)
        if told["scan"] not in named and given.get(told["scan"]) != Given(
            content_sha256=told["content"], complete=True
        ):
            account.lost.append(f"scan {told['scan']} was given to {lane.name} whole, its log says otherwise")
    account.other += [f"{lane.name} rejected {path.name}" for path in (lane.folder / "in").glob("rejected/*")]
    return given


def _check_scans(left: Left, given: dict[str, Given], account: Account) -> None:
    """Every scan is at the hub once and equal, and nothing else is."""
    _check_scan_files(left, given, account)
    for scan, complete, content, state in _catalogued(left, "SELECT scan, complete, content_sha256, state FROM scans"):
        if scan in account.named:
            continue
        if scan not in given:
            account.other.append(f"scan {scan} is {state} in the worklist and was given by no port")
        elif given[scan] != Given(content_sha256=content, complete=bool(complete)):
            account.lost.append(f"scan {scan} is catalogued as something else")
        elif state != "closed":
            account.lost.append(f"scan {scan} is {state} in the end")


def _check_scan_files(left: Left, given: dict[str, Given], account: Account) -> None:
    folder = left.hub.data / SCANS_FOLDER
    for path in folder.iterdir():
        if path.suffix != FINISHED_SUFFIX and path.stem in account.named:
            continue
        if path.suffix != FINISHED_SUFFIX or path.stem not in given:
            account.other.append(f"{path.name} is at the hub and was given by no port")
    stored = Counter(entry["scan"] for entry in left.hub.entries() if entry["kind"] == "scan-stored")
    for scan, one in given.items():
        if stored[scan] != 1:
            (account.doubled if stored[scan] else account.lost).append(f"scan {scan} is stored {stored[scan]} times")
        try:
            content = verify(folder / f"{scan}{FINISHED_SUFFIX}").content_sha256
        except ScanViewError as error:
            account.lost.append(f"scan {scan} at the hub: {error}")
            continue
        if content != one.content_sha256:
            account.lost.append(f"scan {scan} has another content at the hub")


def _check_files_read(left: Left, account: Account) -> None:
    """Every file that was put before a port is one scan of its lane."""
    lanes: dict[str, list[str]] = {lane.name: [] for lane in left.lanes}
    for lane, document in _catalogued(left, "SELECT lane, header FROM scans"):
        source = decode_header(document).source_sha256
        if source:
            lanes[lane].append(source)
    for lane in left.lanes:
        there = Counter(source for source in lanes[lane.name] if source[:32] not in account.named)
        expected = Counter(source for source in lane.files if source[:32] not in account.named)
        account.lost += [f"file {source[:8]} of {lane.name}" for source in (expected - there)]
        account.doubled += [f"file {source[:8]} of {lane.name}" for source in (there - expected)]


def _check_gates(left: Left, given: dict[str, Given], account: Account) -> None:
    """Every acknowledged decision is in one gate once, and nothing else is in any."""
    applied = [(lane.name, order) for lane in left.lanes for order in _gate_of(lane)]
    applied += left.gates
    acknowledged = left.acknowledged
    account.decisions = len(acknowledged)
    account.withdrawn = len(left.withdrawn)
    told = {entry["body"]["decision"] for entry in left.hub.entries() if entry["kind"] == "withdrawn"}
    here, there = set(left.withdrawn), told
    one_sided = there - here if left.was_set_back else there ^ here
    account.other += [f"decision {decision} is taken back on one side only" for decision in one_sided]
    account.releases = sum(order.verdict is Verdict.RELEASE for _, order in applied)
    account.early_holds = sum(not order.content_sha256 for _, order in applied)
    times = Counter(order.order for _, order in applied)
    account.doubled += [f"decision {decision}, {count} times" for decision, count in times.items() if count > 1]
    account.forgotten = acknowledged.keys() - times.keys() - _decided(left) if left.was_set_back else set()
    undelivered = acknowledged.keys() - times.keys() - account.forgotten
    account.lost += [f"decision {decision} is at no gate" for decision in undelivered]
    scans = Counter(order.scan for _, order in applied)
    account.doubled += [f"scan {scan} has {count} orders" for scan, count in scans.items() if count > 1]
    for name, order in applied:
        _check_order(name, order, left, given, account)


def _decided(left: Left) -> set[str]:
    """The decisions that the hub knows in the end."""
    return {entry["body"]["decision"]["decision"] for entry in left.hub.entries() if entry["kind"] == "decided"}


def _check_order(name: str, order: Order, left: Left, given: dict[str, Given], account: Account) -> None:
    decision = left.acknowledged.get(order.order)
    wrongs = account.wrongly_released if order.verdict is Verdict.RELEASE else account.other
    if order.order in left.withdrawn:
        wrongs.append(f"order {order.order} at {name} was taken back")
    if decision is None:
        wrongs.append(f"order {order.order} at {name} follows from no acknowledged decision")
    elif (decision.verdict, decision.scan, name) != (order.verdict, order.scan, order.lane):
        wrongs.append(f"order {order.order} at {name} says something else than its decision")
    if order.verdict is Verdict.RELEASE and given.get(order.scan) != Given(
        content_sha256=order.content_sha256, complete=True
    ):
        account.wrongly_released.append(f"scan {order.scan} is not whole, or another content was judged")


def _gate_of(lane: LaneLeft) -> list[Order]:
    return [parse_order(path.read_bytes()) for path in (lane.folder / "spool" / "gate").glob("*.json")]


def _catalogued(left: Left, query: str) -> list[tuple]:
    with closing(sqlite3.connect(left.hub.data / CATALOGUE)) as database:
        return database.execute(query).fetchall()
