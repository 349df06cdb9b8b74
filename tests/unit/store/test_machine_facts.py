"""The ledger follows the folders: what is due to be told, and that it is told once."""

from scanview.core.journal import Kind
from scanview.store.machine_facts import KnownMachines, facts_due
from scanview.wire.invitations import Arrival, Invitation, InvitationState, Standing
from scanview.wire.keys import Identity
from scanview.wire.messages import PeerRole

CARD = Identity.make().card(PeerRole.PORT, "CNSHA-03")
NEW_CARD = Identity.make().card(PeerRole.PORT, "CNSHA-03")
INVITATION = Invitation(
    number="12ab34cd",
    role=PeerRole.PORT,
    name="CNSHA-03",
    guest=CARD.curve_public,
    mac_key="00",
    invited_at=1.0,
    expires_at=2.0,
    invited_by="root",
)
ARRIVAL = Arrival(card=CARD, at=1.5, address="10.0.0.9")


def state(standing: Standing, arrival: Arrival | None = None, by: str = "") -> InvitationState:
    return InvitationState(invitation=INVITATION, standing=standing, arrival=arrival, ended_by=by)


def told(facts) -> list[tuple[Kind, str]]:
    return [(fact.kind, fact.actor) for fact in facts]


def after(known: KnownMachines, facts) -> KnownMachines:
    """What is known once these facts are told, as the fold of the table has it."""
    enrolled, said = set(known.enrolled), set(known.told)
    for fact in facts:
        if fact.kind is Kind.MACHINE_ENROLLED:
            enrolled.add((fact.subject, fact.detail))
        elif fact.kind is Kind.MACHINE_REVOKED:
            enrolled.discard((fact.subject, fact.detail))
        else:
            said.add((fact.subject, fact.kind.value))
    return KnownMachines(enrolled=frozenset(enrolled), told=frozenset(said))


def test_an_invitation_is_told_step_by_step_and_each_step_once():
    known, seen = KnownMachines(), []
    for cards, one in (
        ([], state(Standing.OPEN)),
        ([], state(Standing.PENDING, ARRIVAL)),
        ([CARD], state(Standing.APPROVED, ARRIVAL, "chen")),
    ):
        facts = facts_due(known, cards, [one])
        seen += told(facts)
        known = after(known, facts)
        assert facts_due(known, cards, [one]) == ()
    assert seen == [
        (Kind.MACHINE_INVITED, "root"),
        (Kind.MACHINE_CAME, "guest/12ab34cd"),
        (Kind.MACHINE_ENROLLED, "chen"),
    ]


def test_all_steps_at_once_are_told_in_their_order():
    facts = facts_due(KnownMachines(), [CARD], [state(Standing.APPROVED, ARRIVAL, "chen")])
    assert [fact.kind for fact in facts] == [Kind.MACHINE_INVITED, Kind.MACHINE_CAME, Kind.MACHINE_ENROLLED]
    assert facts[1].detail == facts[2].detail == CARD.fingerprint


def test_an_end_says_who_ended_it():
    known = after(KnownMachines(), facts_due(KnownMachines(), [], [state(Standing.OPEN)]))
    assert told(facts_due(known, [], [state(Standing.REJECTED, by="5 wrong tries")])) == [
        (Kind.INVITATION_ENDED, "5 wrong tries")
    ]
    assert told(facts_due(known, [], [state(Standing.EXPIRED)])) == [(Kind.INVITATION_ENDED, "hub/hub")]


def test_other_keys_under_the_same_name_are_a_machine_out_and_another_in():
    known = after(KnownMachines(), facts_due(KnownMachines(), [CARD], []))
    facts = facts_due(known, [NEW_CARD], [])
    assert [(fact.kind, fact.detail) for fact in facts] == [
        (Kind.MACHINE_REVOKED, CARD.fingerprint),
        (Kind.MACHINE_ENROLLED, NEW_CARD.fingerprint),
    ]


def test_a_machine_that_rotated_its_keys_did_so_itself():
    known = after(KnownMachines(), facts_due(KnownMachines(), [CARD], []))
    facts = facts_due(known, [NEW_CARD], [], [CARD])
    assert told(facts) == [(Kind.MACHINE_REVOKED, "port/CNSHA-03"), (Kind.MACHINE_ENROLLED, "port/CNSHA-03")]
    assert facts[0].more == {"rotated": True}
