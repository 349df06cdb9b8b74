"""What any hub must do for its ports: let in whom it knows, lose and double nothing, and say what it does not take."""

import time
from dataclasses import replace

from scanview.conformance.hub_under_test import HubUnderTest, MadeScan, made_scan
from scanview.conformance.results import broken, checks
from scanview.wire.keys import Identity
from scanview.wire.messages import (
    PROTOCOL_VERSION,
    Failed,
    Message,
    Ping,
    Pong,
    Recall,
    RecallMissing,
    ReceivedScan,
    ScanReceipt,
    ScanRefused,
    ScanResume,
    SignOut,
    StripsHeld,
    Welcome,
)

_QUIET_S = 1.0
_FEIGNED_BYTES = 1 << 20
_NO_VERSION = 99


def welcome(hub: HubUnderTest) -> None:
    """It welcomes an enrolled lane in the current version, with a window and a heartbeat."""
    said = hub.meet()
    if said.version != PROTOCOL_VERSION:
        raise broken(f"it speaks version {said.version}")
    if said.window_bytes < _FEIGNED_BYTES or said.heartbeat_s <= 0:
        raise broken(f"a window of {said.window_bytes} bytes and a heartbeat of {said.heartbeat_s} s")


def unknown_key(hub: HubUnderTest) -> None:
    """A key that is not enrolled gets no message at all."""
    hub.cut()
    hub.connect(Identity.make())
    hub.hello()
    if hub.next(Message, within_s=2 * _QUIET_S) is not None:
        raise broken("it answers a machine that is not enrolled")


def other_name(hub: HubUnderTest) -> None:
    """A key is good for its own lane only."""
    hub.cut()
    hub.connect()
    hub.hello(name="XXTST-NOT")
    _fails(hub, "not-your-name")


def no_common_version(hub: HubUnderTest) -> None:
    """Without a common version it says so and does not welcome."""
    hub.cut()
    hub.connect()
    hub.hello(versions=(_NO_VERSION,))
    _fails(hub, "no-common-version")
    hub.offer(made_scan(hub.lane))
    _fails(hub, "hello-first")


def previous_version(hub: HubUnderTest) -> None:
    """It speaks the previous version with a port that knows no other."""
    said = hub.meet(versions=(PROTOCOL_VERSION - 1,))
    if said.version != PROTOCOL_VERSION - 1:
        raise broken(f"it speaks version {said.version}")
    _stores(hub, made_scan(hub.lane))


def newer_peer(hub: HubUnderTest) -> None:
    """With a port that also speaks a version it does not know, it picks the best common one."""
    if hub.meet(versions=(_NO_VERSION, PROTOCOL_VERSION)).version != PROTOCOL_VERSION:
        raise broken("it picks another version")


def hello_first(hub: HubUnderTest) -> None:
    """Before hello it takes nothing."""
    hub.cut()
    hub.connect()
    hub.offer(made_scan(hub.lane))
    _fails(hub, "hello-first")


def bad_message(hub: HubUnderTest) -> None:
    """What is no message is answered by failed, and the connection goes on."""
    hub.meet()
    for frames in (
        [b"no JSON"],
        [b'{"kind":"weather"}'],
        [b'{"kind":"scan-offer"}', b""],
        [b'{"kind":"ping"}', b"raw"],
    ):
        hub.say_frames(frames)
        _fails(hub, "bad-message")
    _pongs(hub)


def other_role(hub: HubUnderTest) -> None:
    """What another role may say a port may not."""
    hub.meet()
    hub.say(SignOut(request=1))
    _fails(hub, "not-your-message")
    _pongs(hub)


def heartbeat(hub: HubUnderTest) -> None:
    """It answers ping by the pong of its number, and says something to a port that is silent for a heartbeat."""
    said = hub.meet()
    hub.say(Ping(number=7))
    if (number := hub.hear(Pong).number) != 7:
        raise broken(f"it answers ping 7 by pong {number}")
    if hub.next(Pong, within_s=2.5 * said.heartbeat_s) is None:
        raise broken("it says nothing to a port that is silent")


def silent_port(hub: HubUnderTest) -> None:
    """A port that is silent for three heartbeats has to say hello again."""
    said = hub.meet()
    time.sleep(4.5 * said.heartbeat_s)
    hub.offer(made_scan(hub.lane))
    hub.must_begin_anew()


def newer_connection(hub: HubUnderTest) -> None:
    """A newer connection of the same key replaces the older one."""
    hub.meet()
    older = hub.connect()
    hub.hello()
    hub.hear(Welcome)
    hub.connect()
    hub.hello()
    hub.hear(Welcome)
    hub.use(older)
    hub.offer(made_scan(hub.lane))
    hub.must_begin_anew()


