"""How a machine becomes enrolled: it comes as a guest, by a one-time code, with its keys."""

from typing import Annotated, TypeAlias

from msgspec import Meta

from scanview.wire.messages.message import GUEST, HUB, Count, Message, Name, PeerRole, Sha256, Signature, Text

CURVE_KEY = r"^[0-9a-zA-Z.\-:+=^!/*?&<>()\[\]{}@%$#]{40}$"
"""A key of 32 bytes in Z85."""

CurveKey: TypeAlias = Annotated[str, Meta(pattern=CURVE_KEY)]


class Join(Message, frozen=True, kw_only=True, tag="join"):
    """The one message of a guest: the public keys that its machine shall be enrolled with.

    `mac` shows that it has the whole code, `signature` that it has the secret of `signing_public`; both are over the
    two keys and the hub's. Sending it again with the same keys asks how things stand.
    """

    senders = GUEST
    request: Count
    curve_public: CurveKey
    signing_public: Sha256
    mac: Sha256
    signature: Signature


class Joined(Message, frozen=True, kw_only=True, tag="joined"):
    """How things stand with an invitation: as what the machine is to be enrolled, and whether it is.

    The hub's own keys are to be pinned; `authority` is the card of the authority whose word on people counts, or "".
    """

    senders = HUB
    request: Count
    enrolled: bool
    role: PeerRole
    name: Name
    hub: Name
    hub_curve_public: CurveKey
    hub_signing_public: Sha256
    authority: Text = ""
