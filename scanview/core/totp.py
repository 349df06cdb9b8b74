"""Codes of time (TOTP, RFC 6238 over HOTP, RFC 4226) as every authenticator makes them: SHA-1, 30 s, six digits."""

import base64
import binascii
import hashlib
import hmac
import struct
from urllib.parse import quote, urlencode

from scanview.core.errors import BadInput

STEP_S = 30
DIGITS = 6
SECRET_BYTES = 20
"""As long as the hash, which RFC 4226 recommends."""

DRIFT_STEPS = 1
"""So many steps may the clock of a phone be off, either way."""

ISSUER = "ScanView"


def step_at(now: float) -> int:
    """The step of time that `now`, UTC seconds, lies in."""
    return int(now // STEP_S)


def code_at(secret: str, step: int, digits: int = DIGITS) -> str:
    """The code of `secret` (base32) in a step of time."""
    digest = hmac.new(_key(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**digits).zfill(digits)


def step_of(secret: str, code: str, now: float) -> int | None:
    """Which step of time about `now` has this code; None where none has."""
    middle, found = step_at(now), None
    for step in range(middle - DRIFT_STEPS, middle + DRIFT_STEPS + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), code.encode("utf-8", "surrogatepass")):
            found = step
    return found


def secret_of(random_bytes: bytes) -> str:
    """The secret that `SECRET_BYTES` random bytes are, in base32."""
    return base64.b32encode(random_bytes).decode().rstrip("=")


def provisioning_uri(secret: str, name: str) -> str:
    """What an authenticator reads from a QR code: otpauth://totp/..."""
    label = quote(f"{ISSUER}:{name}", safe="")
    told = urlencode({"secret": secret, "issuer": ISSUER, "digits": DIGITS, "period": STEP_S})
    return f"otpauth://totp/{label}?{told}"


def _key(secret: str) -> bytes:
    try:
        return base64.b32decode(secret + "=" * (-len(secret) % 8))
    except (binascii.Error, ValueError) as error:
        raise BadInput("the secret of a second factor is not base32", code="bad-secret") from error
