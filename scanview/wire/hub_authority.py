"""The authority as one hub has it: its card, what it took back, and, until it is moved away, its secret.

Whoever can read a hub's folder owns the hub. So a hub that nobody has told of an authority makes one in its own folder,
and a room on one machine works at once; a hub that was taken over is then no worse off than before there was an
authority. The day the secret is moved away (`move_authority`), whoever takes the hub over opens no gate with it.
"""

import logging
from pathlib import Path

from scanview.core.errors import BadInput, Refused, Unavailable
from scanview.wire.authority import (
    AUTHORITY_FOLDER,
    CARD_FILE,
    KEY_FILE,
    Authority,
    AuthorityCard,
    read_authority_card,
    read_revocations,
    write_revocations,
)
from scanview.wire.key_files import load_key_file, public_of, save_key_file
from scanview.wire.messages import SignedRevocations
from scanview.wire.private_files import make_private_folder, replace_private, sync_folder

OWN_NAME = "local"
"""What an authority is called that a hub made for itself."""

_log = logging.getLogger("scanview.hub")


class HubAuthority:
    """What the hub with the data folder `data` knows of its authority; one is made where there is none."""

    def __init__(self, data: Path) -> None:
        """Read the card, or make an authority.

        Raises:
            Refused: the card is damaged, or others can read the secret.
            Unavailable: the disk refuses.
        """
        self.folder = data / AUTHORITY_FOLDER
        self.card: AuthorityCard = read_authority_card(self.folder / CARD_FILE) or self._make()
        if self.secret_is_here:
            _log.warning(
                "the secret of the authority lies in this hub's folder: who takes the hub over may release. "
                "Move it away: scanview authority move --data %s --to FOLDER",
                data,
            )

    @property
    def secret_is_here(self) -> bool:
        """Whether whoever takes the hub over has the authority too."""
        return (self.folder / KEY_FILE).exists()

    def own(self) -> Authority | None:
        """The authority itself; None where its secret was moved away, or only a person's passphrase opens it."""
        if not self.secret_is_here:
            return None
        try:
            return Authority.load(self.folder)
        except Refused as error:
            _log.warning("the authority in the hub's folder is not used: %s", error)
            return None

    def revocations(self) -> SignedRevocations | None:
        """The newest list of what the authority took back; None where there is none, or it is not the authority's."""
        try:
            kept = read_revocations(self.folder, self.card)
        except (Refused, Unavailable) as error:
            _log.error("the list of revocations cannot be told: %s", error)
            return None
        return None if kept is None else kept[1]

    def _make(self) -> AuthorityCard:
        if not self.secret_is_here:
            return Authority.make(self.folder, OWN_NAME).card
        # Killed between the two files, at its first start.
        key = load_key_file(self.folder / KEY_FILE)
        card = AuthorityCard(authority=OWN_NAME, signing_public=public_of(key))
        replace_private(self.folder / CARD_FILE, card.encode())
        return card


def adopt_authority(data: Path, card: AuthorityCard, *, replace: bool = False) -> None:
    """Let the hub with this data folder serve the authority with this card, whose secret is elsewhere.

    Raises:
        BadInput: it has another (code `authority-exists`), unless `replace` says that this one goes, secret and all.
        Unavailable: the disk refuses.
    """
    folder = data / AUTHORITY_FOLDER
    known = read_authority_card(folder / CARD_FILE)
    if known == card:
        return
    if known is not None and not replace:
        raise BadInput(
            f"the hub has the authority {known.authority} ({known.key})",
            code="authority-exists",
            remedy="Say --replace: people must be certified anew, and every port must pin the new one",
        )
    try:
        make_private_folder(folder)
        for old in folder.iterdir():
            old.unlink()
        replace_private(folder / CARD_FILE, card.encode())
    except OSError as error:
        raise Unavailable(f"{folder}: {error.strerror}", code="keys-unavailable") from error


def move_authority(data: Path, to: Path, passphrase: str = "") -> AuthorityCard:
    """Take the secret out of the hub's folder into `to`, under `passphrase` where that is not empty.

    The card and the list of revocations stay with the hub, too. The secret leaves the hub's folder only when it was
    read back from where it went.

    Raises:
        BadInput: there is no secret in the hub's folder, or one in `to` already.
        Refused: the secret is damaged.
        Unavailable: the disk refuses.
    """
    folder = data / AUTHORITY_FOLDER
    if not (folder / KEY_FILE).exists():
        raise BadInput(f"the secret is not in {folder}", code="no-authority", remedy="It was moved away already")
    authority = Authority.load(folder)
    try:
        make_private_folder(to)
        save_key_file(to / KEY_FILE, authority.key, passphrase)
        replace_private(to / CARD_FILE, authority.card.encode())
        kept = read_revocations(folder, authority.card)
        if kept is not None:
            write_revocations(to, kept[1])
        load_key_file(to / KEY_FILE, lambda: passphrase)
        (folder / KEY_FILE).unlink()
        sync_folder(folder)
    except OSError as error:
        raise Unavailable(f"{to}: {error.strerror}", code="keys-unavailable") from error
    return authority.card
