"""A hub that rewrites its ledger with its own keys, or is set back: its ports find it, prove it, and do not obey."""

import pytest

from scanview.core.errors import NotAllowed
from scanview.core.order import Outcome
from scanview.ingest.witness import WITNESS_FOLDER, HeldCheckpoint, Witness, accept_ledgers, spaced
from scanview.store.ledger_documents import verify_document
from scanview.store.witnesses import newest_shown
from scanview.wire.keys import Identity
from scanview.wire.messages import PeerRole, Welcome
from tests.unit.ingest.test_orders import CONTENT, HOLD, HUB, RELEASE, SCAN, Lane
from tests.unit.review.room import Room


class Link:
    """A hub's link whose messages a test looks at."""

    def __init__(self):
        self.welcome = Welcome(version=2, hub="hub", hub_time=0.0, window_bytes=1, heartbeat_s=1.0, is_witnessed=True)
        self.sent = []

    def send(self, message):
        self.sent.append(message)


@pytest.fixture
def rooms(tmp_path):
    """Makes ledgers that one hub signs: the same one as long as they are filled alike."""
    identity, made = Identity.make(), []

    def make(name):
        room = Room(tmp_path / name)
        room.hub, room.card = identity, identity.card(PeerRole.HUB, "hub")
        made.append(room)
        return room

    for name in ("true", "other"):
        (tmp_path / name).mkdir()
    yield make
    for room in made:
        room.close()


def grow(room, *scans):
    for scan in scans:
        room.stored_scan(scan=f"{scan:032x}")
    room.checkpoint()


def show(room, witness):
    """One question of the port and the hub's answer."""
    link = Link()
    witness.connected()
    witness.look(link, 100.0)
    told, document = room.do(newest_shown, link.sent[-1].held)
    witness.told(told, document)


def evidence(folder):
    return sorted((folder / WITNESS_FOLDER).glob("evidence-*"))


def test_a_ledger_that_only_grows_is_kept_and_nothing_is_held_against_it(rooms, tmp_path):
    room = rooms("true")
    witness = Witness(tmp_path, room.card)
    for number in range(40):
        grow(room, number)
        show(room, witness)
    assert witness.held[0].size == 80
    assert 3 < len(witness.held) < 12
    assert not witness.disputed
    again = Witness(tmp_path, room.card)
    assert again.held == witness.held


def test_a_rewritten_ledger_is_found_proven_and_stays_found(rooms, tmp_path):
    room, other = rooms("true"), rooms("other")
    witness = Witness(tmp_path, room.card)
    grow(room, 1, 2, 3)
    show(room, witness)
    grow(other, 1, 7, 3, 4)
    show(other, witness)
    assert "does not go on" in witness.disputed
    assert Witness(tmp_path, room.card).disputed == witness.disputed
    (path,) = evidence(tmp_path)
    report = verify_document(path, room.card)
    assert not report.is_verified
    assert report.checkpoints == 2
    assert "could not show" in report.problems[0]
    show(other, witness)
    assert witness.held[0].size == 6


def test_two_ledgers_of_one_size_prove_themselves(rooms, tmp_path):
    room, other = rooms("true"), rooms("other")
    witness = Witness(tmp_path, room.card)
    grow(room, 1, 2)
    show(room, witness)
    grow(other, 1, 3)
    show(other, witness)
    assert "two ledgers" in verify_document(evidence(tmp_path)[0]).problems[0]


def test_a_hub_that_shows_nothing_of_what_is_held_is_not_believed(rooms, tmp_path):
    room = rooms("true")
    witness = Witness(tmp_path, room.card)
    grow(room, 1, 2)
    show(room, witness)
    grow(room, 3)
    told, document = room.do(newest_shown, ())
    witness.told(told, document)
    assert witness.disputed


def test_a_hub_that_was_set_back_is_told_apart(rooms, tmp_path):
    room, copy = rooms("true"), rooms("other")
    witness = Witness(tmp_path, room.card)
    grow(room, 1, 2)
    show(room, witness)
    grow(room, 3, 4)
    show(room, witness)
    grow(copy, 1, 2)
    show(copy, witness)
    assert not witness.disputed
    assert witness.held[0].size == 4
    (path,) = evidence(tmp_path)
    assert "set back" in verify_document(path, room.card).problems[0]
    grow(copy, 9)
    show(copy, witness)
    assert not witness.disputed


def test_a_checkpoint_of_another_key_counts_for_nothing(rooms, tmp_path):
    room = rooms("true")
    witness = Witness(tmp_path, Identity.make().card(PeerRole.HUB, "hub"))
    grow(room, 1)
    show(room, witness)
    assert witness.held == ()


def test_an_older_hub_is_not_asked(tmp_path):
    witness, link = Witness(tmp_path, Identity.make().card(PeerRole.HUB, "hub")), Link()
    link.welcome = Welcome(version=2, hub="hub", hub_time=0.0, window_bytes=1, heartbeat_s=1.0)
    witness.look(link, 100.0)
    assert link.sent == []


def test_a_person_at_the_port_takes_the_ledger_as_it_is(rooms, tmp_path):
    room, other = rooms("true"), rooms("other")
    witness = Witness(tmp_path, room.card)
    grow(room, 1, 2)
    show(room, witness)
    with pytest.raises(NotAllowed, match="nothing is held"):
        accept_ledgers(tmp_path, "Ada", "restored by the vendor")
    grow(other, 1, 3)
    show(other, witness)
    with pytest.raises(NotAllowed, match="say who"):
        accept_ledgers(tmp_path, "Ada", " ")
    assert accept_ledgers(tmp_path, "Ada", "restored by the vendor") == (room.card.key,)
    show(other, witness)
    assert not witness.disputed
    assert witness.held[0].size == 4
    assert evidence(tmp_path)


def test_what_is_kept_thins_out_with_age():
    held = tuple(HeldCheckpoint(size=size, root="", document="", key="", signature="") for size in range(999, 0, -1))
    kept = [one.size for one in spaced(held, 1_000)]
    assert kept == sorted(kept, reverse=True)
    assert len(kept) == 10


def test_no_release_of_such_a_hub_opens_the_gate_and_every_hold_counts(tmp_path):
    lane = Lane(tmp_path)
    lane.log.begin_scan(SCAN, "CSQU3054383", 900.0)
    lane.log.end_scan(SCAN, CONTENT, complete=True)
    lane.log.scan_whole(SCAN, CONTENT)
    lane.desk._judge._trusted.is_disputed = lambda hub: hub == HUB.card(PeerRole.HUB, "hub").key
    assert lane.receive(RELEASE) == (Outcome.REFUSED, "ledger-disputed")
    assert lane.receive(HOLD) == (Outcome.APPLIED, "")
    assert lane.gate == [HOLD.order]
    lane.kill()


def test_a_release_that_waits_for_the_gate_is_not_carried_out_any_more(tmp_path):
    lane = Lane(tmp_path)
    lane.log.begin_scan(SCAN, "CSQU3054383", 900.0)
    lane.log.end_scan(SCAN, CONTENT, complete=True)
    lane.log.scan_whole(SCAN, CONTENT)
    lane.failures = 1
    assert lane.receive(RELEASE) is None
    lane.desk._judge._trusted.is_disputed = lambda hub: True
    assert lane.receive(RELEASE) == (Outcome.REFUSED, "ledger-disputed")
    assert lane.gate == []
    lane.kill()
