"""Private signing keys in files of their own: PEM (PKCS 8, Ed25519), for their owner alone, perhaps with a passphrase.

For keys that belong to no machine: those of publishers of models, and that of the authority.
"""

import os
import stat
from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from scanview.core.errors import BadInput, Refused, Unavailable
from scanview.wire.private_files import create_private


def make_key_file(path: Path, passphrase: str = "") -> str:
    """Make a private key at `path`, readable by its owner alone; its public half, 64 hexadecimal digits.

    Raises:
        BadInput: there is a file already (code `key-exists`); it is never written over.
        Unavailable: the disk refuses (code `keys-unavailable`).
    """
    key = Ed25519PrivateKey.generate()
    save_key_file(path, key, passphrase)
    return public_of(key)


def save_key_file(path: Path, key: Ed25519PrivateKey, passphrase: str = "") -> None:
    """Write `key` to a new file at `path`; errors as for `make_key_file`."""
    protection = (
        serialization.BestAvailableEncryption(passphrase.encode()) if passphrase else serialization.NoEncryption()
    )
    content = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, protection)
    try:
        is_new = create_private(path, content)
    except OSError as error:
        raise Unavailable(f"{path} cannot be written: {error.strerror}", code="keys-unavailable") from error
    if not is_new:
        raise BadInput(f"{path} is there already", code="key-exists", remedy="Name another file")


def load_key_file(path: Path, ask: Callable[[], str] = lambda: "") -> Ed25519PrivateKey:
    """The private key at `path`; `ask` gives its passphrase where it has one.

    Raises:
        Refused: others can read it (code `keys-exposed`), it is no Ed25519 key, or the passphrase is wrong
            (code `bad-keys`).
        Unavailable: it cannot be read (code `keys-unavailable`).
    """
    try:
        if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise Refused(f"others can read the key in {path}", code="keys-exposed", remedy=f"chmod 600 {path}")
        content = path.read_bytes()
    except OSError as error:
        raise Unavailable(f"the key {path} cannot be read: {error.strerror}", code="keys-unavailable") from error
    try:
        secret = ask().encode() if b"ENCRYPTED" in content else None
        key = serialization.load_pem_private_key(content, secret)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # The cause is left out: it could quote the secret.
        raise Refused(f"{path} is no private key, or the passphrase is wrong", code="bad-keys") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise Refused(f"{path} is not an Ed25519 key", code="bad-keys", remedy="Make one with scanview")
    return key


def public_of(key: Ed25519PrivateKey) -> str:
    """The public half of `key`, 64 hexadecimal digits."""
    return key.public_key().public_bytes_raw().hex()
