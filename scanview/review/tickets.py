"""Tickets: what lets a person's workstation sign in again after a break of the link, without their password.

A ticket is when the person gave their password, and an HMAC-SHA-256 over that, the name, the workstation and the
password's fingerprint, under a secret of the hub. So nothing is stored, a ticket survives the hub's own restart, it is
good at its own workstation alone, and a new password makes all earlier ones void.
"""

import hashlib
import hmac
from dataclasses import dataclass

_PURPOSE = b"ticket 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitter:
    """Whose ticket it is: the name, the workstation, and the fingerprint of the password that was given."""

    name: str
    workstation: str
    fingerprint: str


class Tickets:
    """Makes and reads them; those of people who left are void until the hub starts again, and then run out."""

    def __init__(self, secret: bytes) -> None:
        self._key = hmac.new(secret, _PURPOSE, hashlib.sha256).digest()
        self._ended: set[str] = set()

    def make(self, sitter: Sitter, began_at: float) -> str:
        """The ticket of somebody who gave their password at `began_at`, UTC seconds."""
        return f"{began_at!r}/{self._mac(sitter, began_at)}"

    def read(self, ticket: str, sitter: Sitter) -> float | None:
        """When the password was given; None where the ticket is not this sitter's, or ended."""
        text, _, mac = ticket.partition("/")
        try:
            began_at = float(text)
        except ValueError:
            return None
        right = self._mac(sitter, began_at)
        if not hmac.compare_digest(right.encode(), mac.encode("utf-8", "surrogatepass")) or right in self._ended:
            return None
        return began_at

    def end(self, sitter: Sitter, began_at: float) -> None:
        """The person left: this ticket is void."""
        self._ended.add(self._mac(sitter, began_at))

    def _mac(self, sitter: Sitter, began_at: float) -> str:
        said = "\0".join((sitter.name, sitter.workstation, sitter.fingerprint, repr(began_at)))
        return hmac.new(self._key, said.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
