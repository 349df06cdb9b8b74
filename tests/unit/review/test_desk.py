"""The hub looks again and again at who may sit; who sits down meanwhile is not held against what was asked before."""

import time

from scanview.review.desk import Desk
from scanview.review.watchers import Watchers
from scanview.store import personnel
from scanview.wire import messages
from scanview.wire.authority import AuthorityCard
from scanview.wire.messages import PeerRole
from tests.unit.review.made_surroundings import MadeSurroundings, make_peer
from tests.unit.review.room import Room


def test_who_sits_down_while_the_others_are_looked_at_keeps_the_seat(tmp_path):
    room = Room(tmp_path)
    around = MadeSurroundings(room)
    desk = Desk(
        transactions=around.transactions,
        surroundings=around,
        watchers=Watchers(around.transactions, around, lambda scan: 0),
        rules=room.rules,
        triager=room.triager,
        authority=AuthorityCard(authority="customs", signing_public="ab" * 32),
        lease_s=15.0,
        on_decided=lambda lane: None,
    )
    peers = {name: make_peer(PeerRole.WORKSTATION, f"desk-{name}") for name in ("Wang", "Zhao")}

    def sits(name):
        room.add_person(name, password="correct horse battery")
        desk.connected(peers[name])
        desk.handle(peers[name], messages.SignIn(request=1, name=name, password="correct horse battery"))
        wait_until_seated(around, desk, peers[name])

    sits("Wang")
    desk.look_at_seats()
    late = list(around._posted)
    around._posted.clear()
    sits("Zhao")
    around._posted.extend(late)
    around.settle()
    assert {person.name for person in desk.seats.values()} == {"Wang", "Zhao"}

    room.do(personnel.lock, "Wang", actor="admin", why="left", at=room.now)
    desk.look_at_seats()
    around.settle()
    assert {person.name for person in desk.seats.values()} == {"Zhao"}
    desk.close()
    room.close()


def wait_until_seated(around, desk, peer):
    """The password is checked on a thread of its own."""
    deadline = time.monotonic() + 20
    while peer not in desk.seats and time.monotonic() < deadline:
        around.settle()
        time.sleep(0.01)
    assert peer in desk.seats
