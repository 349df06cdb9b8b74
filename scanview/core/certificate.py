"""Certificates: the authority's word on whose key it is, and what that person may sign for.

The authority is the customs house itself, not a machine (wire.authority). A port believes nobody whom the authority it
has pinned did not certify, so what a hub says of people opens no gate.
"""

import re
from dataclasses import dataclass

from scanview.core.checks import check_id
from scanview.core.documents import canonical, read_document
from scanview.core.errors import BadInput
from scanview.core.review import Role
from scanview.core.scan import check_lane, port_of

MAX_PERSON = 128
MAX_LANES = 64
MAX_REVOKED = 10_000
MAX_REVOCATIONS = 400_000
"""Bytes that a list of revocations may have."""

_PORT = re.compile(r"[A-Z]{2}[A-Z2-9]{3}")
_HEX_KEY = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """Whose key `signing_public` is, and what they may sign for until when.

    Attributes:
        certificate: its own id, by which it is revoked.
        person: the name they sign in with.
        role: what they are trusted with; it says what they may sign (core.rights).
        lanes: lanes (CNSHA-03) and whole ports (CNSHA) they may sign for; empty for all.
        signing_public: their Ed25519 key, 64 hexadecimal digits.
        workstation: the machine that the key was made on and never leaves.
        not_before: UTC seconds from which it holds.
        not_after: UTC seconds at which it ends.
    """

    certificate: str
    person: str
    role: Role
    lanes: tuple[str, ...]
    signing_public: str
    workstation: str
    not_before: float
    not_after: float

    def __post_init__(self) -> None:
        check_id(self.certificate, "certificate")
        check_person(self.person)
        check_lanes(self.lanes)
        if not _HEX_KEY.fullmatch(self.signing_public):
            raise BadInput(f"the key of {self.person} is not 64 hexadecimal digits", code="bad-certificate")
        if not 0 < len(self.workstation) <= MAX_PERSON:
            raise BadInput("a certificate names a workstation", code="bad-certificate")
        if not 0 <= self.not_before < self.not_after:
            raise BadInput("a certificate ends after it begins", code="bad-certificate")

    def canonical(self) -> bytes:
        """The bytes that the authority signs."""
        return canonical(self)

    def covers(self, lane: str) -> bool:
        """Whether the person may sign for `lane`."""
        return covers(self.lanes, lane)

    def holds_at(self, now: float) -> bool:
        """Whether it is in force at `now` (UTC seconds)."""
        return self.not_before <= now < self.not_after


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocations:
    """What the authority takes back: the ids of certificates and delegations that count no more.

    Lists are numbered; the highest number counts, and each names everything that was ever taken back.
    """

    number: int
    revoked: tuple[str, ...]
    issued_at: float

    def __post_init__(self) -> None:
        if self.number < 1 or len(self.revoked) > MAX_REVOKED:
            raise BadInput("a list of revocations has a number and is not endless", code="bad-revocations")
        for revoked in self.revoked:
            check_id(revoked, "certificate")

    def canonical(self) -> bytes:
        """The bytes that the authority signs."""
        return canonical(self)


def parse_certificate(document: bytes) -> Certificate:
    """The certificate in `document`; BadInput where it is none."""
    return read_document(document, Certificate)


def parse_revocations(document: bytes) -> Revocations:
    """The list of revocations in `document`; BadInput where it is none."""
    return read_document(document, Revocations, most_bytes=MAX_REVOCATIONS)


def covers(lanes: tuple[str, ...], lane: str) -> bool:
    """Whether `lane` is among `lanes`, which are lanes and whole ports; no lanes at all mean every one."""
    return not lanes or lane in lanes or port_of(lane) in lanes


def check_lanes(lanes: tuple[str, ...]) -> None:
    """BadInput unless these are lanes and ports, each once."""
    if len(lanes) > MAX_LANES or len(set(lanes)) != len(lanes):
        raise BadInput(f"at most {MAX_LANES} lanes and ports are named, each once", code="bad-lane")
    for lane in lanes:
        if not _PORT.fullmatch(lane):
            check_lane(lane)


def check_person(person: str) -> None:
    """BadInput unless this is a name that somebody can sign in with."""
    if not (0 < len(person) <= MAX_PERSON and person.isprintable() and person == person.strip()):
        raise BadInput(f"{person[:64]!r} is no name of a person", code="bad-person")
