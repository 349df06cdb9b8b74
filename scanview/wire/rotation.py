"""New keys for a machine, without a moment at which it could be locked out.

`identity.json` holds the keys in use, `next-identity.json` those that shall take their place, `previous-identity.json`
those before. A hub is told the next keys under the present ones, and from its answer on its link uses them; once every
hub of the machine has answered, the files change places. Whatever is lost on the way, one of the keys that lie here is
one the hub knows: a link whose key is refused tries the other.
"""

import logging
from collections.abc import Iterable
from pathlib import Path

from scanview.core.errors import BadInput, NotAllowed
from scanview.core.journal import canonical_json
from scanview.wire.enrolment import Enrolments
from scanview.wire.keys import IDENTITY_FILE, Card, Identity, Purpose, is_signed_with
from scanview.wire.messages import PeerRole, RotateKeys
from scanview.wire.private_files import create_private, replace_private, sync_folder

_log = logging.getLogger("scanview.wire")

NEXT_FILE = "next-identity.json"
PREVIOUS_FILE = "previous-identity.json"


def begin_rotation(folder: Path) -> Identity:
    """Make the next keys of the machine with its keys in `folder`; those that are there already stay.

    Raises:
        BadInput: the machine has no keys yet.
        Refused: a file of keys is exposed or damaged.
    """
    if not (folder / IDENTITY_FILE).exists():
        raise BadInput(f"there are no keys in {folder}", code="no-keys", remedy="Start the machine once")
    create_private(folder / NEXT_FILE, Identity.make().encode())
    return Identity.load(folder / NEXT_FILE)


class KeyRotation:
    """The keys that the links of one machine use to its `hubs`, which are named by the ids of their keys."""

    def __init__(self, folder: Path, identity: Identity, hubs: Iterable[str]) -> None:
        self._folder = folder
        self._hubs = frozenset(hubs)
        self._present = identity
        self._acknowledged: set[str] = set()

    def choices(self, hub: str) -> tuple[Identity, ...]:
        """The keys to try at this hub, the likeliest first."""
        other = self._load(NEXT_FILE) or self._load(PREVIOUS_FILE)
        if other is None or other == self._present:
            return (self._present,)
        return (other, self._present) if hub in self._acknowledged else (self._present, other)

    def due(self, hub: str) -> Identity | None:
        """The next keys, if this hub has not been told of them."""
        return None if hub in self._acknowledged else self._load(NEXT_FILE)

    def acknowledged(self, hub: str, keys: Identity) -> None:
        """This hub knows the next `keys`; if it was the last one, they are the present ones from now on."""
        self._acknowledged.add(hub)
        if not self._hubs <= self._acknowledged:
            return
        replace_private(self._folder / PREVIOUS_FILE, self._present.encode())
        (self._folder / NEXT_FILE).replace(self._folder / IDENTITY_FILE)
        sync_folder(self._folder)
        self._present = keys
        self._acknowledged.clear()
        _log.info("this machine has new keys")

    def _load(self, name: str) -> Identity | None:
        path = self._folder / name
        return Identity.load(path) if path.exists() else None


def rotation_message(present: Identity, following: Identity, role: PeerRole, name: str, hub: Card) -> RotateKeys:
    """What a machine says to `hub` so that its keys become those of `following`."""
    card = following.card(role, name)
    document = _document(card, hub.curve_public)
    return RotateKeys(
        request=0,
        curve_public=card.curve_public,
        signing_public=card.signing_public,
        signature=present.sign(document, Purpose.ROTATION),
        new_signature=following.sign(document, Purpose.ROTATION),
    )


def accept_rotation(enrolments: Enrolments, card: Card, message: RotateKeys, hub_key: str) -> None:
    """Give the machine that `card` is of the keys that it asks for; nothing where it has them already.

    Raises:
        NotAllowed: one of the signatures is not theirs (`bad-signature`), or another machine has one of the keys.
    """
    new = Card(role=card.role, name=card.name, curve_public=message.curve_public, signing_public=message.signing_public)
    if new == card:
        return
    document = _document(new, hub_key)
    for key, signature in ((card.signing_public, message.signature), (new.signing_public, message.new_signature)):
        if not is_signed_with(key, document, Purpose.ROTATION, signature):
            raise NotAllowed("the new keys are not signed by the old ones", code="bad-signature")
    enrolments.rotate(card, new)
    _log.info("%s %s has new keys: %s", new.role, new.name, new.fingerprint)


def _document(card: Card, hub_key: str) -> bytes:
    return canonical_json(
        {
            "role": card.role.value,
            "name": card.name,
            "curve_public": card.curve_public,
            "signing_public": card.signing_public,
            "hub_curve_public": hub_key,
        }
    )
