"""Every role and every message over a real hub: allowed or refused exactly as the table here says, nothing else.

The table is the specification. A message without a row fails; so does an answer that is neither the row's nor its
refusal. Machines come first: what a port, a workstation or a worker may not send is refused before anybody reads it.
"""

from dataclasses import dataclass, replace

import msgspec
import pytest

from scanview.core.review import Role
from scanview.core.rights import ADMINISTRATES, AUDITS, DISCUSSES, HANDLES, REVIEWS, SUPERVISES
from scanview.wire import messages
from scanview.wire.codec import RAW_FRAMES
from scanview.wire.messages import MESSAGES, PEERS, PeerRole
from tests.flow.hub_network import ScriptedPeer
from tests.security.peopled_hub import ASKED, HOME, NEWCOMER, PeopledHub, asked, new_id, question
from tests.unit.wire.test_codec import an_example

EVERYBODY = frozenset(Role)
ROOM = EVERYBODY - ADMINISTRATES
AT_ONCE = 40
"""So many messages that are not theirs a machine sends before it is another one: who goes on is cut."""


@dataclass(frozen=True)
class Row:
    """`may` ask it and are then answered with `gives` in the state of the test; all others are `refused`."""

    may: frozenset[Role]
    gives: str
    refused: str
    why: str
    newcomer: str = "must-change-password"
    """What somebody is answered whose password another one set."""


def of_room(gives: str, why: str) -> Row:
    return Row(ROOM, gives, "", why)


def of_reviewers(gives: str, why: str) -> Row:
    return Row(REVIEWS, gives, "not-an-analyst", why)


def of_supervisors(gives: str, why: str) -> Row:
    return Row(SUPERVISES, gives, "not-a-supervisor", why)


def of_auditors(gives: str, why: str) -> Row:
    return Row(AUDITS, gives, "not-an-auditor", why)


def of_administrators(gives: str) -> Row:
    return Row(ADMINISTRATES, gives, "not-an-administrator", "lets people in, and does nothing else")


def of_everybody(gives: str, why: str) -> Row:
    return Row(EVERYBODY, gives, "", why, newcomer=gives)


TABLE = {
    "add-person": of_administrators("name-taken"),
    "adopt-rules": of_supervisors("unknown-trial", "the room's rules"),
    "answer-case": of_reviewers("no-case", "practice is for those who judge"),
    "ask-case": of_reviewers("case", "practice is for those who judge"),
    "ask-discussion": of_room("discussed", "what they may see of it, core.veil says"),
    "ask-people": of_administrators("people"),
    "ask-performance": of_room("performance", "their own; everybody's for those who audit"),
    "ask-reveal": of_room("reveal", "says nothing to whoever has not decided"),
    "ask-room": of_auditors("room", "who sits where"),
    "ask-shift-notes": of_room("shift-notes", "what the shift before left for whoever comes"),
    "ask-statistics": of_auditors("statistics-told", "figures of the room"),
    "assign": of_supervisors("no-reason", "steers the queue"),
    "change-password": of_everybody("wrong-password", "their own; and the one thing a newcomer may do"),
    "change-person": of_administrators("done"),
    "come-back": of_room("done", "their own break"),
    "confirm-second-factor": of_everybody("wrong-factor-code", "their own"),
    "decide": of_reviewers("stale-lease", "who runs or audits the room decides about nothing in it"),
    "delegate": of_room("not-served", "nobody may yet: no service takes a delegation over the link"),
    "end-shift": of_room("done", "their own shift"),
    "escalate": Row(REVIEWS, "stale-lease", "not-an-analyst", "a question to the chief about a scan of one's own"),
    "explain-interruption": of_supervisors("bad-cause", "or somebody who belongs to the port"),
    "fetch-photo": of_room("photo-missing", "photos of a scan one may look at"),
    "fetch-strips": of_room("unreadable-file", "pixels of a scan one may look at"),
    "find-inspections": of_room("inspections", "results about a scan one may look at"),
    "find-related": of_room("related", "scans to compare with"),
    "find-scans": of_room("scans-found", "all for those who audit, else what one decided oneself"),
    "find-similar": of_room("no-embedding", "scans to compare with"),
    "give-back": of_room("stale-lease", "a lease that is their own, which only reviewers ever have"),
    "lock-person": of_administrators("unknown-person"),
    "offer-second-factor": of_everybody("wrong-password", "their own"),
    "open-scan": of_room("scan-opened", "looking is not deciding"),
    "prioritise": of_supervisors("no-reason", "steers the queue"),
    "put-photo": Row(HANDLES, "bad-photo", "not-a-handler", "what an inspection found"),
    "read-rules": of_auditors("rules", "what releases scans without a person"),
    "read-story": of_auditors("story", "everything about a scan"),
    "read-trial": of_supervisors("unknown-trial", "the room's rules"),
    "record-inspection": Row(HANDLES, "done", "not-a-handler", "what an inspection found"),
    "remove-person": of_administrators("unknown-person"),
    "renew-lease": of_room("stale-lease", "a lease that is their own, which only reviewers ever have"),
    "request-certificate": of_room("certificate-told", "for a key of their own; reviewers and supervisors get one"),
    "reset-password": of_administrators("unknown-person"),
    "reset-second-factor": of_administrators("unknown-person"),
    "reverse-release": of_supervisors("unknown-decision", "takes a direct release back"),
    "say": Row(DISCUSSES, "not-your-scan", "not-in-discussion", "reviewers while it is theirs; supervisors always"),
    "shelve": of_supervisors("done", "what everybody compares with"),
    "take": of_reviewers("already-decided", "looks at scans under a lease"),
    "take-break": of_room("done", "their own break"),
    "take-next": of_reviewers("on-break", "looks at scans under a lease"),
    "try-rules": of_supervisors("trial", "the room's rules"),
    "unlock-person": of_administrators("unknown-person"),
    "unshelve": of_supervisors("done", "what everybody compares with"),
    "watch-worklist": of_room("worklist", "rows are veiled by role"),
    "withdraw": of_reviewers("unknown-decision", "a decision of their own"),
}
"""Who may ask what: the roles, what they are given, what others are told, and why it is so."""

