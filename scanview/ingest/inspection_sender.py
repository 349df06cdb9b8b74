"""Sends the inspection results that wait at the port to a hub, and takes in those dropped into a folder.

A result stays until a hub says that it is durable there. It is offered to one hub after the other; what all of them
refuse is put aside with the reason. On the reactor's thread.
"""

import logging
import shutil
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path

from scanview.core.errors import Refused, ScanViewError
from scanview.ingest.inspection_folder import add_result, read_dropped, read_waiting, refuse, take_away, waiting
from scanview.wire.hub_link import Answer, HubLink
from scanview.wire.keys import Identity, Purpose
from scanview.wire.messages import PutPhoto, ReportInspection

RETRY_S = 5.0
SETTLED_S = 1.0
"""A dropped file that has not changed for so long is whole."""

_PHOTO_TIMEOUT_S = 120.0
_log = logging.getLogger("scanview.ingest")


class InspectionSender:
    """The results in `spool` on their way to the hubs at the other ends of `links`, the preferred one first.

    `drop` is a folder that another program writes results to, or None; what cannot be read there moves to `rejected`
    in it, with the reason beside it.
    """

    def __init__(self, *, spool: Path, drop: Path | None, identity: Identity, links: Sequence[HubLink]) -> None:
        self._spool = spool
        self._drop = drop
        self._identity = identity
        self._links = links
        self._under_way = ""
        self._not_before_s = 0.0
        self._refusals: dict[str, dict[int, str]] = {}

    def look(self) -> None:
        """Take in what was dropped, and send the next that waits; every second."""
        try:
            self._take_in()
            if not self._under_way and time.monotonic() >= self._not_before_s:
                for folder in waiting(self._spool):
                    if self._send(folder):
                        return
        except OSError as error:
            _log.warning("inspection results wait: %s", error)

    def _send(self, folder: Path) -> bool:
        """Send a result to the next hub that may take it; False where it has to wait."""
        refusals = self._refusals.setdefault(folder.name, {})
        try:
            inspection, document = read_waiting(folder)
        except Refused as error:
            self._put_aside(folder, str(error))
            return False
        for place, link in enumerate(self._links):
            if place in refusals or link.welcome is None or not link.welcome.takes_inspections:
                continue
            self._under_way = folder.name
            photos = [(photo.sha256, folder / photo.sha256) for photo in inspection.photos]
            self._put(link, place, folder, document, photos)
            return True
        return False

    def _put(
        self, link: HubLink, place: int, folder: Path, document: bytes, photos: Sequence[tuple[str, Path]]
    ) -> None:
        """Put the photos, one after the other, then the result."""
        if photos:
            (sha256, path), *rest = photos
            request = PutPhoto(request=0, sha256=sha256)
            sent = link.request(request, path.read_bytes(), timeout_s=_PHOTO_TIMEOUT_S)
            self._then(sent, place, folder, lambda: self._put(link, place, folder, document, rest))
            return
        report = ReportInspection(
            request=0, inspection=folder.name, signature=self._identity.sign(document, Purpose.INSPECTION)
        )
        self._then(link.request(report, document), place, folder, lambda: self._received(folder))

    def _then(self, sent: "Future[Answer]", place: int, folder: Path, go_on: Callable[[], None]) -> None:
        def settle(done: "Future[Answer]") -> None:
            error = done.exception()
            try:
                if error is None:
                    go_on()
                elif isinstance(error, Refused):
                    self._refused(place, folder, error)
                else:
                    self._wait(str(error))
            except OSError as broken:
                self._wait(str(broken))

        sent.add_done_callback(settle)

    def _received(self, folder: Path) -> None:
        _log.info("a hub has the inspection result %s", folder.name)
        self._refusals.pop(folder.name, None)
        self._under_way = ""
        take_away(folder)

    def _refused(self, place: int, folder: Path, error: ScanViewError) -> None:
        """The next hub may have made the scan; when all refuse, people have to look."""
        self._under_way = ""
        refusals = self._refusals[folder.name]
        refusals[place] = str(error)
        if len(refusals) == len(self._links):
            self._put_aside(folder, "\n".join(refusals.values()))

    def _put_aside(self, folder: Path, why: str) -> None:
        _log.error("the inspection result %s is refused: %s", folder.name, why)
        self._refusals.pop(folder.name, None)
        refuse(folder, why)

    def _wait(self, why: str) -> None:
        _log.warning("an inspection result waits: %s", why)
        self._under_way = ""
        self._not_before_s = time.monotonic() + RETRY_S

    def _take_in(self) -> None:
        if self._drop is None or not self._drop.exists():
            return
        for path in sorted(self._drop.glob("*.json")):
            changed_at = path.stat().st_mtime
            if time.time() - changed_at >= SETTLED_S:
                try:
                    inspection, photos = read_dropped(path, changed_at)
                    add_result(self._spool, inspection, photos)
                except Refused as error:
                    self._reject(path, str(error))
                except ScanViewError as error:
                    _log.warning("%s waits: %s", path.name, error)
                else:
                    for each in (path, *photos):
                        each.unlink(missing_ok=True)

    def _reject(self, path: Path, why: str) -> None:
        _log.warning("%s is rejected: %s", path.name, why)
        rejected = path.with_name("rejected")
        rejected.mkdir(exist_ok=True)
        shutil.move(path, rejected / path.name)
        (rejected / f"{path.name}.txt").write_text(f"{path.name}: {why}\n", encoding="utf-8")
