"""What the ledger knows of machines and invitations, held against what lies in the hub's folders.

Who may connect is decided by files, because whoever can write there owns the hub anyway, and because a machine must be
shut out also where no hub runs. So the ledger follows the files: what changed there, by whatever hand, is written down
when the hub sees it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import insert, select

from scanview.core.journal import Json, Kind
from scanview.store import journal
from scanview.store.database import Transaction
from scanview.store.schema_machines import machine_facts as table
from scanview.store.side_rows import side_rows
from scanview.wire.invitations import InvitationState, Standing
from scanview.wire.keys import Card

ADMINISTRATOR = "administrator"
"""Who did what was done by hand in the hub's folder."""

_HOW_STANDING_IS_TOLD = {
    Standing.REJECTED: Kind.INVITATION_ENDED,
    Standing.EXPIRED: Kind.INVITATION_ENDED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineFact:
    """Something that the ledger is to be told: `actor` is who did it."""

    kind: Kind
    actor: str
    subject: str
    detail: str
    more: dict[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownMachines:
    """What was told before: the fingerprints of each enrolled machine, and the kinds told of each invitation."""

    enrolled: frozenset[tuple[str, str]] = frozenset()
    told: frozenset[tuple[str, str]] = frozenset()


def known_machines(tx: Transaction) -> KnownMachines:
    """The fold of everything the ledger says about machines."""
    enrolled: set[tuple[str, str]] = set()
    told: set[tuple[str, str]] = set()
    for row in tx.execute(select(table).order_by(table.c.seq)):
        match Kind(row.kind):
            case Kind.MACHINE_ENROLLED:
                enrolled.add((row.subject, row.detail))
            case Kind.MACHINE_REVOKED:
                enrolled.discard((row.subject, row.detail))
            case kind:
                told.add((row.subject, kind.value))
    return KnownMachines(enrolled=frozenset(enrolled), told=frozenset(told))


def facts_due(
    known: KnownMachines,
    cards: Iterable[Card],
    invitations: Iterable[InvitationState],
    earlier: Iterable[Card] = (),
) -> tuple[MachineFact, ...]:
    """What is to be told so that the ledger knows what the folders hold: invitations, who is out, who is in."""
    states = tuple(invitations)
    replaced = {(f"{card.role}/{card.name}", card.fingerprint) for card in earlier}
    rotated = {subject for subject, _ in replaced}
    approved = {state.arrival.card: state for state in states if state.arrival and state.standing is Standing.APPROVED}
    there = {(f"{card.role}/{card.name}", card.fingerprint): card for card in cards}
    names = {subject for subject, _ in there}
    due = [fact for state in states for fact in _invitation_facts(state)]
    facts = [fact for fact in due if (fact.subject, fact.kind.value) not in known.told]
    for subject, fingerprint in sorted(known.enrolled - there.keys()):
        is_rotated = subject in names and (subject, fingerprint) in replaced
        actor = subject if is_rotated else ADMINISTRATOR
        more: dict[str, Json] = {"rotated": True} if is_rotated else {}
        facts.append(
            MachineFact(kind=Kind.MACHINE_REVOKED, actor=actor, subject=subject, detail=fingerprint, more=more)
        )
    for (subject, fingerprint), card in sorted(there.items(), key=lambda item: item[0]):
        if (subject, fingerprint) in known.enrolled:
            continue
        by = approved.get(card)
        by_hand = subject if subject in rotated else ADMINISTRATOR
        facts.append(
            MachineFact(
                kind=Kind.MACHINE_ENROLLED,
                actor=by.ended_by if by else by_hand,
                subject=subject,
                detail=fingerprint,
                more={
                    "curve_public": card.curve_public,
                    "signing_public": card.signing_public,
                    "invitation": by.invitation.number if by else "",
                },
            )
        )
    return tuple(facts)


def tell_due(
    tx: Transaction,
    cards: Iterable[Card],
    invitations: Iterable[InvitationState],
    earlier: Iterable[Card],
    now: float,
) -> int:
    """Write down what is new in the folders; how many entries that took. `earlier` are cards that were replaced."""
    facts = facts_due(known_machines(tx), cards, invitations, earlier)
    for fact in facts:
        tell(tx, fact, now)
    return len(facts)


def tell(tx: Transaction, fact: MachineFact, now: float) -> int:
    """Write one fact down; its number in the ledger."""
    body: dict[str, Json] = {"subject": fact.subject, "detail": fact.detail, **fact.more}
    entry = journal.append(tx, at=now, kind=fact.kind, actor=fact.actor, scan="", body=body)
    for row in side_rows(entry):
        tx.execute(insert(table).values(seq=row.key, **row.values))
    return entry.seq


def newest_of(tx: Transaction, kind: Kind, limit: int) -> tuple[tuple[float, str, str], ...]:
    """When, of which machine and with what detail the newest facts of this kind were told, the newest first."""
    rows = select(table).where(table.c.kind == kind.value).order_by(table.c.seq.desc()).limit(limit)
    return tuple((row.at, row.subject, row.detail) for row in tx.execute(rows))


def _invitation_facts(state: InvitationState) -> Iterable[MachineFact]:
    invitation = state.invitation
    subject = f"invitation/{invitation.number}"
    who: dict[str, Json] = {"role": invitation.role.value, "name": invitation.name}
    yield MachineFact(
        kind=Kind.MACHINE_INVITED,
        actor=invitation.invited_by,
        subject=subject,
        detail=f"{invitation.role}/{invitation.name}",
        more={**who, "expires_at": invitation.expires_at, "at_once": invitation.at_once},
    )
    if state.arrival is not None:
        yield MachineFact(
            kind=Kind.MACHINE_CAME,
            actor=f"guest/{invitation.number}",
            subject=subject,
            detail=state.arrival.card.fingerprint,
            more={**who, "address": state.arrival.address},
        )
    if kind := _HOW_STANDING_IS_TOLD.get(state.standing):
        yield MachineFact(
            kind=kind,
            actor=state.ended_by or "hub/hub",
            subject=subject,
            detail=str(state.standing),
            more=who,
        )
