"""Exports and proofs are checked without the hub, and whatever is altered in them is found."""

import hashlib
import json
import random

import pytest

from scanview.core.errors import BadInput, NotAllowed
from scanview.core.journal import canonical_json
from scanview.store.folders import KEYS_FOLDER
from scanview.store.ledger_documents import verify_document
from scanview.store.ledger_export import export_ledger, prove_scan, sealed
from scanview.wire.keys import Identity
from scanview.wire.messages import PeerRole
from tests.unit.review.room import Room, release


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    folder = tmp_path_factory.mktemp("room")
    identity = Identity.load_or_make(folder / KEYS_FOLDER)
    made = Room(folder)
    made.hub = identity
    for number in range(6):
        made.scan = made.stored_scan()
        made.recognise(made.scan, 0.1)
        decision = release(made.scan, made.take(made.scan).fence)
        made.decide(decision)
        made.receipt(decision.decision, made.scan)
        if number % 2:
            made.checkpoint()
    made.unsigned = made.stored_scan()
    made.size = made.do(lambda tx: tx.exec_driver_sql("SELECT size FROM ledger_head").scalar_one())
    made.signed = made.do(lambda tx: tx.exec_driver_sql("SELECT max(size) FROM checkpoints").scalar_one())
    made.card = identity.card(PeerRole.HUB, "hub")
    yield made
    made.close()


@pytest.fixture
def exported(room, tmp_path):
    path = tmp_path / "ledger.jsonl"
    export_ledger(room.data, path)
    return path


@pytest.fixture
def proof(room, tmp_path):
    path = tmp_path / "proof.json"
    prove_scan(room.data, path, room.scan)
    return path


def test_a_whole_export_is_verified_without_the_hub(room, exported):
    report = verify_document(exported, room.card)
    assert report.problems == []
    assert report.is_verified
    assert (report.entries, report.checkpointed, report.checkpoints) == (room.size, room.signed, 3)


def test_any_part_is_held_against_the_next_checkpoint(room, tmp_path):
    path = tmp_path / "part.jsonl"
    for first in range(1, room.signed + 1, 3):
        for last in range(first, room.signed + 1, 4):
            assert export_ledger(room.data, path, first, last) == last - first + 1
            report = verify_document(path)
            assert report.is_verified, (first, last, report.problems)
            assert report.checkpointed >= last


def test_what_no_checkpoint_covers_is_not_called_verified(room, tmp_path):
    path = tmp_path / "part.jsonl"
    export_ledger(room.data, path, room.signed + 1)
    report = verify_document(path)
    assert not report.is_verified
    assert report.as_json()["ledger"] == "unsigned"
    with pytest.raises(BadInput, match="none from"):
        export_ledger(room.data, path, room.size + 1)
    with pytest.raises(NotAllowed, match="no checkpoint"):
        prove_scan(room.data, path, room.unsigned)
    with pytest.raises(NotAllowed, match="tells nothing"):
        prove_scan(room.data, path, "f" * 32)


def test_a_proof_of_one_scan_stands_alone(room, proof):
    report = verify_document(proof, room.card)
    assert report.problems == []
    assert report.is_verified
    assert report.entries >= 5
    assert "李娜" in proof.read_text()


@pytest.mark.parametrize("which", ["exported", "proof"])
def test_every_byte_of_a_file_counts(request, which):
    path = request.getfixturevalue(which)
    content = path.read_bytes()
    generator = random.Random(7)
    for _ in range(150):
        altered = bytearray(content)
        place = generator.randrange(len(content))
        altered[place] ^= generator.randrange(1, 256)
        path.write_bytes(altered)
        try:
            assert not verify_document(path).is_verified, place
        except BadInput as error:
            assert error.code == "not-a-ledger-file"  # noqa: PT017 - either way of saying so will do


def forged_export(content, change):
    """The export with `change` made to its lines, and an end that fits."""
    lines = change(content.split(b"\n")[:-2])
    body = b"".join(line + b"\n" for line in lines)
    count = sum(line.startswith(b'{"entry"') for line in lines)
    return body + canonical_json({"end": hashlib.sha256(body).hexdigest(), "entries": count}) + b"\n"


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: [*lines[:-4], *lines[-3:]],
        lambda lines: [*lines[:8], lines[9], lines[8], *lines[10:]],
        lambda lines: [line.replace("李娜".encode(), "王娜".encode()) for line in lines],
        lambda lines: [lines[0].replace(b'"first":1', b'"first":2'), *lines[1:]],
        lambda lines: [line.replace(b'RELEASE\\"', b'HOLD\\"') for line in lines],
    ],
    ids=["dropped", "exchanged", "renamed", "moved", "other-order"],
)
def test_a_forged_export_with_an_end_that_fits_is_found(exported, change):
    content = exported.read_bytes()
    forged = forged_export(content, change)
    assert forged != content
    exported.write_bytes(forged)
    assert not verify_document(exported).is_verified


def test_an_export_signed_by_another_hub_is_not_ours(room, exported, proof):
    stranger = Identity.make().card(PeerRole.HUB, "hub")
    assert not verify_document(exported, stranger).is_verified
    assert not verify_document(proof, stranger).is_verified


def test_a_forged_proof_with_a_seal_that_fits_is_found(proof):
    values = json.loads(proof.read_bytes())
    del values["sha256"]
    for number, told in enumerate(values["entries"]):
        forged = json.loads(json.dumps(values))
        forged["entries"][number]["entry"] = told["entry"].replace("李娜", "王娜").replace("CNSHA", "CNXXX")
        if forged["entries"][number] != told:
            proof.write_bytes(sealed(forged))
            assert not verify_document(proof).is_verified
        del forged["entries"][number]["path"][0]
        proof.write_bytes(sealed(forged))
        assert not verify_document(proof).is_verified


def test_another_file_is_refused_by_name(tmp_path):
    path = tmp_path / "other"
    path.write_bytes(b"no ledger\n")
    with pytest.raises(BadInput, match="neither an export"):
        verify_document(path)
