"""How a machine takes new keys: it names them under the old ones, and both sign."""

from scanview.wire.messages.joining import CurveKey
from scanview.wire.messages.message import PEERS, Count, Message, Sha256, Signature


class RotateKeys(Message, frozen=True, kw_only=True, tag="rotate-keys"):
    """From its next connection on this machine uses these keys. Answered by Done once the hub knows them.

    `signature` is by the key the machine has now, `new_signature` by the new one, both over the same document. Sending
    it again changes nothing. The old keys may connect until the new ones have; what they signed stays good.
    """

    senders = PEERS
    request: Count
    curve_public: CurveKey
    signing_public: Sha256
    signature: Signature
    new_signature: Signature
