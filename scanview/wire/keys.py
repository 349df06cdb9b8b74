"""Owns the keys of a machine: a CURVE pair that encrypts its connections and an Ed25519 key that signs its documents.

The secrets live in one file that only its owner can read. What others may know is a `Card`. A signature is made for a
purpose, so that a document signed as one thing can never be passed off as another.
"""

import hashlib
import os
import re
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import msgspec
import zmq
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from scanview.core.errors import BadInput, NotAllowed, Refused, Unavailable
from scanview.core.scan import check_lane
from scanview.wire.messages import PeerRole, Signature
from scanview.wire.private_files import create_private, make_private_folder

IDENTITY_FILE = "identity.json"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_Z85 = re.compile(r"[0-9a-zA-Z.\-:+=^!/*?&<>()\[\]{}@%$#]{40}")
_HEX_KEY = re.compile(r"[0-9a-f]{64}")


class Purpose(StrEnum):
    """What a signature says of the document it is on."""

    ORDER = "order"
    ORDER_RECEIPT = "order-receipt"
    INSPECTION = "inspection"
    CHECKPOINT = "checkpoint"
    MODEL = "model"
    JOIN = "join"
    ROTATION = "rotation"
    PERSON_CERTIFICATE = "person-certificate"
    """By the authority: whose key it is, and what they may sign for."""
    REVOCATIONS = "revocations"
    """By the authority: which of its certificates count no more."""
    DECISION = "decision"
    """By a person: what they decided about one scan."""
    DELEGATION = "delegation"
    """By a supervisor: what rules may release without a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What others may know of a machine: its part, its name and its public keys.

    `name` is the lane of a port. `curve_public` is 40 characters of Z85, `signing_public` 64 hexadecimal digits.
    """

    role: PeerRole
    name: str
    curve_public: str
    signing_public: str

    def __post_init__(self) -> None:
        if self.role is PeerRole.PORT:
            check_lane(self.name)
        elif not _NAME.fullmatch(self.name):
            raise BadInput(
                f"{self.name[:80]!r} is no name for a {self.role}",
                code="bad-name",
                remedy="Use up to 64 letters, digits, dots, dashes and underscores",
            )
        if not _Z85.fullmatch(self.curve_public) or not _HEX_KEY.fullmatch(self.signing_public):
            raise BadInput(f"the card of {self.name} has a malformed key", code="bad-card")

    @property
    def key(self) -> str:
        """The id of the signing key."""
        return key_id(bytes.fromhex(self.signing_public))

    @property
    def fingerprint(self) -> str:
        """What two people compare who look at both ends: 80 bits over both keys, in four groups of five digits."""
        digits = hashlib.sha256(f"{self.curve_public} {self.signing_public}".encode()).hexdigest()[:20]
        return "-".join(digits[start : start + 5] for start in range(0, 20, 5))

    def encode(self) -> bytes:
        """The card as a JSON file."""
        return msgspec.json.format(msgspec.json.encode(self), indent=2) + b"\n"


def decode_card(document: bytes) -> Card:
    """The card in a JSON file; BadInput where it is none."""
    try:
        return msgspec.json.decode(document, type=Card)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise BadInput(f"this is not a card: {error}", code="bad-card") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The secrets of this machine."""

    curve_public: str
    curve_secret: str = field(repr=False)
    signing_key: Ed25519PrivateKey = field(repr=False, compare=False)

    @classmethod
    def make(cls) -> "Identity":
        """New keys that are stored nowhere."""
        public, secret = zmq.curve_keypair()
        return cls(curve_public=public.decode(), curve_secret=secret.decode(), signing_key=Ed25519PrivateKey.generate())

    @classmethod
    def load_or_make(cls, folder: Path) -> "Identity":
        """The identity in `folder`, made there at first use: folder 0700, file 0600.

        Raises:
            Refused: others can read the file (code `keys-exposed`), or it is damaged.
            Unavailable: the folder cannot be read or written.
        """
        path = folder / IDENTITY_FILE
        try:
            make_private_folder(folder)
            if not path.exists():
                create_private(path, cls.make().encode())
        except OSError as error:
            raise Unavailable(f"keys in {folder}: {error.strerror}", code="keys-unavailable") from error
        return cls.load(path)

    @classmethod
    def load(cls, path: Path) -> "Identity":
        """The identity in the file `path`; Refused or Unavailable as in `load_or_make`."""
        try:
            return _decode(path)
        except OSError as error:
            raise Unavailable(f"keys in {path}: {error.strerror}", code="keys-unavailable") from error

    def encode(self) -> bytes:
        """The secrets as they stand in a file for their owner alone."""
        return _encode(self)

    def card(self, role: PeerRole, name: str) -> Card:
        """What others may know of this machine when it takes part as `role` under `name`."""
        public = self.signing_key.public_key().public_bytes_raw().hex()
        return Card(role=role, name=name, curve_public=self.curve_public, signing_public=public)

    def sign(self, document: bytes, purpose: Purpose) -> Signature:
        """This machine's signature on `document` for `purpose`."""
        return sign_with(self.signing_key, document, purpose)


