"""A person's own key at this workstation: the Ed25519 key that their decisions are signed with.

It is made here, lies here alone, and is sealed under the person's password: argon2id (RFC 9106) makes 32 bytes of the
password, AES-256-GCM seals the key with them, and everything else in the file is bound in as associated data. The hub
never has it, so a stolen hub has nothing to guess at; who takes the file has to guess the password at the cost written
in it. Everything here takes a fifth of a second and 64 MiB, so it is for a thread of the caller's choice.
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from scanview.core.errors import NotAllowed, Unavailable
from scanview.core.journal import canonical_json
from scanview.wire.keys import Purpose, key_id, sign_with
from scanview.wire.messages import Signature
from scanview.wire.private_files import make_private_folder, replace_private

KEY_BYTES: Final = 32
SALT_BYTES: Final = 16
NONCE_BYTES: Final = 12

MEMORY_KIB = 64 << 10
PASSES = 3
LANES = 4
"""What a new file asks of argon2id: the second recommendation of RFC 9106."""

MAX_MEMORY_KIB: Final = 1 << 20
MAX_PASSES: Final = 16
MAX_LANES: Final = 16
"""What a file may ask of argon2id: one that was altered must not take the workstation's memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonKey:
    """An unlocked key: whose it is, its public half (64 hexadecimal digits), and what signs."""

    person: str
    public: str
    secret: Ed25519PrivateKey = field(repr=False, compare=False)

    @property
    def key(self) -> str:
        """The id of the key."""
        return key_id(bytes.fromhex(self.public))

    def sign(self, document: bytes, purpose: Purpose) -> Signature:
        """The person's signature on `document` for `purpose`."""
        return sign_with(self.secret, document, purpose)


class _Sealed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file: whose key it is, what argon2id is given, and the secret. Bytes are hexadecimal digits."""

    person: str
    public: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    form: Literal["argon2id AES-256-GCM 1"] = "argon2id AES-256-GCM 1"
    memory_kib: Annotated[int, msgspec.Meta(ge=8, le=MAX_MEMORY_KIB)]
    passes: Annotated[int, msgspec.Meta(ge=1, le=MAX_PASSES)]
    lanes: Annotated[int, msgspec.Meta(ge=1, le=MAX_LANES)]
    salt: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")]
    nonce: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{24}$")]
    secret: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{96}$")]


def unlock_or_make(folder: Path, person: str, password: str) -> PersonKey:
    """The key of `person` in `folder`, unlocked with `password`; made where there is none.

    A key that the password does not unlock, because an administrator gave the person a new one, stays beside it as
    `*.locked`, a damaged file as `*.damaged`, and a new key is made, which needs a certificate of its own.

    Raises:
        Unavailable: the folder cannot be read or written.
    """
    path = key_path(folder, person)
    try:
        make_private_folder(folder)
        if path.exists():
            try:
                return _unlock(path, person, password)
            except NotAllowed as error:
                path.replace(path.with_name(f"{path.stem}-{secrets.token_hex(4)}.{error.code.removeprefix('key-')}"))
        return _make(path, person, password)
    except OSError as error:
        raise _unavailable(folder, error) from error


def change_password(folder: Path, person: str, old: str, new: str) -> None:
    """Seal the key of `person` under the password `new`; nothing where there is no key.

    Raises:
        NotAllowed: `old` does not unlock it (`key-locked`), or the file is damaged (`key-damaged`).
        Unavailable: the folder cannot be read or written.
    """
    path = key_path(folder, person)
    try:
        if path.exists():
            replace_private(path, _seal(_unlock(path, person, old), new))
    except OSError as error:
        raise _unavailable(folder, error) from error


def key_path(folder: Path, person: str) -> Path:
    """Where the key of `person` lies: by a hash, for names may differ in no more than what a file system folds."""
    return folder / f"{hashlib.sha256(person.encode()).hexdigest()[:16]}.json"


def _make(path: Path, person: str, password: str) -> PersonKey:
    made = _person_key(person, Ed25519PrivateKey.generate())
    replace_private(path, _seal(made, password))
    return made


def _seal(key: PersonKey, password: str) -> bytes:
    empty = _Sealed(
        person=key.person,
        public=key.public,
        memory_kib=MEMORY_KIB,
        passes=PASSES,
        lanes=LANES,
        salt=secrets.token_bytes(SALT_BYTES).hex(),
        nonce=secrets.token_bytes(NONCE_BYTES).hex(),
        secret="0" * 96,
    )
    sealed = _cipher(empty, password).encrypt(bytes.fromhex(empty.nonce), key.secret.private_bytes_raw(), _bound(empty))
    whole = msgspec.structs.replace(empty, secret=sealed.hex())
    return msgspec.json.format(msgspec.json.encode(whole), indent=2) + b"\n"


def _unlock(path: Path, person: str, password: str) -> PersonKey:
    try:
        sealed = msgspec.json.decode(path.read_bytes(), type=_Sealed)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise NotAllowed(f"the key in {path} is damaged", code="key-damaged") from None
    try:
        secret = _cipher(sealed, password).decrypt(
            bytes.fromhex(sealed.nonce), bytes.fromhex(sealed.secret), _bound(sealed)
        )
    except InvalidTag:
        raise NotAllowed("the password does not unlock this key", code="key-locked") from None
    key = _person_key(sealed.person, Ed25519PrivateKey.from_private_bytes(secret))
    if key.person != person or key.public != sealed.public:
        raise NotAllowed(f"the key in {path} is another's", code="key-damaged")
    return key


def _cipher(sealed: _Sealed, password: str) -> AESGCM:
    return AESGCM(
        hash_secret_raw(
            secret=password.encode(),
            salt=bytes.fromhex(sealed.salt),
            time_cost=sealed.passes,
            memory_cost=sealed.memory_kib,
            parallelism=sealed.lanes,
            hash_len=KEY_BYTES,
            type=Type.ID,
        )
    )


def _bound(sealed: _Sealed) -> bytes:
    """Everything in the file but the secret: none of it can be exchanged."""
    values = msgspec.to_builtins(sealed)
    return canonical_json({name: value for name, value in values.items() if name != "secret"})


def _person_key(person: str, secret: Ed25519PrivateKey) -> PersonKey:
    return PersonKey(person=person, public=secret.public_key().public_bytes_raw().hex(), secret=secret)


def _unavailable(folder: Path, error: OSError) -> Unavailable:
    return Unavailable(
        f"the keys of people in {folder}: {error.strerror}",
        code="keys-unavailable",
        remedy="Free disk space and check who owns the folder",
    )
