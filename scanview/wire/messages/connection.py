"""What every peer and the hub say to each other: who is there, in which version, and what was refused."""

from typing import Annotated

from msgspec import Meta

from scanview.wire.messages.message import HUB, PEERS, Count, Message, Name, PeerRole, Text


class Hello(Message, frozen=True, kw_only=True, tag="hello"):
    """The first message on a connection. `name` is the lane of a port, the name of a workstation or worker.

    `instance` is made anew by each start of the program, so that the hub can tell a program that comes back from a
    second one with the same keys; empty where a program does not say. A port that `recalls` says, as soon as it is
    welcomed, what it had from this hub, and gets no orders before. One that `follows_hub_keys` pins the hub's next key.
    """

    senders = PEERS
    versions: tuple[int, ...]
    role: PeerRole
    name: Name
    program: Text
    instance: Annotated[str, Meta(max_length=64)] = ""
    recalls: bool = False
    follows_hub_keys: bool = False


class Welcome(Message, frozen=True, kw_only=True, tag="welcome"):
    """The hub's answer to Hello: the version both speak, how much may be under way, and its clock (UTC seconds).

    `instance` is made anew by each start of the hub. One that `takes_inspections` keeps inspection results, one that
    `notes_elsewhere` wants to be told of scans that it was offered and that another hub has, one that
    `takes_new_keys` understands `rotate-keys`, and one that `is_witnessed` answers `ask-checkpoint`.
    """

    senders = HUB
    version: int
    hub: Name
    hub_time: float
    window_bytes: Count
    heartbeat_s: float
    instance: Annotated[str, Meta(max_length=64)] = ""
    takes_inspections: bool = False
    notes_elsewhere: bool = False
    takes_new_keys: bool = False
    is_witnessed: bool = False


class Ping(Message, frozen=True, kw_only=True, tag="ping"):
    """I am here; sent every `heartbeat_s` when there is nothing else to say. `number` comes back in the answer."""

    senders = PEERS
    number: Count = 0


class Pong(Message, frozen=True, kw_only=True, tag="pong"):
    """The hub's answer to Ping, with its clock (UTC seconds) and the ping's `number`; 0 where it speaks unasked."""

    senders = HUB
    hub_time: float
    number: Count = 0


class Failed(Message, frozen=True, kw_only=True, tag="failed"):
    """A request was refused or could not be done; `temporary` where the same request may succeed later."""

    senders = HUB
    request: Count
    code: Name
    message: Text
    remedy: Text = ""
    temporary: bool = False


class Done(Message, frozen=True, kw_only=True, tag="done"):
    """A request was carried out and is durable; `seq` is its number in the ledger, 0 where it left no entry.

    `undo_s` is how long from now a decision may be taken back.
    """

    senders = HUB
    request: Count
    seq: Count = 0
    undo_s: Annotated[float, Meta(ge=0, le=3_600)] = 0.0
