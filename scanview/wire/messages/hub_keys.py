"""How a hub takes another key for its link: it names it beforehand under the present one, and peers pin both."""

from scanview.wire.messages.joining import CurveKey
from scanview.wire.messages.message import HUB, PEERS, Message, Signature


class HubKeys(Message, frozen=True, kw_only=True, tag="hub-keys"):
    """From some time on this hub will be reached by this key; `signature` is by the key that signs its orders.

    Only to peers whose `hello` has `follows_hub_keys`.
    """

    senders = HUB
    curve_public: CurveKey
    signature: Signature


class HubKeysPinned(Message, frozen=True, kw_only=True, tag="hub-keys-pinned"):
    """This machine has it pinned beside the present one, on disk."""

    senders = PEERS
    curve_public: CurveKey
