"""What a device vendor calls: detector lines in, a spooled scan out, while the truck still passes.

    device = Device(port.spool, lane="CNSHA-03", name="portal 3")
    with device.scan(side_view, container="CSQU3054383") as scan:
        for line in detector:
            scan.line(View.SIDE, line)

A scan that is left by an exception is sent as what it is: not complete, so that nobody can release it. While the disk
refuses, strips wait in memory: a truck that passes cannot wait. One that is lost makes the scan incomplete.
"""

import logging
import secrets
import time
from collections import deque
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from scanview.core.errors import BadInput, Unavailable
from scanview.core.scan import Declaration, ScanHeader, View, ViewHeader
from scanview.imaging.pyramid import strip_levels
from scanview.ingest.assemble import LineAssembler
from scanview.ingest.spool import Spool, SpoolWriter
from scanview.store.port_log import Priority
from scanview.wire.tiles import encode_strip

_log = logging.getLogger("scanview.ingest")

MAX_WAITING_STRIPS = 64
"""So many strips of a scan, about 1 MiB each, may wait for the disk in memory."""


class Device:
    """One scanner of a lane. Its scans go into `spool`, from where a Port sends them as they grow."""

    def __init__(self, spool: Spool, *, lane: str, name: str = "") -> None:
        self._spool = spool
        self._lane = lane
        self._name = name

    def scan(
        self,
        *views: ViewHeader,
        container: str = "",
        container_type: str = "",
        plate: str = "",
        declaration: Declaration | None = None,
        priority: Priority = Priority.TRUCK,
    ) -> "DeviceScan":
        """Begin a scan of `views`; use it as a context manager.

        Unavailable (`spool-full`) where the spool takes no new scan: let the vehicle wait or pass on HOLD.
        """
        header = ScanHeader(
            scan=secrets.token_hex(16),
            lane=self._lane,
            views=views,
            started_at=time.time(),
            container=container,
            plate=plate,
            device=self._name,
            declaration=declaration,
            container_type=container_type,
        )
        return DeviceScan(self._spool.begin(header, priority=priority), header)


class DeviceScan:
    """One vehicle passing. Not for two threads at once."""

    def __init__(self, writer: SpoolWriter, header: ScanHeader) -> None:
        """Use `Device.scan`."""
        self.header = header
        self._writer = writer
        self._assemblers = {view.view: (number, LineAssembler(view)) for number, view in enumerate(header.views)}
        self._waiting: deque[tuple[int, bytes]] = deque()
        self._strips = 0
        self._has_lost = False
        self._is_complete: bool | None = None
        self._is_over = False

    def line(self, view: View, counts: NDArray[np.uint16], number: int | None = None) -> None:
        """Take in one detector line.

        Args:
            view: which of the scan's views it belongs to.
            counts: uint16, shape (channels, rows); it may be used again at once.
            number: its place from 0 where the detector numbers its lines: then repeats are left out, disorder is
                put right, and lost lines are bridged, which makes the scan incomplete.

        Raises:
            BadInput: the scan has no such view, is over, or the line has another shape or type.
            Unavailable: the spool's disk has refused for so long that columns are lost: the scan is not complete.
        """
        is_ending = self._is_over or self._is_complete is not None
        if is_ending or view not in self._assemblers:
            raise BadInput("the scan is over" if is_ending else f"the scan has no {view} view", code="bad-line")
        index, assembler = self._assemblers[view]
        self._keep(index, assembler.add(counts, number))
        if self._has_lost:
            raise Unavailable(
                "columns of the scan are lost, for the spool's disk refuses",
                code="columns-lost",
                remedy="Free space on the port's disk, and scan the vehicle again",
            )

    def end(self, *, complete: bool = True) -> str:
        """The vehicle has passed: returns the scan's content hash.

        Give `complete` False where the scanner broke off. A scan without a single line is forgotten and gives "".

        Raises:
            Unavailable: the spool's disk refuses; call it again. If nobody does, the port itself ends the scan later.
        """
        if self._is_over:
            raise BadInput("the scan is over", code="scan-over")
        if self._is_complete is None:
            for index, assembler in self._assemblers.values():
                self._keep(index, assembler.end())
            has_every_line = not any(assembler.missing for _, assembler in self._assemblers.values())
            self._is_complete = complete and has_every_line and not self._has_lost
        return self._finish()

    def __enter__(self) -> "DeviceScan":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._is_over:
            return
        try:
            self.end(complete=kind is None)
        except Unavailable:
            self._is_over = True
            self._writer.leave(self._finish)
            if kind is None:
                raise

    def _finish(self) -> str:
        """Bring to the disk what waits, and make the scan whole; Unavailable where the disk refuses, to try again."""
        self._write_waiting()
        if self._writer.strips:
            content = self._writer.end(complete=bool(self._is_complete))
        else:
            self._writer.abandon()
            content = ""
        self._is_over = True
        return content

    def _keep(self, view: int, strips: list[NDArray[np.uint16]]) -> None:
        """Encode the strips and spool them, or let them wait for the disk, as far as there is room."""
        for strip in strips:
            self._has_lost = self._has_lost or len(self._waiting) >= MAX_WAITING_STRIPS
            if self._has_lost:
                return
            self._waiting.append((self._strips, encode_strip(strip_levels(strip), sequence=self._strips, view=view)))
            self._strips += 1
            try:
                self._write_waiting()
            except Unavailable as error:
                _log.warning(
                    "%d strips wait for the disk: %s", len(self._waiting), error, extra={"scan": self.header.scan}
                )

    def _write_waiting(self) -> None:
        while self._waiting:
            sequence, record = self._waiting[0]
            if sequence == self._writer.strips:  # else it was written, and only making it durable failed
                self._writer.append(record)
            self._waiting.popleft()
