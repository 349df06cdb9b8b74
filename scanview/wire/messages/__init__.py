"""Every message between a hub and its peers: its kind, its fields, and who may send it.

A message travels as one JSON header frame followed by raw frames (see codec.py). `request` numbers a question; its
answer carries the same number, and 0 marks what nobody asked for. Fields that a newer program adds are ignored by an
older one. docs/protocol.md tells the conversations these messages make.
"""

from scanview.wire.messages.connection import Done, Failed, Hello, Ping, Pong, Welcome
from scanview.wire.messages.desk import (
    Decide,
    GiveBack,
    Lanes,
    Leased,
    RenewLease,
    SignedIn,
    SignIn,
    SignOut,
    Take,
    TakeNext,
    WatchWorklist,
    Withdraw,
    Worklist,
)
from scanview.wire.messages.message import (
    HUB,
    PEERS,
    PORT,
    PROTOCOL_VERSION,
    READERS,
    WORKER,
    WORKSTATION,
    Count,
    Id,
    Message,
    Name,
    PeerRole,
    Sha256,
    Signature,
    Text,
)
from scanview.wire.messages.port import (
    OrderMessage,
    OrderReceiptMessage,
    ScanEnd,
    ScanOffer,
    ScanReceipt,
    ScanRefused,
    ScanResume,
    Strip,
    StripsHeld,
)
from scanview.wire.messages.reading import CloseScan, FetchStrips, OpenScan, ScanGrew, ScanOpened, Strips
from scanview.wire.messages.recognition import ReportNotRecognised, ReportRecognition, Work, WorkReady
from scanview.wire.messages.related import FindRelated, Related, Shelve, Unshelve

__all__ = [
    "HUB",
    "MESSAGES",
    "PEERS",
    "PORT",
    "PROTOCOL_VERSION",
    "READERS",
    "WORKER",
    "WORKSTATION",
    "CloseScan",
    "Count",
    "Decide",
    "Done",
    "Failed",
    "FetchStrips",
    "FindRelated",
    "GiveBack",
    "Hello",
    "Id",
    "Lanes",
    "Leased",
    "Message",
    "Name",
    "OpenScan",
    "OrderMessage",
    "OrderReceiptMessage",
    "PeerRole",
    "Ping",
    "Pong",
    "Related",
    "RenewLease",
    "ReportNotRecognised",
    "ReportRecognition",
    "ScanEnd",
    "ScanGrew",
    "ScanOffer",
    "ScanOpened",
    "ScanReceipt",
    "ScanRefused",
    "ScanResume",
    "Sha256",
    "Shelve",
    "SignIn",
    "SignOut",
    "Signature",
    "SignedIn",
    "Strip",
    "Strips",
    "StripsHeld",
    "Take",
    "TakeNext",
    "Text",
    "Unshelve",
    "WatchWorklist",
    "Welcome",
    "Withdraw",
    "Work",
    "WorkReady",
    "Worklist",
]

MESSAGES: dict[str, type[Message]] = {str(kind.__struct_config__.tag): kind for kind in Message.__subclasses__()}
"""Every message by its kind."""
