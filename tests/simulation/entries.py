"""What the entries of a hub's ledger must say one after the other, worked out without the room's own state machine."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tests.simulation.book import Book
from tests.simulation.world import World


@dataclass(slots=True)
class _Scan:
    """Who holds the scan, by the entry that gave it, and the decision that stands about it."""

    fence: int = 0
    holder: str = ""
    decision: str = ""


def follow_entries(world: World, book: Book, hub: str, entries: Iterable[dict[str, Any]]) -> None:
    """Tell the world of every entry that may not stand where it stands."""
    scans: dict[str, _Scan] = {}
    stored: set[str] = set()
    for entry in entries:
        kind, name, body = entry["kind"], entry["scan"], entry["body"]
        scan = scans.setdefault(name, _Scan())
        match kind:
            case "scan-stored":
                if name in stored:
                    world.wrong(f"scan {name} is stored twice at {hub}")
                stored.add(name)
            case "leased" | "withdrawn":
                decision = "" if kind == "withdrawn" else scan.decision
                scans[name] = _Scan(fence=entry["seq"], holder=entry["actor"], decision=decision)
            case "lease-ended":
                scan.fence, scan.holder = 0, ""
            case "decided" | "opinion" | "released-directly":
                scans[name] = _decided(world, hub, entry, scan)
            case "release-reversed":
                scan.decision = ""
            case "gap-found" if hub not in book.set_back:
                world.wrong(f"{hub} lacks what it had confirmed: {body}")


def _decided(world: World, hub: str, entry: dict[str, Any], scan: _Scan) -> _Scan:
    said = entry["body"]["decision"]
    is_held = (scan.fence, scan.holder) == (said["fence"], entry["actor"])
    if not is_held and entry["kind"] != "released-directly":
        world.wrong(f"{entry['actor']} decided {entry['scan']} at {hub} without holding it")
    if scan.decision:
        world.wrong(f"scan {entry['scan']} is decided twice at {hub}")
    return _Scan(decision=said["decision"])
