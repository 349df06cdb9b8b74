"""One of a port's hubs: the link, what is uploaded over it, and whether it takes scans. On the reactor's thread."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from scanview.ingest.elsewhere import Elsewhere
from scanview.ingest.hub_choice import HubSeen
from scanview.ingest.pace import Pace
from scanview.ingest.recollection import Recollection
from scanview.ingest.spool import Spool
from scanview.ingest.uploader import Uploader
from scanview.ingest.witness import Witness
from scanview.wire.hub_keys import PinnedHub
from scanview.wire.hub_link import HubLink, LinkState
from scanview.wire.keys import Card, Identity
from scanview.wire.messages import PROTOCOL_VERSIONS, CheckpointTold, Hello, Message, OrderMessage, PeerRole
from scanview.wire.reactor import Reactor
from scanview.wire.rotation import KeyRotation


@dataclass(frozen=True, slots=True, kw_only=True)
class PortParts:
    """What all hubs of a port share: `claims` says which was offered which scan, `instance` names this run.

    `places` says, by the ids of their keys, where the hubs are; `folder` is the port's own.
    """

    reactor: Reactor
    identity: Identity
    rotation: KeyRotation
    folder: Path
    lane: str
    instance: str
    spool: Spool
    pace: Pace
    claims: dict[str, str]
    places: Mapping[str, str]


class HubEnd:
    """The port's end of one hub at `endpoint`, whose pinned card is `card`.

    `on_order(hub, message, document)` is called for every order that comes, `on_change` when the link changes,
    `on_settled(scan, why)` for each receipt (why is "") and each refusal.
    """

    def __init__(
        self,
        parts: PortParts,
        *,
        endpoint: str,
        card: Card,
        on_order: Callable[["HubEnd", OrderMessage, bytes], None],
        on_change: Callable[[], None],
        on_settled: Callable[[str, str], None],
    ) -> None:
        self.endpoint = endpoint
        self.card = card
        self._on_order = on_order
        self._on_change = on_change
        self._now = parts.reactor.now
        self._takes_scans = False
        self._since_s = self._now()
        self.link = HubLink(
            reactor=parts.reactor,
            endpoint=endpoint,
            identity=parts.identity,
            rotation=parts.rotation,
            pins=PinnedHub(parts.folder, endpoint, card),
            hub=card,
            hello=Hello(
                versions=PROTOCOL_VERSIONS,
                role=PeerRole.PORT,
                name=parts.lane,
                program="scanview port",
                instance=parts.instance,
                recalls=True,
            ),
            on_message=self._receive,
            on_state=self._on_state,
        )
        self.recollection = Recollection(
            reactor=parts.reactor, link=self.link, spool=parts.spool, hub=card.key, claims=parts.claims
        )
        self.elsewhere = Elsewhere(
            link=self.link, log=parts.spool.log, hub=card.key, place_of=lambda key: parts.places.get(key, key)
        )
        self.witness = Witness(parts.folder, card)
        self.uploader = Uploader(
            reactor=parts.reactor,
            link=self.link,
            spool=parts.spool,
            pace=parts.pace,
            hub=card.key,
            claims=parts.claims,
            on_settled=self._settled(on_settled),
        )

    @property
    def is_online(self) -> bool:
        """Whether the hub is in reach."""
        return self.link.state is LinkState.ONLINE

    def begin(self) -> None:
        """Connect, and stay connected."""
        self._since_s = self._now()
        self.link.open()

    def seen(self) -> HubSeen:
        """Whether it takes scans now, and since when that is so."""
        self.witness.look(self.link, self._now())
        takes_scans = self.is_online and not self.uploader.postponed
        if takes_scans is not self._takes_scans:
            self._takes_scans, self._since_s = takes_scans, self._now()
        return HubSeen(takes_scans=takes_scans, for_s=self._now() - self._since_s)

    def _on_state(self, state: LinkState) -> None:
        if state is LinkState.ONLINE:
            self.recollection.connected()
            self.elsewhere.tell()
            self.witness.connected()
            self.uploader.connected()
        else:
            self.recollection.lost_connection()
            self.uploader.lost()
        self._on_change()

    def _receive(self, message: Message, raw: tuple[memoryview, ...]) -> None:
        if isinstance(message, OrderMessage):
            self._on_order(self, message, bytes(raw[0]))
        elif isinstance(message, CheckpointTold):
            self.witness.told(message, bytes(raw[0]))
        elif not (self.recollection.handle(message) or self.elsewhere.handle(message)):
            self.uploader.handle(message)

    def _settled(self, on_settled: Callable[[str, str], None]) -> Callable[[str, str], None]:
        def settled(scan: str, why: str) -> None:
            self.recollection.settled(scan)
            on_settled(scan, why)

        return settled