def sign_with(key: Ed25519PrivateKey, document: bytes, purpose: Purpose) -> Signature:
    """The signature of the owner of `key` on `document` for `purpose`."""
    return Signature(
        key=key_id(key.public_key().public_bytes_raw()), value=key.sign(_signed_bytes(document, purpose)).hex()
    )


def verify(document: bytes, purpose: Purpose, signature: Signature, card: Card) -> None:
    """NotAllowed (code `bad-signature`) unless the owner of `card` signed `document` for `purpose`."""
    if signature.key != card.key or not is_signed_with(card.signing_public, document, purpose, signature):
        raise NotAllowed(f"the {purpose} is not signed by {card.role} {card.name}", code="bad-signature")


def verify_by_any(document: bytes, purpose: Purpose, signature: Signature, cards: Sequence[Card]) -> None:
    """NotAllowed (code `bad-signature`) unless the owner of one of `cards`, all of one machine, signed `document`."""
    signed = [card for card in cards if card.key == signature.key]
    verify(document, purpose, signature, (signed or cards)[0])


def is_signed_with(public: str, document: bytes, purpose: Purpose, signature: Signature) -> bool:
    """Whether the owner of the key `public` (64 hexadecimal digits) made `signature` on `document` for `purpose`."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(bytes.fromhex(signature.value), _signed_bytes(document, purpose))
    except (InvalidSignature, ValueError):
        return False
    return True


def signer_of(document: bytes, purpose: Purpose, signatures: Iterable[Signature], roots: Iterable[Card]) -> Card | None:
    """The first of `roots` whose signature on `document` is among `signatures`; None where there is none."""
    by_key = {card.key: card for card in roots}
    for signature in signatures:
        try:
            if card := by_key.get(signature.key):
                verify(document, purpose, signature, card)
                return card
        except NotAllowed:
            continue
    return None


def key_id(public: bytes) -> str:
    """The first 16 hexadecimal digits of SHA-256 of a public key."""
    return hashlib.sha256(public).hexdigest()[:16]


def _signed_bytes(document: bytes, purpose: Purpose) -> bytes:
    """What the signature is really on: no document for one purpose can equal one for another."""
    return b"ScanView 1 " + purpose.encode() + b"\0" + document


def _encode(identity: Identity) -> bytes:
    signing_secret = identity.signing_key.private_bytes_raw().hex()
    return msgspec.json.encode({"curve_secret": identity.curve_secret, "signing_secret": signing_secret})


def _decode(path: Path) -> Identity:
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise Refused(f"others can read the keys in {path}", code="keys-exposed", remedy=f"chmod 600 {path}")
    try:
        secrets = msgspec.json.decode(path.read_bytes(), type=dict[str, str])
        return Identity(
            curve_public=zmq.curve_public(secrets["curve_secret"].encode()).decode(),
            curve_secret=secrets["curve_secret"],
            signing_key=Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secrets["signing_secret"])),
        )
    except (msgspec.MsgspecError, KeyError, ValueError, zmq.ZMQError):
        # The cause is left out: it could quote the secret.
        raise Refused(f"the keys in {path} are damaged", code="bad-keys", remedy="Restore them from a copy") from None
