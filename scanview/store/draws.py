"""The hub's secret for draws: with it alone one can tell whom a draw falls on, and make every draw again."""

import secrets
from pathlib import Path

from scanview.core.errors import BadInput, Unavailable
from scanview.store.folders import KEYS_FOLDER
from scanview.wire.private_files import create_private, make_private_folder

DRAWS_FILE = "draws.key"
SECRET_BYTES = 32


def load_or_make_secret(data: Path) -> bytes:
    """The secret in a hub's data folder, made there at first use for its owner alone.

    Raises:
        BadInput: the file is damaged.
        Unavailable: the folder cannot be read or written.
    """
    path = data / KEYS_FOLDER / DRAWS_FILE
    try:
        make_private_folder(path.parent)
        if not path.exists():
            create_private(path, secrets.token_bytes(SECRET_BYTES))
        secret = path.read_bytes()
    except OSError as error:
        raise Unavailable(f"{path} cannot be read: {error.strerror}", code="keys-unavailable") from error
    if len(secret) != SECRET_BYTES:
        raise BadInput(f"{path} is damaged", code="bad-secret", remedy="Restore it from a copy")
    return secret
