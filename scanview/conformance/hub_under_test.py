"""A port that does what a check tells it to, and the hub at the other end of it.

Every check has a connection of its own, and scans of its own: noise under ids that nobody else has.
"""

import hashlib
import secrets
import struct
import time
import zlib
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from scanview.conformance.results import broken
from scanview.core.errors import ScanViewError
from scanview.core.scan import STRIP_COLUMNS, Channel, ScanHeader, Source, View, ViewHeader
from scanview.formats.header_json import encode_header
from scanview.imaging.pyramid import strip_levels
from scanview.wire.bare import BarePeer
from scanview.wire.codec import decode, encode
from scanview.wire.keys import Card, Identity
from scanview.wire.messages import (
    PROTOCOL_VERSIONS,
    Failed,
    Hello,
    Message,
    PeerRole,
    ScanEnd,
    ScanOffer,
    Strip,
    Welcome,
)
from scanview.wire.tiles import encode_strip

Kind = TypeVar("Kind", bound=Message)

PATIENCE_S = 12.0

_ROWS, _STRIPS = 64, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeScan:
    """A scan to send: its header's canonical bytes and its records."""

    header: ScanHeader
    records: tuple[bytes, ...]

    @property
    def scan(self) -> str:
        """Its id."""
        return self.header.scan

    @property
    def header_bytes(self) -> bytes:
        """The header as it is offered."""
        return encode_header(self.header)

    @property
    def content_sha256(self) -> str:
        """The hash that its receipt must name."""
        content = hashlib.sha256(struct.pack("<II", len(self.header_bytes), zlib.crc32(self.header_bytes)))
        for part in (self.header_bytes, *self.records):
            content.update(part)
        return content.hexdigest()


def made_scan(lane: str, container: str = "") -> MadeScan:
    """A small scan of noise with a new id."""
    view = ViewHeader(
        view=View.SIDE,
        rows=_ROWS,
        channels=(Channel.GREY,),
        pitch_x_mm=20.0,
        pitch_y_mm=20.0,
        pitch_source=Source.ASSUMED,
    )
    header = ScanHeader(
        scan=secrets.token_hex(16),
        lane=lane,
        views=(view,),
        started_at=time.time(),
        container=container,
        device="conformance",
    )
    noise = np.random.default_rng(int(header.scan[:8], 16)).integers(
        1, 65_536, (1, _ROWS, _STRIPS * STRIP_COLUMNS), dtype=np.uint16
    )
    records = tuple(
        encode_strip(
            strip_levels(noise[:, :, sequence * STRIP_COLUMNS : (sequence + 1) * STRIP_COLUMNS]),
            sequence=sequence,
            view=0,
        )
        for sequence in range(_STRIPS)
    )
    return MadeScan(header=header, records=records)


class HubUnderTest:
    """The hub, as far as it shows itself to one port. Used by one thread."""

    def __init__(
        self, endpoint: str, card: Card, identity: Identity, lane: str, *, patience_s: float = PATIENCE_S
    ) -> None:
        self.lane = lane
        self.patience_s = patience_s
        self._endpoint = endpoint
        self._card = card
        self._identity = identity
        self._peers: list[BarePeer] = []
        self._peer: BarePeer | None = None

    # -- connections ----------------------------------------------------------------------------------------------

    def connect(self, identity: Identity | None = None) -> BarePeer:
        """A new connection beside those there are, with the lane's own keys or others; nothing is said on it yet."""
        self._peer = BarePeer(self._endpoint, self._card, identity or self._identity)
        self._peers.append(self._peer)
        return self._peer

    def use(self, peer: BarePeer) -> None:
        """Speak and listen on this connection from now on."""
        self._peer = peer

    def cut(self) -> None:
        """End every connection."""
        for peer in self._peers:
            peer.close()
        self._peers, self._peer = [], None

    def hello(self, *, versions: tuple[int, ...] = PROTOCOL_VERSIONS, name: str = "", **fields: Any) -> None:
        """Say Hello on the connection, with these other fields of it."""
        self.say(
            Hello(
                versions=versions,
                role=PeerRole.PORT,
                name=name or self.lane,
                program="conformance",
                **fields,
            )
        )

    def meet(self, versions: tuple[int, ...] = PROTOCOL_VERSIONS) -> Welcome:
        """A new connection on which the hub has welcomed the lane, and no other."""
        self.cut()
        self.connect()
        self.hello(versions=versions)
        return self.hear(Welcome)

    # -- messages -------------------------------------------------------------------------------------------------

    def say(self, message: Message, *raw: bytes) -> None:
        """Send a message to the hub."""
        self.say_frames([bytes(frame) for frame in encode(message, *raw)])

    def say_frames(self, frames: list[bytes]) -> None:
        """Send frames as they are."""
        assert self._peer is not None
        self._peer.send(frames)

    @property
    def is_connected(self) -> bool:
        """Whether the connection stands that is spoken on."""
        return self._peer is not None and self._peer.is_connected

    def hear(self, *kinds: type[Kind]) -> Kind:
        """The next message of one of `kinds`; others before it are ignored.

        Raises:
            Refused: it does not come, or the hub sends what no hub may.
        """
        heard = self.next(*kinds, within_s=self.patience_s)
        if heard is None:
            names = " or ".join(str(kind.__struct_config__.tag) for kind in kinds)
            raise broken(f"no {names} within {self.patience_s:.0f} s")
        return heard

    def next(self, *kinds: type[Kind], within_s: float) -> Kind | None:
        """As `hear`; None where nothing of the kind comes."""
        assert self._peer is not None
        deadline = time.monotonic() + within_s
        while (frames := self._peer.receive(deadline - time.monotonic())) is not None:
            try:
                message = decode(frames, PeerRole.HUB).message
            except ScanViewError as error:
                raise broken(f"it sends {error}") from error
            if isinstance(message, kinds):
                return message
        return None

    def must_begin_anew(self) -> None:
        """Refused unless the hub has ended the connection, or demands another hello on it."""
        deadline = time.monotonic() + self.patience_s
        while self.is_connected and time.monotonic() < deadline:
            if (refusal := self.next(Failed, within_s=0.1)) is not None:
                if refusal.code != "hello-first":
                    raise broken(f"it says {refusal.code} instead of hello-first")
                return
        if self.is_connected:
            raise broken("it neither ends the connection nor demands another hello")

    # -- scans ----------------------------------------------------------------------------------------------------

    def offer(self, scan: MadeScan, header_bytes: bytes = b"") -> None:
        """Offer a scan by its header, or by other bytes in place of that."""
        self.say(ScanOffer(scan=scan.scan), header_bytes or scan.header_bytes)

    def strip(self, scan: MadeScan, sequence: int, record: bytes = b"") -> None:
        """Send a strip, or other bytes in its place."""
        self.say(Strip(scan=scan.scan, sequence=sequence), record or scan.records[sequence])

    def strips(self, scan: MadeScan, *sequences: int) -> None:
        """Send these strips in this order."""
        for sequence in sequences:
            self.strip(scan, sequence)

    def end(self, scan: MadeScan, *, content_sha256: str = "") -> None:
        """Say that the scan has ended, by its own hash or another one."""
        self.say(
            ScanEnd(
                scan=scan.scan,
                strips=len(scan.records),
                content_sha256=content_sha256 or scan.content_sha256,
                complete=True,
            )
        )
