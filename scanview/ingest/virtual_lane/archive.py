"""Owns what a virtual lane reads of the hub's data folder: archived scans, library cases, and who is at work."""

import random
from dataclasses import dataclass
from pathlib import Path

import msgspec

from scanview.core.errors import ScanViewError
from scanview.core.review import Decision
from scanview.formats import read_scan
from scanview.formats.archive_writer import finished_path
from scanview.imaging.projection import ThreatMap, trace_of
from scanview.imaging.scan_image import ScanImage
from scanview.imaging.threat_cut import cut_threat
from scanview.ingest.virtual_lane.making import can_be_copied
from scanview.store.database import Database, Transaction
from scanview.store.folders import SCANS_FOLDER
from scanview.store.virtual_scans import Origin, library_cases, origins, people_reviewing

MAX_CASES = 40
_LOOKED_AT = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """An archived scan that can be copied, and how many seconds it took to arrive."""

    image: ScanImage
    arrival_s: float


class Archive:
    """The hub's folder `data`, read only; `database` is its catalogue."""

    def __init__(self, data: Path, database: Database, chance: random.Random) -> None:
        self._scans = data / SCANS_FOLDER
        self._database = database
        self._chance = chance
        self._used: set[str] = set()
        self._unfit: set[str] = set()

    def people_reviewing(self) -> int:
        """How many people have a scan open."""
        return self._database.read(people_reviewing)

    def pick(self, decided_before: float) -> Copied | None:
        """A scan released before then (UTC seconds), by chance and not the same ones again; None where none fits."""
        found = [
            each for each in self._database.read(lambda tx: origins(tx, decided_before)) if each.scan not in self._unfit
        ]
        fresh = [each for each in found if each.scan not in self._used] or found
        for origin in self._chance.sample(fresh, min(len(fresh), _LOOKED_AT)):
            copied = self._read(origin)
            if copied is not None:
                self._used.add(origin.scan)
                return copied
            self._unfit.add(origin.scan)
        return None

    def cases(self) -> tuple[ThreatMap, ...]:
        """What can be cut from the newest library cases by the marks that they were held for."""
        found: list[ThreatMap] = []
        for scan, document in self._database.read(_cases):
            found.extend(self._cut(scan, msgspec.json.decode(document, type=Decision)))
        return tuple(found[:MAX_CASES])

    def _read(self, origin: Origin) -> Copied | None:
        try:
            image = read_scan(finished_path(self._scans, origin.scan))
        except ScanViewError:
            return None
        return Copied(image=image, arrival_s=origin.arrival_s) if can_be_copied(image) else None

    def _cut(self, scan: str, decision: Decision) -> list[ThreatMap]:
        try:
            view, counts = read_scan(finished_path(self._scans, scan)).side
        except ScanViewError:
            return []
        if not view.is_dual_energy:
            return []
        trace = trace_of(view, counts)
        boxes = [(mark.box, mark.category.value) for mark in decision.marks if mark.box.view is view.view]
        cuts = (cut_threat(view, counts, box, label, trace) for box, label in boxes)
        return [cut for cut in cuts if cut is not None]


def _cases(tx: Transaction) -> list[tuple[str, bytes]]:
    return library_cases(tx, MAX_CASES)
