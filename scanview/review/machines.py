"""The machines of the room: guests that want to join, and the ledger's knowledge of who may connect."""

import logging
from pathlib import Path

from scanview.core.journal import Kind
from scanview.review.surroundings import Surroundings
from scanview.review.transactions import Transactions
from scanview.store.machine_facts import MachineFact, tell, tell_due
from scanview.wire.authority import AUTHORITY_FOLDER, CARD_FILE
from scanview.wire.enrolment import Enrolments
from scanview.wire.invitations import Invitations, InvitationState, Standing
from scanview.wire.keys import Card
from scanview.wire.messages import Join, Joined

LOOK_EVERY_S = 1.0
_TOLD_AGAIN_AFTER_S = 600.0
"""A thief who tries again and again is written down this often."""
_MAX_PLACES = 1_000

_log = logging.getLogger(__name__)


class Machines:
    """Answers guests, and tells the ledger of every machine that comes and goes. On the reactor's thread.

    Args:
        folder: the hub's folder, for the authority's card.
        hub: the hub's own card.
    """

    def __init__(
        self,
        transactions: Transactions,
        surroundings: Surroundings,
        *,
        folder: Path,
        hub: Card,
        enrolments: Enrolments,
        invitations: Invitations,
    ) -> None:
        self._transactions = transactions
        self._surroundings = surroundings
        self._folder = folder
        self._hub = hub
        self._enrolments = enrolments
        self._invitations = invitations
        self._told: tuple[tuple[Card, ...], tuple[InvitationState, ...], tuple[Card, ...]] | None = None
        self._doubled_at: dict[tuple[str, str], float] = {}

    def look(self) -> None:
        """See what is new in the folders, and write it down; to be called every `LOOK_EVERY_S`."""
        self._invitations.forget_old()
        cards = self._enrolments.all()
        earlier = tuple(old for card in cards for old in self._enrolments.earlier(card.role, card.name))
        seen = (cards, self._invitations.all(), earlier)
        if seen == self._told:
            return
        self._told = seen
        now = self._surroundings.now()
        self._transactions.read(lambda tx: tell_due(tx, *seen, now), lambda _: None, self._not_told)

    def join(self, guest: Card, join: Join, address: str) -> Joined:
        """The answer to a guest; what it raises is the refusal."""
        state = self._invitations.join(guest.name, join, self._hub, self._enrolments, address)
        invitation = state.invitation
        _log.info("%s %s wants to join: invitation %s is %s", *_named(state), invitation.number, state.standing)
        self.look()
        return Joined(
            request=join.request,
            enrolled=state.standing is Standing.APPROVED,
            role=invitation.role,
            name=invitation.name,
            hub=self._hub.name,
            hub_curve_public=self._hub.curve_public,
            hub_signing_public=self._hub.signing_public,
            authority=self._authority(),
        )

    def doubled(self, card: Card, address: str) -> None:
        """A second program has come from `address` with the keys of a machine that is there."""
        now, subject = self._surroundings.now(), f"{card.role}/{card.name}"
        if now - self._doubled_at.get((subject, address), 0.0) < _TOLD_AGAIN_AFTER_S:
            return
        if len(self._doubled_at) >= _MAX_PLACES:
            self._doubled_at.clear()
        self._doubled_at[subject, address] = now
        _log.warning("the keys of %s %s are used at a second place: %s", card.role, card.name, address)
        fact = MachineFact(kind=Kind.KEYS_USED_TWICE, actor=subject, subject=subject, detail=address)
        self._transactions.read(lambda tx: tell(tx, fact, now), lambda _: None, self._not_told)

    def _authority(self) -> str:
        try:
            return (self._folder / AUTHORITY_FOLDER / CARD_FILE).read_text(encoding="utf-8")
        except OSError:
            return ""

    def _not_told(self, error: Exception) -> None:
        """The next look tries again."""
        self._told = None
        _log.warning("what happened to a machine could not be written down: %s", error)


def _named(state: InvitationState) -> tuple[str, str]:
    return str(state.invitation.role), state.invitation.name