def second_program(hub: HubUnderTest) -> None:
    """Another program with the same key is told so, and the first one stays."""
    hub.cut()
    first = hub.connect()
    hub.hello(instance="first")
    hub.hear(Welcome)
    hub.connect()
    hub.hello(instance="second")
    _fails(hub, "already-connected")
    hub.use(first)
    _resumes(hub, made_scan(hub.lane), 0)


def upload(hub: HubUnderTest) -> None:
    """A scan is acknowledged as it is written, and gets its receipt."""
    hub.meet()
    scan = made_scan(hub.lane)
    _resumes(hub, scan, 0)
    hub.strips(scan, *range(len(scan.records)))
    while hub.hear(StripsHeld).strips < len(scan.records):
        pass
    hub.end(scan)
    _receipt(hub, scan)


def stored_scan(hub: HubUnderTest) -> None:
    """A stored scan that is offered again gets its receipt at once, also on another connection."""
    hub.meet()
    scan = made_scan(hub.lane)
    _stores(hub, scan)
    for _ in range(2):
        hub.meet()
        hub.offer(scan)
        _receipt(hub, scan)


def resume(hub: HubUnderTest) -> None:
    """After a cut it goes on behind the strips it has acknowledged."""
    hub.meet()
    scan = made_scan(hub.lane)
    _resumes(hub, scan, 0)
    hub.strips(scan, 0, 1, 2)
    while (held := hub.hear(StripsHeld).strips) < 3:
        pass
    hub.meet()
    hub.offer(scan)
    first = hub.hear(ScanResume).strips
    if first < held:
        raise broken(f"it had acknowledged {held} strips and asks for strip {first}")
    hub.strips(scan, *range(first, len(scan.records)))
    hub.end(scan)
    _receipt(hub, scan)


def disorder(hub: HubUnderTest) -> None:
    """Repeated and disordered strips, offers and ends change nothing."""
    hub.meet()
    scan = made_scan(hub.lane)
    _resumes(hub, scan, 0)
    hub.strips(scan, 1, 0, 0, 3, 2, 2, 5, 1, 4, 5)
    for _ in range(3):
        hub.end(scan)
    _receipt(hub, scan)
    hub.strips(scan, 0, 1)
    hub.offer(scan)
    _receipt(hub, scan)


def damaged_strip(hub: HubUnderTest) -> None:
    """A damaged strip is asked for again; the third time the scan is refused, and may be offered once more."""
    hub.meet()
    scan = made_scan(hub.lane)
    _resumes(hub, scan, 0)
    hub.strips(scan, 0)
    damaged = bytearray(scan.records[1])
    damaged[-1] ^= 0xFF
    for _ in range(2):
        hub.strip(scan, 1, bytes(damaged))
        if (asked := hub.hear(ScanResume).strips) != 1:
            raise broken(f"strip 1 was damaged, and it asks for strip {asked}")
    hub.strip(scan, 1, bytes(damaged))
    hub.hear(ScanRefused)
    _resumes(hub, scan, 1)
    hub.strips(scan, *range(1, len(scan.records)))
    hub.end(scan)
    _receipt(hub, scan)


def missing_strips(hub: HubUnderTest) -> None:
    """An end while strips are missing is answered by the first that is."""
    hub.meet()
    scan = made_scan(hub.lane)
    _resumes(hub, scan, 0)
    hub.strips(scan, 0, 1, 3)
    hub.end(scan)
    if (asked := hub.hear(ScanResume).strips) != 2:
        raise broken(f"strip 2 is missing, and it asks for strip {asked}")
    hub.strips(scan, *range(2, len(scan.records)))
    hub.end(scan)
    _receipt(hub, scan)


def other_hash(hub: HubUnderTest) -> None:
    """With another hash than the port's it asks for all again, and never gives a receipt for it."""
    hub.meet()
    scan = made_scan(hub.lane)
    _resumes(hub, scan, 0)
    hub.strips(scan, *range(len(scan.records)))
    hub.end(scan, content_sha256="0" * 64)
    heard = hub.hear(ScanResume, ScanReceipt)
    if not isinstance(heard, ScanResume) or heard.strips != 0:
        raise broken("it does not ask for all of it again")
    hub.strips(scan, *range(len(scan.records)))
    hub.end(scan)
    _receipt(hub, scan)


