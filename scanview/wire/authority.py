"""Owns the authority: the one key of the customs house that says whose signature a port believes.

It belongs to no machine. Its folder holds the secret (key_files), the card that every port pins, and the newest list of
what was taken back. Whoever has the secret decides who may release; whoever has a hub, and not the secret, opens no
gate. By itself a hub makes one in its own folder, so that a room on one machine works at once; for anything more it is
moved away (`scanview authority move`).
"""

import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from scanview.core.certificate import Certificate, Revocations, parse_revocations
from scanview.core.errors import BadInput, NotAllowed, Unavailable
from scanview.core.review import Role
from scanview.wire.key_files import load_key_file, make_key_file, public_of
from scanview.wire.keys import Purpose, is_signed_with, key_id, sign_with
from scanview.wire.messages import Signature, SignedRevocations
from scanview.wire.private_files import make_private_folder, replace_private

AUTHORITY_FOLDER = "authority"
KEY_FILE = "key.pem"
CARD_FILE = "card.json"
REVOCATIONS_FILE = "revocations.json"
DAY_S = 86_400.0

_HEX_KEY = re.compile(r"[0-9a-f]{64}")
_EARLY_S = 300.0
"""So long before it is made a certificate holds, for machines whose clock is a little behind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityCard:
    """What everybody may know of the authority: a name for people, and its public key of 64 hexadecimal digits."""

    authority: str
    signing_public: str

    def __post_init__(self) -> None:
        if not 0 < len(self.authority) <= 128 or not self.authority.isprintable():
            raise BadInput("an authority has a name", code="bad-authority")
        if not _HEX_KEY.fullmatch(self.signing_public):
            raise BadInput(f"the key of {self.authority} is not 64 hexadecimal digits", code="bad-authority")

    @property
    def key(self) -> str:
        """The id of its key."""
        return key_id(bytes.fromhex(self.signing_public))

    def encode(self) -> bytes:
        """The card as a JSON file."""
        return msgspec.json.format(msgspec.json.encode(self), indent=2) + b"\n"


def decode_authority_card(document: bytes) -> AuthorityCard:
    """The card in a JSON file; BadInput where it is none."""
    try:
        return msgspec.json.decode(document, type=AuthorityCard)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise BadInput(f"this is not the card of an authority: {error}", code="bad-authority") from error


def read_authority_card(path: Path) -> AuthorityCard | None:
    """The card in the file `path`; None where there is no file, BadInput or Unavailable where it cannot be read."""
    try:
        return decode_authority_card(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Unavailable(f"{path}: {error.strerror}", code="keys-unavailable") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """The authority with its secret, as whoever certifies people holds it."""

    card: AuthorityCard
    folder: Path
    key: Ed25519PrivateKey = field(repr=False, compare=False)

    @classmethod
    def make(cls, folder: Path, name: str, passphrase: str = "") -> "Authority":
        """A new authority in `folder`: folder 0700, files 0600.

        Raises:
            BadInput: there is one already (code `key-exists`), or `name` is none.
            Unavailable: the disk refuses.
        """
        AuthorityCard(authority=name, signing_public="0" * 64)
        try:
            make_private_folder(folder)
            public = make_key_file(folder / KEY_FILE, passphrase)
            replace_private(folder / CARD_FILE, AuthorityCard(authority=name, signing_public=public).encode())
        except OSError as error:
            raise Unavailable(f"{folder} cannot be written: {error.strerror}", code="keys-unavailable") from error
        return cls.load(folder, lambda: passphrase)

    @classmethod
    def load(cls, folder: Path, ask: Callable[[], str] = lambda: "") -> "Authority":
        """The authority whose secret is in `folder`; `ask` gives its passphrase where it has one.

        Raises:
            Refused: others can read the secret, it is damaged, or the passphrase is wrong.
            Unavailable: it is not there or cannot be read.
        """
        key = load_key_file(folder / KEY_FILE, ask)
        card = read_authority_card(folder / CARD_FILE)
        if card is None or card.signing_public != public_of(key):
            raise BadInput(f"the card in {folder} is not that of the secret beside it", code="bad-authority")
        return cls(card=card, folder=folder, key=key)

    def certify(
        self,
        *,
        person: str,
        role: Role,
        signing_public: str,
        workstation: str,
        now: float,
        days: float,
        lanes: tuple[str, ...] = (),
    ) -> "SignedCertificate":
        """The authority's word that the key is this person's, from `now` (UTC seconds) for `days`."""
        certificate = Certificate(
            certificate=secrets.token_hex(16),
            person=person,
            role=role,
            lanes=lanes,
            signing_public=signing_public,
            workstation=workstation,
            not_before=max(now - _EARLY_S, 0.0),
            not_after=now + days * DAY_S,
        )
        document = certificate.canonical()
        signature = sign_with(self.key, document, Purpose.PERSON_CERTIFICATE)
        return SignedCertificate(document=document.decode(), signature=signature)

    def revoke(self, revoked: Iterable[str], now: float) -> SignedRevocations:
        """A new list that takes these ids back beside all that were taken back before; it is kept in the folder."""
        known = read_revocations(self.folder, self.card)
        number, earlier = (0, ()) if known is None else (known[0].number, known[0].revoked)
        everything = tuple(dict.fromkeys((*earlier, *revoked)))
        newest = Revocations(number=number + 1, revoked=everything, issued_at=now)
        document = newest.canonical()
        signed = SignedRevocations(
            document=document.decode(), signature=sign_with(self.key, document, Purpose.REVOCATIONS)
        )
        write_revocations(self.folder, signed)
        return signed


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedCertificate:
    """A certificate as it travels: its canonical text and the authority's signature on it."""

    document: str
    signature: Signature


def check_revocations(signed: SignedRevocations, authority: AuthorityCard) -> Revocations:
    """The list in `signed`; NotAllowed (code `bad-revocations`) unless the authority signed it."""
    document = signed.document.encode()
    if not is_signed_with(authority.signing_public, document, Purpose.REVOCATIONS, signed.signature):
        raise NotAllowed("the list of revocations is not the authority's", code="bad-revocations")
    return parse_revocations(document)


def read_revocations(folder: Path, authority: AuthorityCard) -> tuple[Revocations, SignedRevocations] | None:
    """The list that is kept in `folder`; None where there is none, NotAllowed where it is not the authority's."""
    path = folder / REVOCATIONS_FILE
    try:
        signed = msgspec.json.decode(path.read_bytes(), type=SignedRevocations)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Unavailable(f"{path}: {error.strerror}", code="keys-unavailable") from error
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise BadInput(f"{path} is damaged: {error}", code="bad-revocations") from error
    return check_revocations(signed, authority), signed


def write_revocations(folder: Path, signed: SignedRevocations) -> None:
    """Keep the list in `folder`."""
    make_private_folder(folder)
    replace_private(folder / REVOCATIONS_FILE, msgspec.json.encode(signed))
