"""Delegations: a supervisor's signed word that rules may release without a person, how many, where, and until when.

Release after machine inspection alone (机检直放) has no person's statement for each scan. What stands in for it is this
document, and the port itself counts how much of it is used, so that a hub that was taken over can never open more
gates in a day than a supervisor has allowed.
"""

import re
from dataclasses import dataclass

from scanview.core.certificate import check_lanes, check_person, covers
from scanview.core.checks import check_id
from scanview.core.documents import canonical, read_document
from scanview.core.errors import BadInput

DAY_S = 86_400.0
MAX_DAILY = 100_000

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """What the rules may release directly, as a supervisor signs it when adopting them.

    Attributes:
        delegation: its own id, by which it is revoked.
        person: the supervisor.
        rules_version: the version of the rules it is for.
        rules_sha256: SHA-256 of those rules.
        bound: the rate of misses that the models behind the rules were bounded at, above 0 and below 1.
        lanes: lanes and whole ports it is for; empty for all.
        daily_cap: how many scans each lane may release by it in any 24 hours.
        issued_at: UTC seconds from which it holds.
        expires_at: UTC seconds at which it ends.
    """

    delegation: str
    person: str
    rules_version: int
    rules_sha256: str
    bound: float
    lanes: tuple[str, ...]
    daily_cap: int
    issued_at: float
    expires_at: float

    def __post_init__(self) -> None:
        check_id(self.delegation, "delegation")
        check_person(self.person)
        check_lanes(self.lanes)
        if self.rules_version < 0 or not _SHA256.fullmatch(self.rules_sha256):
            raise BadInput("a delegation names the rules it is for", code="bad-delegation")
        if not 0 < self.bound < 1:
            raise BadInput(f"a bound of {self.bound} is not between 0 and 1", code="bad-delegation")
        if not 0 <= self.daily_cap <= MAX_DAILY:
            raise BadInput(f"a delegation allows at most {MAX_DAILY} scans a day", code="bad-delegation")
        if not 0 <= self.issued_at < self.expires_at:
            raise BadInput("a delegation ends after it begins", code="bad-delegation")

    def canonical(self) -> bytes:
        """The bytes that the supervisor signs."""
        return canonical(self)

    def covers(self, lane: str) -> bool:
        """Whether it is for `lane`."""
        return covers(self.lanes, lane)

    def holds_at(self, now: float) -> bool:
        """Whether it is in force at `now` (UTC seconds)."""
        return self.issued_at <= now < self.expires_at


def parse_delegation(document: bytes) -> Delegation:
    """The delegation in `document`; BadInput where it is none."""
    return read_document(document, Delegation)
