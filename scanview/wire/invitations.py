"""Who is invited to join a hub, how far that has come, and what came of it.

An invitation is a few small files in the hub's folder `invitations`, each written once by whoever knows the fact and
never changed, so that the hub and an administrator's commands need no lock between them:

    NUMBER.json       who is invited, until when, and the keys that follow from the code; never the code
    NUMBER.joined     the card that came with it: the first one is the only one
    NUMBER.tries      one byte for each wrong try
    NUMBER.approved   who let the machine in
    NUMBER.rejected   who or what ended it
"""

import logging
import time
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import msgspec

from scanview.core.errors import BadInput, NotAllowed, ScanViewError
from scanview.wire.enrolment import Enrolments
from scanview.wire.invitation_code import InvitationCode, is_mac, joining_document
from scanview.wire.keys import Card, Purpose, is_signed_with
from scanview.wire.messages import Join, PeerRole
from scanview.wire.private_files import create_private, make_private_folder

_log = logging.getLogger("scanview.wire")

INVITATIONS_FOLDER = "invitations"
MAX_WRONG_TRIES = 5
DEFAULT_VALID_H = 24.0
KEPT_AFTER_S = 7 * 86_400.0
"""So long an invitation that is over stays to be seen."""

_NO_KEY = "0" * 64
_CLOCK_STEP_NS = 100_000_000
"""Two changes of a folder this close together may carry the same time stamp."""


