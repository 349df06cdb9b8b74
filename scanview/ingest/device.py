"""What a device vendor calls: detector lines in, a spooled scan out, while the truck still passes.

    device = Device(port.spool, lane="CNSHA-03", name="portal 3")
    with device.scan(side_view, container="CSQU3054383") as scan:
        for line in detector:
            scan.line(View.SIDE, line)

A scan that is left by an exception is sent as what it is: not complete, so that nobody can release it.
"""

import secrets
import time
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from scanview.core.errors import BadInput
from scanview.core.scan import Declaration, ScanHeader, View, ViewHeader
from scanview.imaging.pyramid import strip_levels
from scanview.ingest.assemble import LineAssembler
from scanview.ingest.spool import Spool, SpoolWriter
from scanview.store.port_log import Priority
from scanview.wire.tiles import encode_strip


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
            Unavailable: the spool's disk refuses.
        """
        if self._is_over or view not in self._assemblers:
            raise BadInput("the scan is over" if self._is_over else f"the scan has no {view} view", code="bad-line")
        index, assembler = self._assemblers[view]
        self._spool(index, assembler.add(counts, number))

    def end(self, *, complete: bool = True) -> str:
        """The vehicle has passed: returns the scan's content hash.

        Give `complete` False where the scanner broke off. A scan without a single line is forgotten and gives "".
        """
        if self._is_over:
            raise BadInput("the scan is over", code="scan-over")
        self._is_over = True
        for index, assembler in self._assemblers.values():
            self._spool(index, assembler.end())
        if not self._writer.strips:
            self._writer.abandon()
            return ""
        has_every_line = not any(assembler.missing for _, assembler in self._assemblers.values())
        return self._writer.end(complete=complete and has_every_line)

    def __enter__(self) -> "DeviceScan":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if not self._is_over:
            self.end(complete=kind is None)

    def _spool(self, view: int, strips: list[NDArray[np.uint16]]) -> None:
        for strip in strips:
            self._writer.append(encode_strip(strip_levels(strip), sequence=self._writer.strips, view=view))
