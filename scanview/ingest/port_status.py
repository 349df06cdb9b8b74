"""How a port stands: a file in its spool folder that it writes every second, and whoever wants to know reads.

The file is what the command line, the status page and a site's monitoring show; its fields only ever grow.
"""

import logging
import time
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from scanview.core.errors import BadInput, Unavailable
from scanview.wire.private_files import replace_private

_log = logging.getLogger("scanview.ingest")

STATUS_FILE = "status.json"
STATUS_EVERY_S = 1.0
STALE_AFTER_S = 15.0
"""A port that has written nothing for so long is stopped or hangs: it writes at least every `HEARTBEAT_S`."""

HEARTBEAT_S = 5.0
MOST_LISTED = 100
MOST_REFUSED = 20

Seconds = Annotated[float, Meta(ge=0)]


class HubStatus(Struct, frozen=True, kw_only=True):
    """One hub of the port's list. `clock_offset_s` is what to add to the port's clock; null while not measured.

    `authority` names whose word on people counts for its releases, with the id of the key; empty where none is pinned.
    """

    endpoint: str
    key: str
    link: str
    in_use: bool
    problem: str = ""
    problem_code: str = ""
    postponed: str = ""
    postponed_code: str = ""
    clock_offset_s: float | None = None
    clock_error_s: float | None = None
    ledger: str = ""
    authority: str = ""


class SpoolStatus(Struct, frozen=True, kw_only=True):
    """How full the spool is, and in which of the words of ingest.spool_room."""

    level: str
    used_bytes: int
    capacity_bytes: int


class WaitingScan(Struct, frozen=True, kw_only=True):
    """A scan without a receipt. `begun_at` is UTC seconds by the port's clock."""

    scan: str
    container: str
    priority: str
    begun_at: float
    strips: int
    is_whole: bool
    is_refused: bool


class GateStatus(Struct, frozen=True, kw_only=True):
    """An order that the gate has not taken yet, and why."""

    order: str
    scan: str
    attempts: int
    why: str


class RefusedOrder(Struct, frozen=True, kw_only=True):
    """An order that was refused: the code of why, and when, UTC seconds by its hub's clock."""

    order: str
    scan: str
    why: str
    at: float


class PortStatus(Struct, frozen=True, kw_only=True):
    """Everything a technician asks a port.

    `link` and `problem` are those of the best of its hubs, `default` is what holds for every vehicle without an order,
    `waiting` the first scans of `scans_waiting`, `release_signatures` how many people a release takes at least,
    `orders_refused` the newest that were refused, and `at` when it was written, UTC seconds by the port's clock.
    """

    lane: str
    default: str
    link: str
    problem: str
    hubs: tuple[HubStatus, ...]
    spool: SpoolStatus
    scans_waiting: int
    scans_received: int
    scans_refused: int
    scans_damaged: tuple[str, ...]
    waiting: tuple[WaitingScan, ...]
    limit_mbit: float
    orders_applied: int
    gate_failures: tuple[GateStatus, ...]
    last_error: str
    release_signatures: int = 1
    orders_refused: tuple[RefusedOrder, ...] = ()
    at: float = 0.0

    @property
    def is_in_reach(self) -> bool:
        """Whether a hub can tell the gate anything at the moment."""
        return any(hub.link == "online" for hub in self.hubs)


class StatusFile:
    """Writes a port's status where anything in it has changed, and now and then to say that it is alive."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / STATUS_FILE
        self._written: PortStatus | None = None
        self._written_at = 0.0

    def write(self, status: PortStatus) -> None:
        """Write `status`, whose `at` is set here; a disk that refuses is logged."""
        if status == self._written and time.monotonic() - self._written_at < HEARTBEAT_S:
            return
        self._written, self._written_at = status, time.monotonic()
        content = msgspec.json.encode(msgspec.structs.replace(status, at=time.time()))
        try:
            replace_private(self._path, content + b"\n", durable=False)
        except OSError as error:
            _log.warning("the status cannot be written: %s", error.strerror)


def read_status(folder: Path) -> PortStatus:
    """The status of the port with this spool folder, as it wrote it last.

    Raises:
        Unavailable: there is none, or it cannot be read.
        BadInput: another version of ScanView wrote it.
    """
    path = folder / STATUS_FILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=PortStatus)
    except FileNotFoundError as error:
        raise Unavailable(
            f"{folder} has no status: no port has run on it", code="no-status", remedy="Start scanview port"
        ) from error
    except OSError as error:
        raise Unavailable(f"{path} cannot be read: {error.strerror}", code="no-status") from error
    except msgspec.MsgspecError as error:
        raise BadInput(f"{path} cannot be understood: {error}", code="bad-status") from error


def is_running(status: PortStatus, now: float) -> bool:
    """Whether the port that wrote `status` runs at `now`, UTC seconds by the same clock."""
    return status.link != "stopped" and abs(now - status.at) < STALE_AFTER_S
