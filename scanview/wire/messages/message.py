"""What all messages have in common: their base, the types of their fields, and the roles that may send them."""

from enum import StrEnum
from typing import Annotated, ClassVar, TypeAlias

from msgspec import Meta, Struct

PROTOCOL_VERSION = 2
"""The version this program speaks best."""

PROTOCOL_VERSIONS = (PROTOCOL_VERSION, 1)
"""What it can speak, the best first: the current version and the one before."""

Count: TypeAlias = Annotated[int, Meta(ge=0, le=2**53)]
Id: TypeAlias = Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]
Sha256: TypeAlias = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Name: TypeAlias = Annotated[str, Meta(min_length=1, max_length=128)]
Text: TypeAlias = Annotated[str, Meta(max_length=2_000)]


class PeerRole(StrEnum):
    """What a machine is enrolled as; it can do nothing but that part."""

    HUB = "hub"
    PORT = "port"
    WORKSTATION = "workstation"
    WORKER = "worker"
    GUEST = "guest"
    """A machine that is not enrolled and has a code: it may say what it wants to be enrolled with, and nothing else."""


HUB = frozenset({PeerRole.HUB})
PORT = frozenset({PeerRole.PORT})
WORKSTATION = frozenset({PeerRole.WORKSTATION})
WORKER = frozenset({PeerRole.WORKER})
GUEST = frozenset({PeerRole.GUEST})
READERS = WORKSTATION | WORKER
PEERS = PORT | WORKSTATION | WORKER


class Message(Struct, frozen=True, kw_only=True, tag_field="kind", tag=True):
    """Base of all messages; `senders` says whose it is, `since` the first version of the protocol that has it."""

    senders: ClassVar[frozenset[PeerRole]] = frozenset()
    since: ClassVar[int] = 1


class Signature(Struct, frozen=True, kw_only=True):
    """An Ed25519 signature (128 hexadecimal digits) and the id of the key that made it."""

    key: Annotated[str, Meta(pattern="^[0-9a-f]{16}$")]
    value: Annotated[str, Meta(pattern="^[0-9a-f]{128}$")]