class Standing(StrEnum):
    """How far an invitation has come."""

    OPEN = "open"
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """Who may join by one code: `guest` is the CURVE key it opens a connection with; times are UTC seconds."""

    number: str
    role: PeerRole
    name: str
    guest: str
    mac_key: str = field(repr=False)
    invited_at: float
    expires_at: float
    invited_by: str
    at_once: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What came with the code, when, and from which address."""

    card: Card
    at: float
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationState:
    """An invitation and what became of it; `ended_by` is who approved or rejected."""

    invitation: Invitation
    standing: Standing
    arrival: Arrival | None = None
    ended_by: str = ""


class Invitations:
    """The invitations of the hub that keeps them in `folder`. May be used by several processes at once."""

    def __init__(self, folder: Path) -> None:
        make_private_folder(folder)
        self._folder = folder
        self._seen_ns = -1
        self._by_guest: dict[str, Invitation] = {}

    def invite(
        self, hub: Card, *, role: PeerRole, name: str, by: str, valid_h: float = DEFAULT_VALID_H, at_once: bool = False
    ) -> tuple[Invitation, InvitationCode]:
        """A new invitation, and its code, which is kept nowhere.

        Raises:
            BadInput: `name` is none for a machine of this role, or `valid_h` is not above 0.
        """
        if not 0 < valid_h <= 24 * 365:
            raise BadInput("an invitation is valid for some hours, a year at most", code="bad-option")
        code = InvitationCode.make(hub.curve_public)
        guest, _ = code.guest_keys()
        Card(role=role, name=name, curve_public=guest, signing_public=_NO_KEY)
        now = time.time()
        invitation = Invitation(
            number=code.number,
            role=role,
            name=name,
            guest=guest,
            mac_key=code.mac_key().hex(),
            invited_at=now,
            expires_at=now + 3600 * valid_h,
            invited_by=by,
            at_once=at_once,
        )
        create_private(self._path(code.number, "json"), msgspec.json.encode(invitation))
        return invitation, code

    def find(self, curve_public: str) -> Card | None:
        """The card of the guest with this key, whose name is the invitation's number; None where it is not let in."""
        invitation = self._by_current_guest().get(curve_public)
        if invitation is None or invitation.expires_at <= time.time() or self._tries(invitation) >= MAX_WRONG_TRIES:
            return None
        return Card(role=PeerRole.GUEST, name=invitation.number, curve_public=curve_public, signing_public=_NO_KEY)

    def join(self, number: str, join: Join, hub: Card, enrolments: Enrolments, address: str) -> InvitationState:
        """Take in what a guest sent; the same again changes nothing and says how things stand.

        Raises:
            NotAllowed: it does not have the whole code (`wrong-code`), the code is used up by another machine
                (`code-used`), an administrator said no (`join-rejected`), or the name is somebody else's.
        """
        state = self.state(number)
        if state is None or state.standing is Standing.EXPIRED:
            raise NotAllowed("the invitation is over", code="code-over", remedy="Ask for a new code")
        document = joining_document(join.curve_public, join.signing_public, hub.curve_public)
        if not is_mac(bytes.fromhex(state.invitation.mac_key), document, join.mac) or not is_signed_with(
            join.signing_public, document, Purpose.JOIN, join.signature
        ):
            self._note_wrong_try(number)
            raise NotAllowed("the code is wrong", code="wrong-code", remedy="Compare it with what the hub printed")
        if state.standing is Standing.REJECTED:
            raise NotAllowed("an administrator of the hub said no", code="join-rejected", remedy="Ask them")
        card = Card(
            role=state.invitation.role,
            name=state.invitation.name,
            curve_public=join.curve_public,
            signing_public=join.signing_public,
        )
        if state.arrival is None:
            arrival = Arrival(card=card, at=time.time(), address=address)
            create_private(self._path(number, "joined"), msgspec.json.encode(arrival))
            state = self._existing(number)
        if state.arrival is None or state.arrival.card != card:
            raise NotAllowed(
                "this code was used by another machine already", code="code-used", remedy="Ask for a new code"
            )
        if state.standing is Standing.APPROVED and enrolments.find(card.curve_public) != card:
            raise NotAllowed("this machine was let in and revoked since", code="code-over", remedy="Ask for a new code")
        if state.invitation.at_once and state.standing is Standing.PENDING:
            return self.approve(number, enrolments, by=state.invitation.invited_by)
        return state

    def approve(self, number: str, enrolments: Enrolments, *, by: str) -> InvitationState:
        """Let the machine in that came with this code.

        Raises:
            BadInput: there is no such invitation, or nothing came by it yet (`not-pending`).
            NotAllowed: it was rejected or is over, or the catalogue has another machine of this name.
        """
        state = self._existing(number)
        if state.arrival is None:
            raise BadInput(f"no machine has come by invitation {number}", code="not-pending")
        if state.standing not in (Standing.PENDING, Standing.APPROVED):
            raise NotAllowed(f"invitation {number} is {state.standing}", code="not-pending", remedy="Invite it again")
        # In this order, so that whoever sees the machine enrolled can see by whom.
        create_private(self._path(number, "approved"), by.encode())
        try:
            enrolments.add(state.arrival.card)
        except NotAllowed:
            self._path(number, "approved").unlink()
            raise
        return self._existing(number)

    def reject(self, number: str, *, by: str) -> InvitationState:
        """End the invitation, whether somebody came by it or not; BadInput where there is none or it is approved."""
        if self._existing(number).standing is Standing.APPROVED:
            raise BadInput(f"invitation {number} is approved: revoke the machine", code="not-pending")
        create_private(self._path(number, "rejected"), by.encode())
        return self._existing(number)

    def state(self, number: str) -> InvitationState | None:
        """How far the invitation with this number has come; None where there is none."""
        try:
            invitation = msgspec.json.decode(self._path(number, "json").read_bytes(), type=Invitation)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.MsgspecError, ScanViewError) as error:
            _log.warning("invitation %s is left out: %s", number, error)
            return None
        arrival = self._read_arrival(number)
        standing, ended_by = self._standing(invitation, arrival)
        return InvitationState(invitation=invitation, standing=standing, arrival=arrival, ended_by=ended_by)

    def all(self) -> tuple[InvitationState, ...]:
        """Every invitation that is not forgotten, the oldest first."""
        states = (self.state(path.stem) for path in self._folder.glob("[!.]*.json"))
        return tuple(sorted((state for state in states if state), key=lambda state: state.invitation.invited_at))

    def forget_old(self) -> None:
        """Remove what has been over for `KEPT_AFTER_S`."""
        for state in self.all():
            if state.invitation.expires_at + KEPT_AFTER_S < time.time():
                for path in sorted(self._folder.glob(f"{state.invitation.number}.*")):
                    path.unlink(missing_ok=True)

    def _standing(self, invitation: Invitation, arrival: Arrival | None) -> tuple[Standing, str]:
        if by := self._read_text(invitation.number, "approved"):
            return Standing.APPROVED, by
        if by := self._read_text(invitation.number, "rejected"):
            return Standing.REJECTED, by
        if self._tries(invitation) >= MAX_WRONG_TRIES:
            return Standing.REJECTED, f"{MAX_WRONG_TRIES} wrong tries"
        if invitation.expires_at <= time.time():
            return Standing.EXPIRED, ""
        return (Standing.PENDING if arrival else Standing.OPEN), ""

    def _existing(self, number: str) -> InvitationState:
        state = self.state(number) if number.isalnum() else None
        if state is None:
            raise BadInput(f"there is no invitation {number[:80]}", code="unknown-invitation")
        return state

    def _note_wrong_try(self, number: str) -> None:
        path = self._path(number, "tries")
        if not create_private(path, b"x"):
            with path.open("ab") as file:
                file.write(b"x")
        _log.warning("a wrong try at invitation %s", number)

    def _tries(self, invitation: Invitation) -> int:
        try:
            return self._path(invitation.number, "tries").stat().st_size
        except FileNotFoundError:
            return 0

    def _read_arrival(self, number: str) -> Arrival | None:
        try:
            return msgspec.json.decode(self._path(number, "joined").read_bytes(), type=Arrival)
        except FileNotFoundError:
            return None

    def _read_text(self, number: str, kind: str) -> str:
        try:
            return self._path(number, kind).read_text(encoding="utf-8") or "?"
        except FileNotFoundError:
            return ""

    def _by_current_guest(self) -> dict[str, Invitation]:
        changed_ns = self._folder.stat().st_mtime_ns
        if changed_ns != self._seen_ns or time.time_ns() - changed_ns < _CLOCK_STEP_NS:
            self._by_guest = {state.invitation.guest: state.invitation for state in self.all()}
            self._seen_ns = changed_ns
        return self._by_guest

    def _path(self, number: str, kind: str) -> Path:
        return self._folder / f"{number}.{kind}"


class Admitted:
    """Who may connect at all: enrolled machines, and guests with an invitation."""

    def __init__(self, enrolments: Enrolments, invitations: Invitations) -> None:
        self._enrolments = enrolments
        self._invitations = invitations

    def find(self, curve_public: str) -> Card | None:
        """The card of the machine or guest that holds this key, or None."""
        return self._enrolments.find(curve_public) or self._invitations.find(curve_public)
