"""Who is enrolled is what lies in the folder now; who is pinned stays pinned."""

import stat
from pathlib import Path

import pytest

from scanview.core.errors import BadInput, NotAllowed, Refused
from scanview.wire.enrolment import (
    ENROLLED_FOLDER,
    PIN_FILE,
    Enrolments,
    announce_hub,
    find_local_hub,
    pin_hub,
    read_pin,
    withdraw_hub,
    write_pin,
)
from scanview.wire.keys import Identity
from scanview.wire.messages import PeerRole

LANE = "CNSHA-03"
ENDPOINT = "tcp://127.0.0.1:7701"
PORT = Identity.make()
OTHER = Identity.make()
HUB = Identity.make().card(PeerRole.HUB, "hub")


@pytest.fixture
def enrolments(tmp_path: Path) -> Enrolments:
    return Enrolments(tmp_path / ENROLLED_FOLDER)


def test_a_card_is_found_by_its_key_until_it_is_removed(enrolments: Enrolments) -> None:
    card = PORT.card(PeerRole.PORT, LANE)
    assert enrolments.find(card.curve_public) is None
    enrolments.add(card)
    enrolments.add(card)
    assert enrolments.find(card.curve_public) == card
    assert enrolments.all() == (card,)
    assert enrolments.remove(PeerRole.PORT, LANE)
    assert enrolments.find(card.curve_public) is None
    assert not enrolments.remove(PeerRole.PORT, LANE)


def test_a_change_by_another_program_is_seen_at_once(enrolments: Enrolments) -> None:
    """However fast one follows the other: folders' time stamps are coarse."""
    other_program = Enrolments(enrolments.folder)
    for number in range(60):
        identity = Identity.make()
        card = identity.card(PeerRole.WORKER, f"worker-{number}")
        assert enrolments.find(card.curve_public) is None
        other_program.add(card)
        assert enrolments.find(card.curve_public) == card
        if number % 2:
            other_program.remove(PeerRole.WORKER, card.name)
            assert enrolments.find(card.curve_public) is None


def test_a_name_has_one_key_and_a_key_one_name(enrolments: Enrolments) -> None:
    enrolments.add(PORT.card(PeerRole.PORT, LANE))
    with pytest.raises(NotAllowed) as raised:
        enrolments.add(OTHER.card(PeerRole.PORT, LANE))
    assert raised.value.code == "already-enrolled"
    assert "scanview keys revoke" in raised.value.remedy
    for card in (PORT.card(PeerRole.PORT, "CNSHA-04"), PORT.card(PeerRole.WORKER, "worker-1")):
        with pytest.raises(NotAllowed) as raised:
            enrolments.add(card)
        assert raised.value.code == "key-in-use"
    assert [card.name for card in enrolments.all()] == [LANE]


def test_files_that_are_not_one_machines_own_card_let_nobody_in(enrolments: Enrolments) -> None:
    card = PORT.card(PeerRole.PORT, LANE)
    (enrolments.folder / "port.CNSHA-04.json").write_bytes(card.encode())
    (enrolments.folder / "port.CNSHA-05.json").write_bytes(b"no card")
    (enrolments.folder / "hub.hub.json").write_bytes(HUB.encode())
    assert enrolments.all() == ()
    enrolments.add(OTHER.card(PeerRole.WORKER, "worker-1"))
    (enrolments.folder / "worker.worker-2.json").write_bytes(OTHER.card(PeerRole.WORKER, "worker-2").encode())
    assert enrolments.all() == (), "a key under two names is good for none"


def test_without_its_folder_nobody_is_enrolled(enrolments: Enrolments) -> None:
    card = PORT.card(PeerRole.PORT, LANE)
    enrolments.add(card)
    enrolments.folder.rename(enrolments.folder.with_name("elsewhere"))
    assert enrolments.find(card.curve_public) is None


def test_cards_on_disk_are_private(enrolments: Enrolments) -> None:
    enrolments.add(PORT.card(PeerRole.PORT, LANE))
    (file,) = enrolments.folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_on_one_computer_a_machine_enrols_itself_once(tmp_path: Path, enrolments: Enrolments) -> None:
    announce_hub(ENDPOINT, tmp_path, HUB)
    folder = tmp_path / "spool"
    assert pin_hub(folder, ENDPOINT, PORT, PeerRole.PORT, LANE) == HUB
    assert enrolments.all() == (PORT.card(PeerRole.PORT, LANE),)
    withdraw_hub(ENDPOINT)
    assert pin_hub(folder, ENDPOINT, PORT, PeerRole.PORT, LANE) == HUB == read_pin(folder)
    enrolments.remove(PeerRole.PORT, LANE)
    announce_hub(ENDPOINT, tmp_path, HUB)
    pin_hub(folder, ENDPOINT, PORT, PeerRole.PORT, LANE)
    assert enrolments.all() == (), "who was revoked does not let himself in again"


def test_a_hub_whose_key_changed_is_refused_loudly(tmp_path: Path) -> None:
    write_pin(tmp_path / "spool", HUB)
    announce_hub(ENDPOINT, tmp_path, OTHER.card(PeerRole.HUB, "hub"))
    with pytest.raises(Refused) as raised:
        pin_hub(tmp_path / "spool", ENDPOINT, PORT, PeerRole.PORT, LANE)
    assert raised.value.code == "hub-key-changed"
    assert str(tmp_path / "spool" / PIN_FILE) in raised.value.remedy


@pytest.mark.parametrize("endpoint", ["tcp://10.0.0.1:7701", ENDPOINT])
def test_who_knows_no_hub_is_told_the_commands(tmp_path: Path, endpoint: str) -> None:
    with pytest.raises(Refused) as raised:
        pin_hub(tmp_path / "spool", endpoint, PORT, PeerRole.PORT, LANE)
    assert raised.value.code == "no-hub-pinned"
    assert f"scanview keys invite --role port --name {LANE}" in raised.value.remedy
    assert f"scanview keys join --hub {endpoint} --folder {tmp_path / 'spool'}" in raised.value.remedy


def test_a_note_that_others_could_have_written_is_not_believed(tmp_path: Path, runtime_folder: Path) -> None:
    announce_hub(ENDPOINT, tmp_path, HUB)
    assert find_local_hub(ENDPOINT) is not None
    assert find_local_hub("tcp://10.0.0.1:7701") is None
    note = runtime_folder / "hubs" / "7701.json"
    note.chmod(0o622)
    assert find_local_hub(ENDPOINT) is None
    note.chmod(0o600)
    note.write_bytes(b"no note")
    assert find_local_hub(ENDPOINT) is None


def test_only_a_hub_can_be_pinned(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        write_pin(tmp_path, PORT.card(PeerRole.PORT, LANE))
    (tmp_path / PIN_FILE).write_bytes(PORT.card(PeerRole.PORT, LANE).encode())
    with pytest.raises(Refused):
        read_pin(tmp_path)
    (tmp_path / PIN_FILE).write_bytes(b"damaged")
    with pytest.raises(Refused):
        pin_hub(tmp_path, ENDPOINT, PORT, PeerRole.PORT, LANE)
