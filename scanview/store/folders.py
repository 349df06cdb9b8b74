"""What lies where in a hub's data folder.

keys/               the hub's secrets
enrolled/           a card for every machine that is let in (scanview.wire.enrolment)
invitations/        who may join by a one-time code, and what came of it (scanview.wire.invitations)
authority/          the card of the authority, and at first its secret (scanview.wire.hub_authority)
scans/              a BigTIFF per scan; `.part` while it grows
photos/             what people photographed who opened containers, by content (scanview.store.photos)
catalogue.sqlite    catalogue and ledger
lock                one hub per folder
"""

from pathlib import Path

from scanview.core.errors import BadInput
from scanview.wire.keys import IDENTITY_FILE, Card, Identity
from scanview.wire.messages import PeerRole

KEYS_FOLDER = "keys"
SCANS_FOLDER = "scans"
PHOTOS_FOLDER = "photos"
CATALOGUE = "catalogue.sqlite"
LOCK_FILE = "lock"
HUB_NAME = "hub"


def hub_card(data: Path) -> Card:
    """The card of the hub that works in `data`; BadInput where none ever has."""
    if not (data / KEYS_FOLDER / IDENTITY_FILE).exists():
        raise BadInput(f"{data} is not a hub's data folder", code="no-hub", remedy="Start a hub on it once")
    return Identity.load_or_make(data / KEYS_FOLDER).card(PeerRole.HUB, HUB_NAME)
