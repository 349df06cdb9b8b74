"""Another key for the hub's link, without a machine that is left behind.

The hub makes the key beforehand and tells it to every machine that connects; each pins it beside the present one and
says so. When the time has come and every enrolled machine has said so, the hub uses it. The key that signs orders and
checkpoints stays, so nothing that was signed has to be signed again.
"""

import logging
from dataclasses import replace
from pathlib import Path

import msgspec

from scanview.core.errors import BadInput, NotAllowed
from scanview.core.journal import canonical_json
from scanview.wire.enrolment import next_pin_path, pin_path, read_card_file
from scanview.wire.keys import IDENTITY_FILE, Card, Identity, Purpose, verify
from scanview.wire.messages import HubKeys, PeerRole
from scanview.wire.private_files import make_private_folder, replace_private, sync_folder
from scanview.wire.rotation import NEXT_FILE, PREVIOUS_FILE

_log = logging.getLogger("scanview.wire")

FROM_FILE = "next-from.json"
TOLD_FOLDER = "told"
LEFT_BEHIND_FILE = "leave-behind"


def begin_hub_rotation(keys: Path, from_at: float) -> None:
    """Make the next key of the hub with its keys in the folder `keys`, to be used from then on (UTC seconds).

    Raises:
        BadInput: there are no keys yet, or the next one is made already and not used yet.
    """
    if not (keys / IDENTITY_FILE).exists():
        raise BadInput(f"there are no keys in {keys}", code="no-keys", remedy="Start the hub once")
    if (keys / NEXT_FILE).exists():
        raise BadInput("the next key is made already", code="rotating", remedy="Wait until it is in use")
    made, present = Identity.make(), Identity.load(keys / IDENTITY_FILE)
    following = replace(made, signing_key=present.signing_key)
    replace_private(keys / FROM_FILE, msgspec.json.encode(from_at))
    replace_private(keys / NEXT_FILE, following.encode())


def leave_behind(keys: Path) -> None:
    """Do not wait for machines that were not told; BadInput where there is no next key to wait with."""
    if not (keys / NEXT_FILE).exists():
        raise BadInput("there is no next key", code="no-keys", remedy="Make one: scanview keys rotate --data")
    replace_private(keys / LEFT_BEHIND_FILE, b"")


class HubRotation:
    """The rotation of the hub with its keys in the folder `keys`: who knows the next key, and whether it is time."""

    def __init__(self, keys: Path) -> None:
        self._keys = keys

    def due(self) -> Identity | None:
        """The next keys, if they are made."""
        path = self._keys / NEXT_FILE
        return Identity.load(path) if path.exists() else None

    def message(self, present: Identity) -> HubKeys | None:
        """What peers are told, if there is anything."""
        following = self.due()
        if following is None:
            return None
        public = following.curve_public
        return HubKeys(curve_public=public, signature=present.sign(_document(public), Purpose.ROTATION))

    def pinned(self, card: Card, curve_public: str) -> None:
        """This machine has pinned the key."""
        following = self.due()
        if following is not None and following.curve_public == curve_public:
            make_private_folder(self._keys / TOLD_FOLDER)
            replace_private(self._told(card), _told(card, curve_public))

    def missing(self, cards: tuple[Card, ...]) -> tuple[Card, ...]:
        """Which of these machines would be left behind."""
        following = self.due()
        if following is None:
            return ()
        public = following.curve_public
        return tuple(card for card in cards if self._read(self._told(card)) != _told(card, public))

    def is_time(self, now: float, cards: tuple[Card, ...]) -> bool:
        """Whether the hub is to use its next key: the time has come, and no machine would be left behind."""
        if self.due() is None or now < msgspec.json.decode(self._read(self._keys / FROM_FILE), type=float):
            return False
        return (self._keys / LEFT_BEHIND_FILE).exists() or not self.missing(cards)

    def use(self) -> None:
        """Put the next keys in the place of the present ones."""
        present = Identity.load(self._keys / IDENTITY_FILE)
        replace_private(self._keys / PREVIOUS_FILE, present.encode())
        (self._keys / LEFT_BEHIND_FILE).unlink(missing_ok=True)
        (self._keys / NEXT_FILE).replace(self._keys / IDENTITY_FILE)
        sync_folder(self._keys)
        _log.warning("the hub has a new key for its link")

    @staticmethod
    def _read(path: Path) -> bytes:
        return path.read_bytes() if path.exists() else b""

    def _told(self, card: Card) -> Path:
        return self._keys / TOLD_FOLDER / f"{card.role}.{card.name}"


class PinnedHub:
    """The hub at `endpoint` as the machine with its keys in `folder` has it pinned: by `card`, and perhaps the next."""

    def __init__(self, folder: Path, endpoint: str, card: Card) -> None:
        own = pin_path(folder, endpoint)
        self._path = own if own.exists() else pin_path(folder)
        self._card = card

    def choices(self) -> tuple[Card, ...]:
        """The cards by which the hub may be reached, the likeliest first."""
        following = read_card_file(next_pin_path(self._path))
        return (self._card,) if following is None else (self._card, following)

    def announced(self, message: HubKeys) -> None:
        """Pin what the hub announces.

        Raises:
            NotAllowed: it is not signed by the key that signs this hub's orders (code `bad-signature`).
        """
        verify(_document(message.curve_public), Purpose.ROTATION, message.signature, self._card)
        card = replace(self._card, curve_public=message.curve_public)
        replace_private(next_pin_path(self._path), card.encode())

    def used(self, card: Card) -> None:
        """The hub was reached by this card: it is the one from now on."""
        if card == self._card:
            return
        if card.role is not PeerRole.HUB or card.signing_public != self._card.signing_public:
            raise NotAllowed("this is not the card of the pinned hub", code="bad-card")
        replace_private(self._path, card.encode())
        next_pin_path(self._path).unlink(missing_ok=True)
        self._card = card


def _told(card: Card, curve_public: str) -> bytes:
    """What is written down of a machine that has this key pinned: another machine of its name has not."""
    return f"{curve_public} {card.key}".encode()


def _document(curve_public: str) -> bytes:
    return canonical_json({"hub_curve_public": curve_public})
