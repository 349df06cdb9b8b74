"""How a port sends a scan: whole, in order, within the window, from where the hub says, until there is a receipt.

All checks but the last ones are made on one scan, which gets its receipt only then.
"""

import time

from scanview.conformance.port_under_test import PortUnderTest
from scanview.conformance.results import broken, checks, not_shown
from scanview.conformance.scan_record import ScanSoFar
from scanview.wire.messages import (
    PROTOCOL_VERSION,
    ScanEnd,
    ScanOffer,
    ScanPostponed,
    ScanReceipt,
    ScanRefused,
    ScanResume,
    Strip,
    StripsHeld,
)

MIN_STRIPS = 4
RETRY_AFTER_S = 2.0

_QUIET_S = 1.5
_STALLED_WITHIN_S = 40.0


def receive(port: PortUnderTest, scan: ScanSoFar, first: int = 0) -> ScanEnd:
    """Take the strips of `scan` from `first` on, each acknowledged, until its end."""
    due = first
    while True:
        match port.hear(Strip, ScanEnd):
            case ScanEnd() as end, _ if end.scan == scan.scan:
                _check_end(scan, end, due)
                return end
            case Strip() as strip, record if strip.scan == scan.scan:
                _take(scan, strip, record, due)
                due += 1
                port.say(StripsHeld(scan=scan.scan, strips=due))


def receive_until(port: PortUnderTest, scan: ScanSoFar, first: int, strips: int) -> None:
    """Take strips from `first` until `strips` of them are there, none acknowledged."""
    for due in range(first, strips):
        _expect_strip(port, scan, due)


def _expect_strip(port: PortUnderTest, scan: ScanSoFar, due: int) -> None:
    while True:
        strip, record = port.hear(Strip)
        if strip.scan == scan.scan:
            _take(scan, strip, record, due)
            return


def _take(scan: ScanSoFar, strip: Strip, record: bytes, due: int) -> None:
    if strip.sequence != due:
        raise broken(f"strip {strip.sequence} comes while strip {due} is due")
    scan.take(strip.sequence, record)


def _check_end(scan: ScanSoFar, end: ScanEnd, received: int) -> None:
    if end.strips != received or end.strips != len(scan.records):
        raise broken(f"scan-end says {end.strips} strips after {received} of them")
    if end.content_sha256 != scan.content_sha256:
        raise broken(f"scan-end says {end.content_sha256}, but header and strips have {scan.content_sha256}")
    if not end.complete:
        raise not_shown("the scan broke off; give the port whole scans")
    if end.strips < MIN_STRIPS:
        raise not_shown(f"the scan has {end.strips} strips; the checks need {MIN_STRIPS} or more")
    scan.is_whole = True


def known(port: PortUnderTest) -> ScanSoFar:
    """The scan under test, all of its records seen."""
    if port.scan is None or not port.scan.is_whole:
        raise not_shown("no whole scan was seen before")
    return port.scan


def offer(port: PortUnderTest) -> None:
    """It offers a scan by a canonical header of its own lane."""
    port.meet()
    scan = port.offered()
    header = scan.header
    if header.scan != scan.scan or header.lane != port.lane:
        raise broken(f"the header is of scan {header.scan} of {header.lane}")


def strips(port: PortUnderTest) -> None:
    """Strips come in order, each record is right, and the end has their hash."""
    receive(port, port.wanted(0))


def window(port: PortUnderTest) -> None:
    """No more is under way than the window allows."""
    scan = known(port)
    limit = len(scan.records[0]) + len(scan.records[1]) + len(scan.records[2]) // 2
    port.meet(window_bytes=limit)
    port.offered()
    port.say(ScanResume(scan=scan.scan, strips=0))
    under_way, count = 0, 0
    while (heard := port.next(Strip, ScanEnd, within_s=_QUIET_S)) is not None:
        if isinstance(heard[0], ScanEnd):
            raise broken("it sends the end although strips are not acknowledged and do not fit the window")
        under_way, count = under_way + len(heard[1]), count + 1
        if count > 1 and under_way > limit:
            raise broken(f"{under_way} bytes are under way in a window of {limit}")
    if not count:
        raise broken("it sends nothing")
    port.say(StripsHeld(scan=scan.scan, strips=count))
    _expect_strip(port, scan, count)


def resume(port: PortUnderTest) -> None:
    """On a new connection it goes on from the strip the hub names."""
    scan = known(port)
    receive(port, port.wanted(2), 2)
    receive(port, port.wanted(len(scan.records)), len(scan.records))


def hub_killed(port: PortUnderTest) -> None:
    """Cut in the middle, it sends what the hub has not got."""
    scan = port.wanted(0)
    receive_until(port, scan, 0, 2)
    receive(port, port.wanted(1), 1)


def checksum_error(port: PortUnderTest) -> None:
    """Asked for a strip again it goes back to that one."""
    scan = port.wanted(0)
    receive_until(port, scan, 0, 3)
    port.say(ScanResume(scan=scan.scan, strips=1))
    _expect_again(port, scan, 1)
    receive(port, scan, 2)


