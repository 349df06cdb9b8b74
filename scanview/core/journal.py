"""The ledger's arithmetic: entries, their canonical bytes, and the Merkle tree over them.

The tree is that of RFC 9162, section 2.1: a leaf is SHA-256(0x00 || entry), a node SHA-256(0x01 || left || right).
`Frontier` keeps just the roots of the full subtrees, so that appending costs a logarithm of the size.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from scanview.core.errors import BadInput

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None


class Kind(StrEnum):
    """What an entry of the ledger tells."""

    SCAN_OFFERED = "scan-offered"
    SCAN_STORED = "scan-stored"
    RECOGNISED = "recognised"
    NOT_RECOGNISED = "not-recognised"
    LEASED = "leased"
    LEASE_ENDED = "lease-ended"
    OPINION = "opinion"
    DECIDED = "decided"
    ESCALATED = "escalated"
    SAID = "said"
    WITHDRAWN = "withdrawn"
    ORDER_SENT = "order-sent"
    ORDER_RECEIPT = "order-receipt"
    SIGNED_IN = "signed-in"
    SIGN_IN_REFUSED = "sign-in-refused"
    SIGNED_OUT = "signed-out"
    PERSON_ADDED = "person-added"
    PERSON_CHANGED = "person-changed"
    PERSON_LOCKED = "person-locked"
    """By an administrator, or by the hub after too many attempts."""
    PERSON_UNLOCKED = "person-unlocked"
    PERSON_REMOVED = "person-removed"
    PASSWORD_SET = "password-set"  # noqa: S105 - the name of a fact
    SECOND_FACTOR_SET = "second-factor-set"
    """With an empty fingerprint: taken away."""
    RECOVERY_CODE_USED = "recovery-code-used"
    SHELVED = "shelved"
    UNSHELVED = "unshelved"
    GAP_FOUND = "gap-found"
    ORDER_FOUND = "order-found"
    GIVEN_ELSEWHERE = "given-elsewhere"
    ASSIGNED = "assigned"
    """A supervisor keeps a scan for somebody, or, without a name, for nobody any more."""
    PRIORITISED = "prioritised"
    """A supervisor moves a scan forward in the queue."""
    ON_BREAK = "on-break"
    BACK = "back"
    """Somebody is there again after a break."""
    SHIFT_ENDED = "shift-ended"
    """Somebody leaves at the end of their shift, with a word for who comes next."""
    RULES_ADOPTED = "rules-adopted"
    RELEASED_DIRECTLY = "released-directly"
    """The rules released the scan after machine inspection, without a person."""
    RELEASE_REVERSED = "release-reversed"
    """A supervisor took such a release back before its order left; a person decides."""
    LANE_CONNECTED = "lane-connected"
    LANE_LOST = "lane-lost"
    INTERRUPTION_EXPLAINED = "interruption-explained"
    """Somebody said why a lane was not connected."""
    PRETENDED = "pretended"
    PRACTISED = "practised"
    INSPECTED = "inspected"
    MACHINE_INVITED = "machine-invited"
    MACHINE_CAME = "machine-came"
    """A machine came with the code of an invitation and waits for an administrator's word."""
    INVITATION_ENDED = "invitation-ended"
    MACHINE_ENROLLED = "machine-enrolled"
    MACHINE_REVOKED = "machine-revoked"
    KEYS_USED_TWICE = "keys-used-twice"
    """A second program came with the keys of a machine that was there, and was refused."""
    CERTIFICATE_ASKED = "certificate-asked"
    """Somebody's key, made at a workstation, waits for the authority's certificate."""
    CERTIFIED = "certified"
    DELEGATED = "delegated"
    """A supervisor signed that rules may release directly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One fact: its number from 1, when (UTC seconds by the hub's clock), who, about which scan, and what."""

    seq: int
    at: float
    kind: Kind
    actor: str
    scan: str
    body: Mapping[str, Json]

    def canonical(self) -> bytes:
        """The bytes that are hashed: JSON with sorted keys, no spaces, UTF-8."""
        return canonical_json(
            {
                "seq": self.seq,
                "at": self.at,
                "kind": self.kind.value,
                "actor": self.actor,
                "scan": self.scan,
                "body": dict(self.body),
            }
        )


def parse_entry(document: bytes) -> Entry:
    """The entry whose canonical bytes are `document`; BadInput where they are not exactly that."""
    try:
        values = json.loads(document)
        entry = Entry(**{**values, "kind": Kind(values["kind"])})
        if entry.canonical() == document:
            return entry
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise BadInput(f"the ledger entry cannot be read: {error}", code="bad-entry") from error
    raise BadInput("the ledger entry is not in its canonical form", code="bad-entry")


@dataclass(frozen=True, slots=True)
class Frontier:
    """The Merkle tree of `size` entries, as the roots of its full subtrees from the largest to the smallest."""

    size: int = 0
    subtrees: tuple[bytes, ...] = ()

    def appended(self, entry: bytes) -> "Frontier":
        """The tree with one more entry."""
        node = leaf_hash(entry)
        subtrees = list(self.subtrees)
        size = self.size
        while size & 1:
            node = node_hash(subtrees.pop(), node)
            size >>= 1
        return Frontier(self.size + 1, (*subtrees, node))

    def extended(self, node: bytes, leaves: int) -> "Frontier":
        """The tree with the full subtree `node` of `leaves` entries behind it: a power of two that divides the size."""
        subtrees = list(self.subtrees)
        place = self.size // leaves
        while place & 1:
            node = node_hash(subtrees.pop(), node)
            place >>= 1
        return Frontier(self.size + leaves, (*subtrees, node))

    @property
    def root(self) -> bytes:
        """The tree's head, 32 bytes; SHA-256 of nothing for an empty tree."""
        if not self.subtrees:
            return hashlib.sha256(b"").digest()
        node = self.subtrees[-1]
        for left in reversed(self.subtrees[:-1]):
            node = node_hash(left, node)
        return node


def canonical_json(value: Json) -> bytes:
    """`value` as JSON with sorted keys and no spaces, so that equal values have equal bytes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry in the tree."""
    return hashlib.sha256(b"\x00" + entry).digest()


def merkle_root(entries: Iterable[bytes]) -> bytes:
    """The root over `entries` in order."""
    frontier = Frontier()
    for entry in entries:
        frontier = frontier.appended(entry)
    return frontier.root


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over its two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()
