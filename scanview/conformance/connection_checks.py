"""How a port connects: whom it trusts, what it says first, and how it notices that the hub is gone."""

import time

from scanview.conformance.port_under_test import HEARTBEAT_S, PortUnderTest
from scanview.conformance.results import broken, checks, not_shown
from scanview.core.errors import ScanViewError
from scanview.wire.keys import Identity
from scanview.wire.messages import (
    PROTOCOL_VERSION,
    PROTOCOL_VERSIONS,
    Failed,
    Message,
    PeerRole,
    Pong,
    ScanOffer,
    ScanReceipt,
    ScanResume,
    Strip,
)

_STRANGER_S = 4.0
_QUIET_S = 1.5
_AWAY_S = 3.0
_SHUT_OUT_S = 3.0
_UNKNOWN_SCAN = "f" * 32
_NO_VERSION = 99


def hello(port: PortUnderTest) -> None:
    """Its first message is hello, by its own name; nothing follows before welcome."""
    port.listen()
    said = port.await_hello()
    if said.role is not PeerRole.PORT or said.name != port.lane:
        raise broken(f"it says hello as {said.role} {said.name}, but its key is enrolled as port {port.lane}")
    if not set(said.versions) & set(PROTOCOL_VERSIONS):
        raise broken(f"it speaks versions {said.versions}, and a hub {PROTOCOL_VERSIONS}")
    port.hears_not(Message, "it goes on before it is welcomed", _QUIET_S)
    port.welcome()


def pinned_hub(port: PortUnderTest) -> None:
    """It talks to no hub but the one with the pinned key."""
    port.listen(Identity.make())
    try:
        port.await_hello(_STRANGER_S)
    except ScanViewError:
        port.meet()
        return
    raise broken("it talks to a hub that has another key than the pinned one")


def enrolment(port: PortUnderTest) -> None:
    """Shut out, it goes on trying, and comes when its key is enrolled again."""
    port.meet()
    card = port.lane_card
    port.hub.enrolments.remove(card.role, card.name)
    try:
        port.listen()
        port.hears_not(Message, "it is heard although its key is not enrolled", _SHUT_OUT_S)
    finally:
        port.hub.enrolments.add(card)
    port.await_hello()
    port.welcome()


def version_refused(port: PortUnderTest) -> None:
    """Refused for its versions, it tries again later."""
    port.listen()
    port.await_hello()
    port.say(Failed(request=0, code="no-common-version", message="this hub speaks version 99", remedy="Update"))
    port.await_hello()
    port.welcome()
    port.hear(ScanOffer)


def version_not_offered(port: PortUnderTest) -> None:
    """It leaves a hub that picks a version it lacks."""
    port.listen()
    port.await_hello()
    port.welcome(version=_NO_VERSION)
    port.await_hello()
    port.welcome()


def previous_version(port: PortUnderTest) -> None:
    """It works with a hub of the previous version."""
    port.listen()
    said = port.await_hello()
    if PROTOCOL_VERSION - 1 not in said.versions:
        raise not_shown(f"it speaks versions {said.versions} only")
    port.welcome(version=PROTOCOL_VERSION - 1)
    port.hear(ScanOffer)


def heartbeat(port: PortUnderTest) -> None:
    """It is heard at least once in a heartbeat."""
    port.meet(heartbeat_s=HEARTBEAT_S)
    until = time.monotonic() + 4 * HEARTBEAT_S
    while time.monotonic() < until:
        if port.next(Message, within_s=1.5 * HEARTBEAT_S) is None:
            raise broken(f"it was silent for more than {1.5 * HEARTBEAT_S} s with a heartbeat of {HEARTBEAT_S} s")


def hub_silence(port: PortUnderTest) -> None:
    """It leaves a hub that is silent for three heartbeats."""
    port.meet(heartbeat_s=HEARTBEAT_S / 2)
    port.is_mute = True
    began = time.monotonic()
    port.await_hello()
    if time.monotonic() - began < HEARTBEAT_S / 2:
        raise broken("it left a hub that was silent for less than one heartbeat")
    port.is_mute = False
    port.welcome()


def unknown_fields(port: PortUnderTest) -> None:
    """Fields it does not know change nothing."""
    port.meet()
    port.say_with(Pong(hub_time=time.time()), weather="fine")
    port.say_with(ScanResume(scan=_UNKNOWN_SCAN, strips=0), mood=["good"])
    stays(port)


def other_scans(port: PortUnderTest) -> None:
    """Answers about scans it does not have change nothing."""
    port.meet()
    port.say(ScanResume(scan=_UNKNOWN_SCAN, strips=0))
    port.say(ScanReceipt(scan=_UNKNOWN_SCAN, content_sha256="0" * 64))
    port.hears_not(Strip, "it sends strips of a scan that it does not have, or that was not asked for", _QUIET_S)
    stays(port)


def stays(port: PortUnderTest) -> None:
    """Refused unless the port is still there after a heartbeat or two."""
    if port.next(Message, within_s=2 * HEARTBEAT_S) is None:
        raise broken("it fell silent")


def hub_restart(port: PortUnderTest) -> None:
    """It comes back to a hub that was away, and says that it is the same program."""
    port.listen()
    before = port.await_hello().instance
    port.hub.hang_up()
    time.sleep(_AWAY_S)
    port.listen()
    if port.await_hello().instance != before:
        raise broken("it names another instance though it was not started again")
    port.welcome()


CONNECTION_CHECKS = checks(
    hello,
    pinned_hub,
    enrolment,
    version_refused,
    version_not_offered,
    previous_version,
    heartbeat,
    hub_silence,
    hub_restart,
    unknown_fields,
    other_scans,
)