def _expect_again(port: PortUnderTest, scan: ScanSoFar, due: int) -> None:
    """Wait for strip `due`; what was under way before it was asked for is passed over."""
    deadline = time.monotonic() + port.patience_s
    while time.monotonic() < deadline:
        message, record = port.hear(Strip, ScanEnd)
        if isinstance(message, Strip) and message.scan == scan.scan and message.sequence == due:
            scan.take(due, record)
            return
    raise broken(f"strip {due} does not come again")


def other_hash(port: PortUnderTest) -> None:
    """Asked for all of it again after its end it sends all of it."""
    scan = port.wanted(0)
    receive(port, scan)
    port.say(ScanResume(scan=scan.scan, strips=0))
    receive(port, scan)


def disorder(port: PortUnderTest) -> None:
    """Repeated and disordered answers change nothing."""
    scan = port.wanted(1)
    receive_until(port, scan, 1, 2)
    for held in (2, 1, 0, 2):
        port.say(StripsHeld(scan=scan.scan, strips=held))
    end = receive(port, scan, 2)
    port.say(StripsHeld(scan=scan.scan, strips=0))
    port.say(StripsHeld(scan=scan.scan, strips=end.strips + 7))
    port.say(ScanResume(scan=scan.scan, strips=end.strips))
    receive(port, scan, end.strips)


def no_answer(port: PortUnderTest) -> None:
    """A scan that nobody answers to is offered or ended again."""
    scan = port.wanted(0)
    receive(port, scan)
    deadline = time.monotonic() + _STALLED_WITHIN_S
    while time.monotonic() < deadline:
        match port.next(ScanOffer, ScanEnd, within_s=deadline - time.monotonic()):
            case ((ScanOffer(scan=asked) | ScanEnd(scan=asked)), _) if asked == scan.scan:
                return
    raise broken(f"it does not ask again within {_STALLED_WITHIN_S:.0f} s")


def port_killed(port: PortUnderTest) -> None:
    """Killed and started, it offers the same scan with the same bytes."""
    if port.process is None:
        raise not_shown("the checks did not start the port (--run), so they cannot kill it")
    scan = port.wanted(0)
    receive_until(port, scan, 0, 2)
    port.process.kill()
    port.listen()
    port.process.start()
    port.await_hello()
    port.welcome()
    port.offered()
    port.say(ScanResume(scan=scan.scan, strips=1))
    receive(port, scan, 1)


def receipt(port: PortUnderTest) -> None:
    """Repeated receipts are harmless, and a received scan never comes again."""
    scan = known(port)
    port.meet()
    port.offered()
    for _ in range(3):
        port.say(ScanReceipt(scan=scan.scan, content_sha256=scan.content_sha256))
    port.settled.add(scan.scan)
    _is_not_offered(port, scan.scan)
    port.meet()
    _is_not_offered(port, scan.scan)


def postponed(port: PortUnderTest) -> None:
    """A postponed scan is offered again when its time has come."""
    port.meet()
    if PROTOCOL_VERSION not in port.versions:
        raise not_shown("it speaks version 1 only, which has no scan-postponed")
    scan = _another(port)
    asked_at = time.monotonic()
    port.say(ScanPostponed(scan=scan, code="disk-full", message="the disk is full", retry_after_s=RETRY_AFTER_S))
    while port.hear(ScanOffer)[0].scan != scan:
        pass
    waited_s = time.monotonic() - asked_at
    if waited_s < 0.9 * RETRY_AFTER_S:
        raise broken(f"asked to wait {RETRY_AFTER_S} s it comes after {waited_s:.1f} s")


def refused(port: PortUnderTest) -> None:
    """A refused scan is not offered again by itself."""
    port.meet()
    scan = _another(port)
    port.say(ScanRefused(scan=scan, code="other-header", message="a check of conformance refuses it"))
    port.settled.add(scan)
    _is_not_offered(port, scan)
    port.meet()
    _is_not_offered(port, scan)


def _another(port: PortUnderTest) -> str:
    """A scan that is offered and not settled; Unavailable where the port has none."""
    while (heard := port.next(ScanOffer, within_s=port.patience_s / 2)) is not None:
        if heard[0].scan not in port.settled:
            return heard[0].scan
    raise not_shown("it has no other scan; give it two or more")


def _is_not_offered(port: PortUnderTest, scan: str) -> None:
    deadline = time.monotonic() + _QUIET_S
    while (heard := port.next(ScanOffer, within_s=deadline - time.monotonic())) is not None:
        if heard[0].scan == scan:
            raise broken("it offers a scan again that is settled")


UPLOAD_CHECKS = checks(
    offer,
    strips,
    window,
    resume,
    hub_killed,
    checksum_error,
    other_hash,
    disorder,
    no_answer,
    port_killed,
    receipt,
    postponed,
    refused,
)
