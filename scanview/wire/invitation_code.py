"""The one-time code by which a machine joins: what is in it, how it is written down, and what follows from it.

A code is 45 bytes: the hub's CURVE key, so that the machine talks to this hub and no other, 5 bytes for the door and 8
for the word. From the first 5 follows the key of the connection that the hub lets in for one message; the 8 are never
sent, but prove in that message that whoever made it has the whole code. So somebody without the code does not even get
to try (40 bits, each try a handshake), and somebody at the door has 64 bits to guess and five tries.

It is written in Crockford's base 32, twelve groups of six symbols, and a check symbol: the remainder of all
45 bytes by 37. Small letters, spaces and dashes do not count; O is 0, I and L are 1.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field

import zmq
from zmq.utils import z85

from scanview.core.errors import BadInput
from scanview.core.journal import canonical_json

_SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHECKS = _SYMBOLS + "*~$=U"
_VALUES = {symbol: value for value, symbol in enumerate(_SYMBOLS)} | {"O": 0, "I": 1, "L": 1}
_HUB_BYTES, _DOOR_BYTES, _WORD_BYTES = 32, 5, 8
_BYTES = _HUB_BYTES + _DOOR_BYTES + _WORD_BYTES
_LETTERS = _BYTES * 8 // 5
_GROUP = 6
_IGNORED = re.compile(r"[\s\-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationCode:
    """A code: the hub's CURVE key (40 characters of Z85), and the secret that only the two ends may know."""

    hub_curve_public: str
    door: bytes = field(repr=False)
    word: bytes = field(repr=False)

    @classmethod
    def make(cls, hub_curve_public: str) -> "InvitationCode":
        """A new code for the hub with this key."""
        return cls(
            hub_curve_public=hub_curve_public,
            door=secrets.token_bytes(_DOOR_BYTES),
            word=secrets.token_bytes(_WORD_BYTES),
        )

    def text(self) -> str:
        """The code as people read it: twelve groups of six symbols and the check symbol."""
        number = int.from_bytes(self._bytes(), "big")
        letters = "".join(_SYMBOLS[number >> 5 * place & 31] for place in reversed(range(_LETTERS)))
        groups = [letters[start : start + _GROUP] for start in range(0, _LETTERS, _GROUP)]
        return "-".join([*groups, _CHECKS[number % len(_CHECKS)]])

    @property
    def number(self) -> str:
        """What the invitation is called: 8 hexadecimal digits that tell nothing of the secret's second half."""
        return self._derived("number", self.door).hex()[:8]

    def guest_keys(self) -> tuple[str, str]:
        """The public and the secret CURVE key (Z85) of the connection that it opens."""
        secret = z85.encode(self._derived("guest", self.door))
        return zmq.curve_public(secret).decode(), secret.decode()

    def mac_key(self) -> bytes:
        """The key, 32 bytes, by which a message shows that its maker has the whole code."""
        return self._derived("word", self.door + self.word)

    def _bytes(self) -> bytes:
        return z85.decode(self.hub_curve_public.encode()) + self.door + self.word

    def _derived(self, purpose: str, secret: bytes) -> bytes:
        """32 bytes for one purpose: HMAC-SHA256 keyed by the hub's key, as HKDF extracts (RFC 5869, section 2.2)."""
        return hmac.digest(
            b"ScanView invitation " + self.hub_curve_public.encode(), purpose.encode() + b"\0" + secret, hashlib.sha256
        )


def parse_code(text: str) -> InvitationCode:
    """The code that somebody typed.

    Raises:
        BadInput: it is not as long as a code, has a letter that none has, or is mistyped (code `bad-code`).
    """
    letters = _IGNORED.sub("", text).upper()
    if len(letters) != _LETTERS + 1:
        raise _bad(f"a code has {_LETTERS + 1} letters, and this one {len(letters)}")
    number = 0
    for place, letter in enumerate(letters[:-1]):
        if letter not in _VALUES:
            raise _bad(f"group {place // _GROUP + 1} of the code has a letter that no code has")
        number = number << 5 | _VALUES[letter]
    if _CHECKS[number % len(_CHECKS)] != letters[-1]:
        raise _bad("the code is mistyped somewhere")
    content = number.to_bytes(_BYTES, "big")
    return InvitationCode(
        hub_curve_public=z85.encode(content[:_HUB_BYTES]).decode(),
        door=content[_HUB_BYTES : _HUB_BYTES + _DOOR_BYTES],
        word=content[_HUB_BYTES + _DOOR_BYTES :],
    )


def joining_document(curve_public: str, signing_public: str, hub_curve_public: str) -> bytes:
    """The bytes that a guest's MAC and signature are over: these keys, at this hub."""
    return canonical_json(
        {"curve_public": curve_public, "hub_curve_public": hub_curve_public, "signing_public": signing_public}
    )


def mac(key: bytes, document: bytes) -> str:
    """HMAC-SHA256 of `document`, 64 hexadecimal digits."""
    return hmac.digest(key, document, hashlib.sha256).hex()


def is_mac(key: bytes, document: bytes, value: str) -> bool:
    """Whether `value` is the MAC of `document`; takes as long whether it is or not."""
    return hmac.compare_digest(mac(key, document), value)


def _bad(reason: str) -> BadInput:
    # The code itself is left out: it is a secret.
    return BadInput(reason, code="bad-code", remedy="Compare it with what the hub printed, group by group")
