"""Who audits is answered, anybody else is not, and who belongs to a port sees that port alone."""

from dataclasses import replace

import pytest

from scanview.core.errors import NotAllowed
from scanview.core.journal import Kind
from scanview.core.presence import WorkerSeen
from scanview.core.review import Person, Role
from scanview.core.rights import AUDITS
from scanview.core.searching import Search
from scanview.review.auditing import Auditing
from scanview.review.presence import Presence
from scanview.review.searching import Searching, within_port
from scanview.store.machine_facts import MachineFact, tell
from scanview.wire import messages
from scanview.wire.hub_server import Peer
from scanview.wire.keys import Identity
from scanview.wire.messages import PeerRole
from tests.unit.review.room import ANALYST, Room

DESK = Peer(card=Identity.make().card(PeerRole.WORKSTATION, "desk-1"), connection=b"1")


class Answers:
    """Looks up at once and keeps what would be sent."""

    def __init__(self, room):
        self.room, self.sent, self.surroundings = room, [], self

    def now(self):
        return self.room.now

    def look_up(self, peer, request, function, answer):
        self.sent.append(answer(self.room.do(function)))


@pytest.fixture
def room(tmp_path):
    made = Room(tmp_path)
    yield made
    made.close()


def questions(scan):
    return (
        messages.ReadStory(request=2, scan=scan),
        messages.AskRoom(request=3),
    )


def services(answers, seats=()):
    presence = Presence(
        answers,
        seats=lambda: dict(seats),
        on_break_since=lambda name: 7.0 if name == "Mehmet" else 0.0,
        workers=lambda: (WorkerSeen(name="w2", model="m", usable=True, scans=1),),
    )
    return (Auditing(answers), presence)


@pytest.mark.parametrize("role", Role)
def test_only_who_audits_is_answered(room, role):
    answers, person = Answers(room), Person(name="x", role=role)
    scan = room.stored_scan()
    for service in services(answers):
        for question in questions(scan):
            if type(question) in service.serves and role not in AUDITS:
                with pytest.raises(NotAllowed, check=lambda error: error.code == "not-an-auditor"):
                    service.serve(DESK, person, question)
            elif type(question) in service.serves:
                service.serve(DESK, person, question)

    assert [answer.request for answer in answers.sent] == ([2, 3] if role in AUDITS else [])


def test_who_belongs_to_a_port_sees_it_alone(room):
    auditor = Person(name="x", role=Role.AUDITOR, port="CNNGB")
    answers = Answers(room)
    ours, other = room.stored_scan(lane="CNNGB-01"), room.stored_scan(lane="CNSHA-03")
    auditing, _ = services(answers)
    Searching(answers).serve(DESK, auditor, messages.FindScans(request=1, search=Search()))
    auditing.serve(DESK, auditor, messages.ReadStory(request=2, scan=ours))

    assert [one.row.scan for one in answers.sent[0].found] == [ours]
    assert [entry.kind for entry in answers.sent[1].entries] == ["scan-offered", "scan-stored"]
    for lane in ("CNSHA", "CNSHA-03"):
        with pytest.raises(NotAllowed, check=lambda error: error.code == "other-port"):
            within_port(Search(lane=lane), auditor)
    assert within_port(Search(lane="CN"), auditor).lane == "CNNGB-"
    assert within_port(Search(lane="CNNGB-01"), auditor).lane == "CNNGB-01"
    assert within_port(Search(lane="CNSHA"), replace(auditor, port="")).lane == "CNSHA"
    with pytest.raises(NotAllowed, check=lambda error: error.code == "other-port"):
        auditing.serve(DESK, auditor, messages.ReadStory(request=3, scan=other))


def test_the_room_tells_who_has_what_and_who_is_on_a_break(room):
    scan = room.stored_scan()
    room.recognise(scan)
    room.take(scan)
    far = replace(DESK, card=Identity.make().card(PeerRole.WORKSTATION, "desk-2"), connection=b"2")
    answers = Answers(room)
    _, presence = services(answers, {far: Person(name="Mehmet", role=Role.EXPERT), DESK: ANALYST})
    presence.serve(DESK, Person(name="Ada", role=Role.SUPERVISOR), messages.AskRoom(request=3))
    (told,) = answers.sent

    assert [(one.name, one.workstation, one.scan, one.on_break_since) for one in told.people] == [
        ("Mehmet", "desk-2", "", 7.0),
        (ANALYST.name, "desk-1", scan, 0.0),
    ]
    assert [worker.name for worker in told.workers] == ["w2"]
    assert told.alarms == ()


def test_the_room_tells_whose_keys_were_used_at_a_second_place_today(room):
    for number, hours in enumerate((30, 3, 2)):
        fact = MachineFact(
            kind=Kind.KEYS_USED_TWICE, actor="port/CNSHA-03", subject="port/CNSHA-03", detail=f"10.0.0.{number}"
        )
        room.do(tell, fact, room.now - 3_600 * hours)
    answers = Answers(room)
    _, presence = services(answers, {})
    presence.serve(DESK, Person(name="Ada", role=Role.SUPERVISOR), messages.AskRoom(request=3))
    (told,) = answers.sent

    assert [(one.machine, one.address) for one in told.alarms] == [
        ("port/CNSHA-03", "10.0.0.2"),
        ("port/CNSHA-03", "10.0.0.1"),
    ]