WITHOUT_ANSWER = {
    "close-scan": "nothing is told, and nothing changes but what is pushed to this very workstation",
    "still-here": "says that somebody is there",
    "hello": "the wire's own",
    "ping": "the wire's own",
    "hub-keys-pinned": "the machine's own, whoever sits there: tests/security/test_rotation.py",
    "rotate-keys": "the machine's own, whoever sits there: tests/security/test_rotation.py",
    "sign-in": "tests/unit/review/test_sign_in.py",
    "sign-out": "ends the seat; the last test here",
}
"""What a workstation may send that is no question of somebody who sits there."""

ANSWERED_OTHERWISE = {
    ("say", Role.EXPERT): "done",
    ("say", Role.CHIEF): "done",
    ("say", Role.SUPERVISOR): "done",
    ("escalate", Role.ANALYST): "already-decided",
    ("escalate", Role.EXPERT): "already-decided",
    ("escalate", Role.CHIEF): "already-escalated",
}
"""Who is allowed and given something else than the others, in the state of the test: about a decided scan."""


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    made = PeopledHub(tmp_path_factory.mktemp("roles"))
    yield made
    made.close()


def example(room, kind):
    """A question that every rule but that of the role lets through as far as it can."""
    message = question(kind, scan=room.scans[HOME], remark=new_id())
    match message:
        case messages.Decide(decision=decision):
            waiting = room.scans[HOME, "waiting"]
            return msgspec.structs.replace(message, decision=replace(decision, scan=waiting, decision=new_id()))
        case messages.RecordInspection(inspection=inspection):
            return msgspec.structs.replace(message, inspection=replace(inspection, scan=room.scans[HOME]))
        case messages.ChangePassword():
            return msgspec.structs.replace(message, new="seven brown foxes")
        case _:
            return message


def expected(kind, who):
    row = TABLE[kind]
    if who == "nobody":
        return "not-signed-in"
    if who == NEWCOMER:
        return row.newcomer
    role = Role(who)
    if role in row.may:
        return ANSWERED_OTHERWISE.get((kind, role), row.gives)
    return "not-for-administrators" if role in ADMINISTRATES else row.refused


def test_every_message_has_its_row():
    assert set(TABLE) | set(WITHOUT_ANSWER) == set(ASKED)
    assert all(row.why for row in TABLE.values())


@pytest.mark.parametrize("kind", sorted(TABLE))
def test_a_role_is_answered_as_the_table_says(room, kind):
    if kind == "take-next":
        for who in room.desks:
            room.ask(who, messages.TakeBreak(request=0))
    answered = {who: room.ask(who, example(room, kind)) for who in room.desks}
    assert answered == {who: expected(kind, who) for who in room.desks}


@pytest.mark.parametrize("role", sorted(PEERS))
def test_a_machine_sends_its_own_part_and_nothing_else_is_read(room, role, caplog):
    foreign = [kind for kind, message in sorted(MESSAGES.items()) if role not in message.senders]
    for start in range(0, len(foreign), AT_ONCE):
        name = f"CNSHA-{start:02d}" if role is PeerRole.PORT else f"{role}-{start}"
        caplog.clear()
        sent = foreign[start : start + AT_ONCE]
        machine = ScriptedPeer(room.hub, role, name)
        try:
            machine.online()
            for kind in sent:
                tell(machine, an_example(MESSAGES[kind]))
            machine.wait(lambda sent=sent: len(refused(caplog)) >= len(sent), "the refusals")
            assert refused(caplog) == [f"a {role} does not send {kind}" for kind in sent]
            assert {type(message) for message, _ in machine.heard} <= {messages.ScanResume, messages.Lanes}
        finally:
            machine.close()
    assert asked(room.desks["auditor"], messages.AskRoom(request=0)).message.people
    assert room.hub.verify().is_verified


def tell(machine, message):
    frames = RAW_FRAMES.get(type(message), range(1))
    machine.tell(message, *(b"x" for _ in range(frames.start)))


def refused(caplog):
    """What the machine was told, in the words of the hub."""
    said = "the hub refused a message: "
    return [record.getMessage().partition(said)[2] for record in caplog.records if said in record.getMessage()]


def test_whoever_has_signed_out_is_nobody(room):
    desk = room.desks["auditor"]
    asked(desk, messages.SignOut(request=0))
    assert room.ask("auditor", messages.AskRoom(request=0)) == "not-signed-in"
    desk.sign_in("auditor")
    assert room.ask("auditor", messages.AskRoom(request=0)) == "room"
