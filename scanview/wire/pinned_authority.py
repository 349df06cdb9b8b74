"""The authority that a machine has pinned: beside its hub's card, in a file that only its owner writes.

A port may have several hubs. Each may have an authority of its own, in a file beside that hub's card (`pin_path`).
Where it has none, the one of the whole machine, `authority.json`, is that of all its hubs.
"""

import logging
from pathlib import Path

from scanview.core.errors import BadInput, NotAllowed
from scanview.wire.authority import AuthorityCard, read_authority_card
from scanview.wire.enrolment import find_local_hub, pin_path
from scanview.wire.private_files import make_private_folder, replace_private

AUTHORITY_PIN = "authority.json"

_log = logging.getLogger("scanview.wire")


def authority_path(folder: Path, endpoint: str = "") -> Path:
    """Where the authority of the hub at `endpoint` is pinned, or of all hubs of the machine whose folder this is."""
    if not endpoint:
        return folder / AUTHORITY_PIN
    return pin_path(folder, endpoint).with_suffix(".authority.json")


def pinned_authority(folder: Path, endpoint: str = "") -> AuthorityCard | None:
    """The authority that counts for the hub at `endpoint`; None where none is pinned, BadInput where it is damaged."""
    own = read_authority_card(authority_path(folder, endpoint)) if endpoint else None
    return own or read_authority_card(authority_path(folder))


def meet_authority(folder: Path, endpoint: str, hub: str, *, is_first: bool = True) -> AuthorityCard | None:
    """The authority that counts for the hub at `endpoint`, pinned now where that hub, on this computer, tells of it.

    `hub` is the id of the hub's key. The authority of the first hub of a machine (`is_first`) is that of all its hubs
    that have none of their own.
    Nothing that was pinned is ever replaced by what a hub tells.
    """
    pinned = pinned_authority(folder, endpoint)
    if pinned is not None:
        return pinned
    local = find_local_hub(endpoint)
    if local is None or local.authority is None or local.card.key != hub:
        return None
    pin_authority(folder, local.authority, "" if is_first else endpoint)
    _log.info("%s certifies whose releases are believed here", local.authority.authority)
    return local.authority


def pin_authority(folder: Path, card: AuthorityCard, endpoint: str = "", *, replace: bool = False) -> None:
    """From now on the machine believes the people whom this authority certifies, and nobody else.

    NotAllowed (code `authority-pinned`) where another is pinned already and `replace` does not say that it goes.
    """
    path = authority_path(folder, endpoint)
    known = _known(path)
    if known == card:
        return
    if known is not None and not replace:
        raise NotAllowed(
            f"{known.authority} ({known.key}) is pinned in {path}",
            code="authority-pinned",
            remedy="If the authority was really replaced, say --replace",
        )
    make_private_folder(path.parent)
    replace_private(path, card.encode())


def _known(path: Path) -> AuthorityCard | None:
    try:
        return read_authority_card(path)
    except BadInput:
        # A damaged card pins nobody, but it shows that somebody was pinned.
        return AuthorityCard(authority="a damaged card", signing_public="0" * 64)
