"""What a person signs when they decide: the statement a port believes, whatever a hub says.

It names the very content that was seen and the lease under which it was seen, so that it stands for one scan, once. The
whole decision (marks, looks, note) is bound to it by its digest.
"""

import hashlib
import re
from dataclasses import MISSING, dataclass, fields, is_dataclass
from typing import Any

from scanview.core.certificate import check_person
from scanview.core.checks import check_id
from scanview.core.documents import MOST_NUMBER, canonical, read_document
from scanview.core.errors import BadInput
from scanview.core.journal import Json, canonical_json
from scanview.core.review import Decision, Verdict
from scanview.core.scan import check_lane

MAX_CONTAINER = 256
MAX_MODEL = 1_000

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedDecision:
    """A person's verdict on one scan, as they sign it with their own key.

    Attributes:
        decision: the id of the decision, made at the workstation.
        person: who says it.
        lane: the only lane whose port may act on it.
        container: what was read off the container; empty where nothing was.
        scan: the scan it is about.
        content_sha256: the content that was seen; empty only for a HOLD while the scan still arrives.
        verdict: RELEASE or HOLD.
        fence: the ledger's number of the lease: of two statements about a scan the higher is the later.
        model: names and versions of the models whose findings were shown; empty where none were.
        decision_sha256: `decision_digest` of the whole decision.
        signed_at: UTC seconds.
        expires_at: UTC seconds at which it ends; 0 means never, which only a HOLD may say.
    """

    decision: str
    person: str
    lane: str
    container: str
    scan: str
    content_sha256: str
    verdict: Verdict
    fence: int
    model: str
    decision_sha256: str
    signed_at: float
    expires_at: float

    def __post_init__(self) -> None:
        check_id(self.decision, "decision")
        check_id(self.scan, "scan")
        check_person(self.person)
        check_lane(self.lane)
        if len(self.container) > MAX_CONTAINER or len(self.model) > MAX_MODEL:
            raise BadInput("a container or a model has too long a name", code="bad-statement")
        if not 0 <= self.fence <= MOST_NUMBER:
            raise BadInput("a statement names the lease it was made under", code="bad-statement")
        if not _SHA256.fullmatch(self.decision_sha256):
            raise BadInput("a statement names the decision by its SHA-256", code="bad-statement")
        if self.content_sha256 and not _SHA256.fullmatch(self.content_sha256):
            raise BadInput("a statement names content by its SHA-256", code="bad-statement")
        if self.verdict is Verdict.RELEASE and not (self.content_sha256 and self.expires_at > self.signed_at):
            raise BadInput("a signed release names its content and expires", code="bad-statement")

    def canonical(self) -> bytes:
        """The bytes that the person signs."""
        return canonical(self)


def parse_signed_decision(document: bytes) -> SignedDecision:
    """The statement in `document`; BadInput where it is none."""
    return read_document(document, SignedDecision)


def decision_digest(decision: Decision) -> str:
    """SHA-256 of the whole decision, 64 hexadecimal digits: the same at the workstation, at the hub and years later.

    Fields that are as they are by default are left out, so that one which a newer ScanView adds changes no digest; a
    whole number is the same number whether it came as 1 or as 1.0.
    """
    return hashlib.sha256(canonical_json(_plain(decision))).hexdigest()


def _plain(value: Any) -> Json:
    if is_dataclass(value):
        members = {field.name: getattr(value, field.name) for field in fields(value)}
        defaults = {field.name: _default(field) for field in fields(value)}
        return {name: _plain(member) for name, member in members.items() if member != defaults[name]}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"a decision holds a {type(value).__name__}")


def _default(field: Any) -> Any:
    return field.default_factory() if field.default_factory is not MISSING else field.default