def bad_header(hub: HubUnderTest) -> None:
    """A header that cannot be read, is not canonical, or names another scan is refused."""
    hub.meet()
    scan = made_scan(hub.lane)
    wrong = (b"{}", scan.header_bytes.replace(b":", b": ", 1), made_scan(hub.lane).header_bytes)
    for header, code in zip(wrong, ("bad-header", "not-canonical", "bad-offer"), strict=True):
        hub.offer(scan, header)
        _refuses(hub, code)


def other_lane(hub: HubUnderTest) -> None:
    """A scan of another lane is refused."""
    hub.meet()
    hub.offer(made_scan("XXTST-NOT"))
    _refuses(hub, "not-your-lane")


def other_header(hub: HubUnderTest) -> None:
    """A scan that is known with another header is refused, while it arrives and when it is stored."""
    hub.meet()
    scan = made_scan(hub.lane)
    changed = replace(scan, header=replace(scan.header, container="CSQU3054383"))
    _resumes(hub, scan, 0)
    hub.offer(changed)
    _refuses(hub, "other-header")
    hub.meet()
    _stores(hub, scan)
    hub.offer(changed)
    _refuses(hub, "other-header")


def window(hub: HubUnderTest) -> None:
    """Much more under way than the window allows is refused, not hoarded."""
    said = hub.meet()
    scan = made_scan(hub.lane)
    _resumes(hub, scan, 0)
    for sequence in range(1, 3 + 2 * said.window_bytes // _FEIGNED_BYTES):
        hub.strip(scan, sequence, bytes(_FEIGNED_BYTES))
    _refuses(hub, "window-exceeded")


def strange_strips(hub: HubUnderTest) -> None:
    """Strips and ends of a scan that this connection has not offered are ignored."""
    said = hub.meet()
    scan = made_scan(hub.lane)
    hub.strips(scan, 0, 1)
    hub.end(scan)
    deadline = time.monotonic() + _QUIET_S
    while time.monotonic() < deadline:
        hub.say(Ping())
        if hub.next(StripsHeld, ScanReceipt, ScanResume, within_s=said.heartbeat_s / 2) is not None:
            raise broken("it answers for a scan that was not offered")
    _pongs(hub)


def recall(hub: HubUnderTest) -> None:
    """Told by a port what that had from it, it names what it does not know, and nothing else."""
    scan, unknown = made_scan(hub.lane), made_scan(hub.lane)
    hub.meet()
    _stores(hub, scan)
    hub.cut()
    hub.connect()
    hub.hello(recalls=True)
    hub.hear(Welcome)
    told = tuple(ReceivedScan(scan=each.scan, content_sha256=each.content_sha256) for each in (scan, unknown))
    hub.say(Recall(scans=told))
    missing = hub.hear(RecallMissing)
    if (missing.scans, missing.orders) != ((unknown.scan,), ()):
        raise broken(f"it names {missing.scans} as the scans that it does not know")
    hub.say(Recall())
    if hub.hear(RecallMissing) != RecallMissing():
        raise broken("told of nothing, it names something")
    _stores(hub, unknown)


def _fails(hub: HubUnderTest, code: str) -> None:
    heard = hub.hear(Failed)
    if heard.code != code:
        raise broken(f"it says {heard.code!r} and not {code!r}")


def _refuses(hub: HubUnderTest, code: str) -> None:
    heard = hub.hear(ScanRefused)
    if heard.code != code:
        raise broken(f"it refuses the scan for {heard.code!r} and not {code!r}")


def _pongs(hub: HubUnderTest) -> None:
    hub.say(Ping())
    hub.hear(Pong)


def _resumes(hub: HubUnderTest, scan: MadeScan, strips: int) -> None:
    hub.offer(scan)
    if (asked := hub.hear(ScanResume).strips) != strips:
        raise broken(f"it holds {strips} strips and asks for strip {asked}")


def _stores(hub: HubUnderTest, scan: MadeScan) -> None:
    hub.offer(scan)
    hub.strips(scan, *range(hub.hear(ScanResume).strips, len(scan.records)))
    hub.end(scan)
    _receipt(hub, scan)


def _receipt(hub: HubUnderTest, scan: MadeScan) -> None:
    heard = hub.hear(ScanReceipt)
    if (heard.scan, heard.content_sha256) != (scan.scan, scan.content_sha256):
        raise broken("its receipt names another scan or content")


HUB_CHECKS = checks(
    welcome,
    unknown_key,
    other_name,
    no_common_version,
    previous_version,
    newer_peer,
    hello_first,
    bad_message,
    other_role,
    heartbeat,
    silent_port,
    newer_connection,
    second_program,
    upload,
    stored_scan,
    resume,
    disorder,
    damaged_strip,
    missing_strips,
    other_hash,
    bad_header,
    other_lane,
    other_header,
    window,
    strange_strips,
    recall,
)
