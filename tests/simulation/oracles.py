"""What must be true when a world has come to rest, read from the disks that are left."""

import sqlite3
from contextlib import closing
from pathlib import Path

from scanview.core.errors import ScanViewError
from scanview.core.order import parse_order
from scanview.core.review import Verdict
from scanview.formats.archive_writer import finished_path, verify
from scanview.store import verification
from scanview.store.folders import CATALOGUE, SCANS_FOLDER
from tests.simulation.book import Book
from tests.simulation.desk import DeskProgram
from tests.simulation.entries import follow_entries
from tests.simulation.programs import HubProgram, LaneProgram
from tests.simulation.world import World

_CLOSED = ("closed", "elsewhere")


def check(world: World, book: Book, hubs: list[HubProgram], lanes: list[LaneProgram], desks: list[DeskProgram]) -> None:
    """Tell the world of everything that is wrong."""
    gave_way = any(_may_lack(book, lane) for lane in lanes)
    for hub in hubs:
        _check_ledger(world, book, hub, gave_way=gave_way)
    rows = {hub.name: _rows(_data(hub)) for hub in hubs}
    for lane in lanes:
        _check_spool(world, book, lane, {hub.name: _data(hub) for hub in hubs}, rows)
    for name, found in rows.items():
        for scan, (state, _, _, delivery) in found.items():
            if _is_open(state, delivery):
                world.wrong(f"scan {scan} is {state} at {name} in the end")
            if scan not in book.begun:
                world.wrong(f"scan {scan} at {name} was given by no port")
    for desk in desks:
        if desk.kept():
            world.wrong(f"{desk.name} keeps {desk.kept()} decisions that nobody has settled")
    _check_decisions(world, book, rows, _gates(lanes))


def rest_is_open(hubs: list[HubProgram]) -> bool:
    """Whether a hub has a scan that is not closed."""
    return any(_is_open(row[0], row[3]) for hub in hubs for row in _rows(_data(hub)).values())


def _is_open(state: str, delivery: str) -> bool:
    """Whether somebody or something still has to do with the scan; a refused order is told to everybody."""
    return state not in _CLOSED and delivery != "refused"


def _data(hub: HubProgram) -> Path:
    return hub.machine.disk.folder / "data"


def _rows(data: Path) -> dict[str, tuple[str, str, str, str]]:
    """Per scan: state, content, decision, delivery."""
    with closing(sqlite3.connect(data / CATALOGUE)) as database:
        found = database.execute("SELECT scan, state, content_sha256, decision, delivery FROM scans ORDER BY seq")
        return {row[0]: row[1:] for row in found}


def _check_ledger(world: World, book: Book, hub: HubProgram, *, gave_way: bool) -> None:
    follow_entries(world, book, hub.name, verification.export(_data(hub)))
    report = verification.verify(_data(hub))
    for problem in report.problems:
        world.wrong(f"the ledger of {hub.name}: {problem}")
    for missing in () if gave_way else report.missing:
        world.wrong(f"{hub.name} still lacks {missing}")


def _check_spool(
    world: World, book: Book, lane: LaneProgram, folders: dict[str, Path], rows: dict[str, dict[str, tuple[str, ...]]]
) -> None:
    """Every scan that was safe at the port is at a hub, bit for bit."""
    spool = lane.machine.disk.folder / "spool"
    with closing(sqlite3.connect(spool / "port.sqlite")) as log:
        logged = {row[0]: row[1:] for row in log.execute("SELECT scan, state, content_sha256 FROM scans")}
    for scan, given in book.given.items():
        if given.lane != lane.lane:
            continue
        state, content = logged.get(scan, ("lost", ""))
        if state != "received":
            world.wrong(f"scan {scan} is {state} at its port in the end")
        if content != given.content_sha256:
            world.wrong(f"scan {scan} has another content in its port's log")
        stored = [hub for hub, found in rows.items() if found.get(scan, ("", ""))[1] == given.content_sha256]
        if not stored and not _may_lack(book, lane):
            world.wrong(f"scan {scan} is at no hub")
        for hub in stored:
            _check_file(world, folders[hub] / SCANS_FOLDER, scan, given.content_sha256)


def _may_lack(book: Book, lane: LaneProgram) -> bool:
    """A hub that was set back gets scans again from the copies at the port, which give way where its disk is full."""
    return bool(book.set_back) and lane.machine.disk.was_full


def _check_file(world: World, folder: Path, scan: str, content: str) -> None:
    try:
        finished = verify(finished_path(folder, scan))
    except ScanViewError as error:
        world.wrong(f"the file of scan {scan} at the hub: {error}")
        return
    if finished.content_sha256 != content:
        world.wrong(f"the file of scan {scan} at the hub has another content")


def _gates(lanes: list[LaneProgram]) -> dict[str, int]:
    """How often each order stands carried out at its gate."""
    counted: dict[str, int] = {}
    for lane in lanes:
        for path in sorted((lane.machine.disk.folder / "spool" / "gate").glob("*.json")):
            order = parse_order(path.read_bytes())
            counted[order.order] = counted.get(order.order, 0) + 1
    return counted


def _check_decisions(
    world: World, book: Book, rows: dict[str, dict[str, tuple[str, ...]]], gates: dict[str, int]
) -> None:
    called = {call.order.order for call in book.calls}
    for decision in gates:
        if decision not in called:
            world.wrong(f"order {decision} stands as carried out, and no gate was told")
    for decision, intent in book.intents.items():
        if intent.is_kept and not (intent.is_confirmed or intent.is_refused):
            world.wrong(f"decision {decision} was kept at the desk and has vanished")
        if intent.is_withdrawn and decision in gates and intent.hub not in book.set_back:
            world.wrong(f"decision {decision} was taken back and is carried out")
        if not intent.is_confirmed or intent.is_withdrawn or decision in gates:
            continue
        state, _, decided, delivery = rows[intent.hub].get(intent.decision.scan, ("unknown", "", "", ""))
        was_refused_there = decided == decision and delivery == "refused"
        if was_refused_there or intent.was_withdrawal_asked or intent.hub in book.set_back:
            continue
        world.wrong(
            f"decision {decision} of {intent.decision.verdict} was confirmed and is at no gate: {state} {delivery}"
        )
    for call in book.calls:
        if call.order.verdict is Verdict.RELEASE and call.order.order not in gates:
            world.wrong(f"release {call.order.order} moved a gate and does not stand as carried out")
