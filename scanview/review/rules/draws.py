"""Draws that nobody outside can foresee, and that whoever has the secret can make again."""

import hashlib
import hmac

_BITS = 52


def draw(secret: bytes, purpose: str, scan: str, content_sha256: str) -> float:
    """The number, 0 to 1, drawn for this content of a scan: HMAC-SHA-256 by the secret, its first 52 bits.

    Without a secret it is 0, which always falls on a person.
    """
    if not secret:
        return 0.0
    drawn = hmac.new(secret, f"{purpose} {scan} {content_sha256}".encode(), hashlib.sha256).digest()
    return (int.from_bytes(drawn[:8], "big") >> (64 - _BITS)) / (1 << _BITS)
