"""Passwords: what is fit to be one (NIST SP 800-63B, section 5.1.1.2), and argon2id hashes of them.

Length is what counts, so nothing is asked of the kinds of characters, and nothing runs out by itself. Refused is what
is guessed first: the name, one character or one run again and again, and what everybody takes.

Hashing takes 64 MiB and a fifth of a second, so it never runs in a transaction.
"""

import hashlib
import secrets
import unicodedata
from functools import cache
from importlib.resources import files
from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from scanview.core.errors import BadInput

MIN_PASSWORD = 10
MAX_PASSWORD = 1_024
FEWEST_DIFFERENT = 4
ONE_TIME_GROUPS = 5
_COMMON = "common_passwords.txt"
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
"""What a one-time password is made of: nothing that is taken for something else when it is read out."""

NOBODYS_HASH = "$argon2id$v=19$m=65536,t=3,p=4$0PlOA4DCthzPaHXQbYDuZw$xRcQ+4lPsLJ6ngeQtG8bLZ0VMUR06sETh7DhBocRMEE"
"""Checked for names that nobody has, at the cost of any other; the hash of random bytes that were thrown away."""

_hasher = PasswordHasher()


def check_new_password(password: str, name: str) -> str:
    """`password`, if whoever is called `name` may have it; BadInput with code `bad-password` where not."""
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise _unfit(f"a password has {MIN_PASSWORD} to {MAX_PASSWORD} characters")
    plain, own = _plain(password), _plain(name)
    if len(own) > 1 and (own in plain or own[::-1] in plain) and len(plain) - len(own) < MIN_PASSWORD:
        raise _unfit("a password is not made of the name")
    if len(set(plain)) < FEWEST_DIFFERENT or _is_run(plain):
        raise _unfit("a password is not a few characters again and again")
    if plain in _common():
        raise _unfit("this password is among those that are tried first")
    return password


def one_time_password() -> str:
    """A password to begin with, of about 99 bits, that can be read out."""
    return "-".join("".join(secrets.choice(_READABLE) for _ in range(4)) for _ in range(ONE_TIME_GROUPS))


def hash_password(password: str) -> str:
    """The argon2id hash of `password`, with its salt and cost."""
    return _hasher.hash(password)


def matches(password_hash: str, password: str) -> bool:
    """Whether the hash is that of `password`."""
    try:
        return _hasher.verify(password_hash, password)
    except (Argon2Error, InvalidHashError):
        return False


def password_fingerprint(password_hash: str) -> str:
    """What the ledger keeps of a password hash: enough to see that it was exchanged, nothing to attack."""
    return hashlib.sha256(password_hash.encode()).hexdigest()


def _is_run(plain: str) -> bool:
    """Whether each character is the one after, or the one before, the one before it."""
    steps = {ord(after) - ord(before) for before, after in pairwise(plain)}
    return steps <= {1} or steps <= {-1}


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


@cache
def _common() -> frozenset[str]:
    text = files("scanview.store").joinpath(_COMMON).read_text(encoding="utf-8")
    return frozenset(_plain(line) for line in text.splitlines())


def _unfit(why: str) -> BadInput:
    return BadInput(why, code="bad-password", remedy="Take several words that do not belong together")
