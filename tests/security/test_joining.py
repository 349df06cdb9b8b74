"""Attacks on enrolment by a one-time code, at a whole hub over real sockets, and the honest way through it."""

import io
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
import zmq

from scanview.cli import main
from scanview.core.errors import BadInput, NotAllowed, ScanViewError, Unavailable
from scanview.core.journal import Kind
from scanview.session.joining import JoiningAs
from scanview.session.session import Session
from scanview.store import verification
from scanview.wire import invitations as invitations_module
from scanview.wire.enrolment import Enrolments, read_joined, read_pin
from scanview.wire.invitation_code import InvitationCode, joining_document, mac, parse_code
from scanview.wire.invitations import INVITATIONS_FOLDER, MAX_WRONG_TRIES, Invitations, Standing
from scanview.wire.joining import Joining
from scanview.wire.keys import Card, Identity, Purpose
from scanview.wire.messages import Failed, Hello, Join, Joined, Message, PeerRole, SignIn
from scanview.wire.reactor_thread import ReactorThread
from tests.flow.hub_network import PASSWORD, HubProcess
from tests.unit.wire.machines import eventually, linked_peer

LANE = "CNSHA-L01"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubProcess]:
    started = HubProcess(tmp_path / "hub").start()
    yield started
    if started.is_running:
        started.kill()


@pytest.fixture
def invitations(hub: HubProcess) -> Invitations:
    return Invitations(hub.data / INVITATIONS_FOLDER)


def invite(
    hub: HubProcess,
    invitations: Invitations,
    role: PeerRole = PeerRole.PORT,
    name: str = LANE,
    *,
    at_once: bool = False,
    valid_h: float = 1.0,
) -> InvitationCode:
    _, code = invitations.invite(hub.card, role=role, name=name, by="root", at_once=at_once, valid_h=valid_h)
    return code


def join(hub: HubProcess, code: InvitationCode, folder: Path, *, until_pending: bool = False) -> Card:
    """Join as a machine does; raises why not."""
    outcome: Future[Card] = Future()

    def heard(progress) -> None:
        if (progress.enrolled or until_pending) and not outcome.done():
            outcome.set_result(progress.card)

    with ReactorThread("joining") as thread:
        joining = Joining(
            reactor=thread.reactor,
            endpoint=hub.endpoint,
            code=code,
            identity=Identity.load_or_make(folder),
            folder=folder,
            on_progress=heard,
            on_failed=outcome.set_exception,
        )
        thread.reactor.post(joining.begin)
        try:
            return outcome.result(20)
        finally:
            thread.call(joining.cancel)


def refusal(hub: HubProcess, code: InvitationCode, folder: Path) -> str:
    with pytest.raises(ScanViewError) as raised:
        join(hub, code, folder)
    return raised.value.code


def say_as_guest(hub: HubProcess, code: InvitationCode, message: Message) -> Message | None:
    """What the hub answers to a guest that may say anything; None where it is not let in or hears nothing."""
    public, secret = code.guest_keys()
    with zmq.Context() as context, context.socket(zmq.DEALER) as socket:
        socket.linger = 0
        socket.curve_serverkey = hub.card.curve_public.encode()
        socket.curve_publickey, socket.curve_secretkey = public.encode(), secret.encode()
        socket.connect(hub.endpoint)
        socket.send(msgspec.json.encode(message))
        return msgspec.json.decode(socket.recv(), type=Failed | Joined) if socket.poll(2_000) else None


def join_message(code: InvitationCode, machine: Identity, *, mac_key: bytes | None = None) -> Join:
    card = machine.card(PeerRole.GUEST, "guest")
    document = joining_document(card.curve_public, card.signing_public, code.hub_curve_public)
    return Join(
        request=1,
        curve_public=card.curve_public,
        signing_public=card.signing_public,
        mac=mac(mac_key or code.mac_key(), document),
        signature=machine.sign(document, Purpose.JOIN),
    )


def kinds(hub: HubProcess) -> list[tuple[str, str]]:
    """What the ledger tells of machines: kind and actor."""
    told = {kind.value for kind in Kind if kind.value.startswith(("machine-", "invitation-", "keys-"))}
    return [(entry["kind"], entry["actor"]) for entry in verification.export(hub.data) if entry["kind"] in told]


def test_a_machine_joins_by_its_code_and_is_let_in_once_an_administrator_says_so(
    hub: HubProcess, invitations: Invitations, tmp_path: Path
) -> None:
    code = invite(hub, invitations)
    spool = tmp_path / "spool"
    outcome: list[Card] = []
    joining = threading.Thread(target=lambda: outcome.append(join(hub, code, spool)))
    joining.start()
    eventually(lambda: invitations.state(code.number).standing is Standing.PENDING, "it waits")
    waiting = invitations.state(code.number).arrival.card
    assert waiting.fingerprint == Identity.load_or_make(spool).card(PeerRole.PORT, LANE).fingerprint
    assert hub.enrolments.all() == ()
    invitations.approve(code.number, hub.enrolments, by="chen")
    joining.join(20)
    assert outcome == [waiting] == list(hub.enrolments.all())
    assert read_pin(spool) == hub.card
    assert read_joined(spool).card == waiting
    with linked_peer(hub.endpoint, hub.card, Identity.load_or_make(spool), PeerRole.PORT, LANE) as peer:
        peer.until_online()
    eventually(lambda: len(kinds(hub)) == 3, "the ledger has it all")
    assert kinds(hub) == [
        ("machine-invited", "root"),
        ("machine-came", f"guest/{code.number}"),
        ("machine-enrolled", "chen"),
    ]
    hub.stop()
    assert verification.verify(hub.data).is_verified


def test_a_code_is_good_for_one_machine_and_hands_that_one_the_same_answer_again(
    hub: HubProcess, invitations: Invitations, tmp_path: Path
) -> None:
    code = invite(hub, invitations, at_once=True)
    card = join(hub, code, tmp_path / "first")
    assert join(hub, code, tmp_path / "first") == card
    assert refusal(hub, code, tmp_path / "second") == "code-used"
    assert hub.enrolments.all() == (card,)
    assert read_pin(tmp_path / "second") is None


def test_five_wrong_tries_end_a_code(hub: HubProcess, invitations: Invitations, tmp_path: Path) -> None:
    code = invite(hub, invitations, at_once=True)
    guessed = replace(code, word=bytes(8))
    for _ in range(MAX_WRONG_TRIES):
        assert refusal(hub, guessed, tmp_path / "thief") == "wrong-code"
    assert refusal(hub, code, tmp_path / "honest") == "code-refused"
    assert invitations.state(code.number).standing is Standing.REJECTED
    assert hub.enrolments.all() == ()
    eventually(lambda: any(kind == "invitation-ended" for kind, _ in kinds(hub)), "the ledger tells of it")


def test_a_wrong_door_is_not_let_in_and_spoils_nothing(
    hub: HubProcess, invitations: Invitations, tmp_path: Path
) -> None:
    code = invite(hub, invitations, at_once=True)
    for _ in range(MAX_WRONG_TRIES + 1):
        assert refusal(hub, replace(code, door=os.urandom(5)), tmp_path / "thief") == "code-refused"
    assert join(hub, code, tmp_path / "honest").name == LANE


def test_a_code_that_has_expired_is_over(
    hub: HubProcess, invitations: Invitations, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = invite(hub, invitations, at_once=True, valid_h=1e-9)
    assert refusal(hub, code, tmp_path / "late") == "code-refused"
    waiting = invite(hub, invitations, name="CNSHA-L02", valid_h=0.001)
    join(hub, waiting, tmp_path / "waits", until_pending=True)
    later = time.time() + 10
    monkeypatch.setattr(invitations_module.time, "time", lambda: later)
    with pytest.raises(NotAllowed):
        invitations.approve(waiting.number, hub.enrolments, by="chen")
    assert hub.enrolments.all() == ()


def test_a_code_does_not_bring_a_revoked_machine_back(
    hub: HubProcess, invitations: Invitations, tmp_path: Path
) -> None:
    code = invite(hub, invitations, at_once=True)
    join(hub, code, tmp_path / "spool")
    hub.enrolments.remove(PeerRole.PORT, LANE)
    assert refusal(hub, code, tmp_path / "spool") == "code-over"
    assert hub.enrolments.all() == ()


def test_who_is_rejected_stays_out(hub: HubProcess, invitations: Invitations, tmp_path: Path) -> None:
    code = invite(hub, invitations)
    join(hub, code, tmp_path / "thief", until_pending=True)
    invitations.reject(code.number, by="chen")
    assert refusal(hub, code, tmp_path / "thief") == "join-rejected"
    with pytest.raises(NotAllowed):
        invitations.approve(code.number, hub.enrolments, by="chen")
    assert hub.enrolments.all() == ()


def test_a_guest_says_one_thing_and_nothing_else(hub: HubProcess, invitations: Invitations, tmp_path: Path) -> None:
    code = invite(hub, invitations)
    for message in (
        SignIn(request=1, name="Li", password="correct horse"),
        Hello(versions=(2,), role=PeerRole.PORT, name=LANE, program="thief"),
        Hello(versions=(2,), role=PeerRole.GUEST, name=code.number, program="thief"),
    ):
        answer = say_as_guest(hub, code, message)
        assert isinstance(answer, Failed)
        assert answer.code == "not-your-message"
    assert isinstance(say_as_guest(hub, code, join_message(code, Identity.make())), Joined)


def test_keys_whose_secret_one_does_not_have_cannot_be_joined(
    hub: HubProcess, invitations: Invitations, tmp_path: Path
) -> None:
    """Somebody with a code cannot put another machine's keys into the catalogue."""
    code = invite(hub, invitations, at_once=True)
    victim = join_message(code, Identity.make())
    forged = msgspec.structs.replace(victim, signature=join_message(code, Identity.make()).signature)
    assert say_as_guest(hub, code, forged).code == "wrong-code"
    swapped = msgspec.structs.replace(victim, curve_public=Identity.make().curve_public)
    assert say_as_guest(hub, code, swapped).code == "wrong-code"
    assert hub.enrolments.all() == ()


def test_a_code_takes_no_name_that_somebody_has(hub: HubProcess, invitations: Invitations, tmp_path: Path) -> None:
    there = Identity.make().card(PeerRole.PORT, LANE)
    hub.enrolments.add(there)
    code = invite(hub, invitations, at_once=True)
    assert refusal(hub, code, tmp_path / "second") == "already-enrolled"
    assert hub.enrolments.all() == (there,)


def test_another_hub_cannot_take_a_machine_in_by_the_code(
    hub: HubProcess, invitations: Invitations, tmp_path: Path
) -> None:
    """The code carries the hub's key: who answers at its address without it is not even spoken to."""
    code = invite(hub, invitations, at_once=True)
    hub.stop()
    false = HubProcess(tmp_path / "false")
    false.endpoint = hub.endpoint
    false.start()
    try:
        assert refusal(false, code, tmp_path / "spool") in {"code-refused", "hub-unreachable"}
        assert read_pin(tmp_path / "spool") is None
    finally:
        false.kill()


def test_the_hub_keeps_nothing_that_a_code_could_be_made_of(hub: HubProcess, invitations: Invitations) -> None:
    code = invite(hub, invitations)
    for path in hub.data.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            for secret in (code.text().encode(), code.word, code.word.hex().encode(), code.guest_keys()[1].encode()):
                assert secret not in content, path
    for path in (hub.data / INVITATIONS_FOLDER).iterdir():
        assert path.stat().st_mode & 0o077 == 0


def test_the_hub_killed_between_code_and_approval_forgets_nothing(
    hub: HubProcess, invitations: Invitations, tmp_path: Path
) -> None:
    code = invite(hub, invitations)
    join(hub, code, tmp_path / "spool", until_pending=True)
    hub.kill()
    hub.start()
    invitations.approve(code.number, hub.enrolments, by="chen")
    hub.kill()
    hub.start()
    assert join(hub, code, tmp_path / "spool").name == LANE
    eventually(lambda: ("machine-enrolled", "chen") in kinds(hub), "the ledger caught up")
    assert len(kinds(hub)) == 3


def test_what_is_enrolled_and_revoked_by_hand_stands_in_the_ledger(hub: HubProcess) -> None:
    hub.enrolments.add(Identity.make().card(PeerRole.WORKER, "w1"))
    eventually(lambda: kinds(hub) == [("machine-enrolled", "administrator")], "told")
    hub.kill()
    hub.enrolments.remove(PeerRole.WORKER, "w1")
    hub.start()
    eventually(lambda: [kind for kind, _ in kinds(hub)] == ["machine-enrolled", "machine-revoked"], "also while away")


def test_the_commands_take_and_give_the_code_on_standard_input_and_output_alone(
    hub: HubProcess, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    data, folder = ["--data", str(hub.data)], tmp_path / "desk"
    assert main(["keys", "invite", "--role", "workstation", "--name", "desk-1", *data]) == 0
    code = capsys.readouterr().out.strip()
    assert parse_code(code).hub_curve_public == hub.card.curve_public
    joining = subprocess.Popen(
        [sys.executable, "-m", "scanview", "keys", "--json", "join", "--hub", hub.endpoint, "--folder", str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    joining.stdin.write(f"{code}\n")
    joining.stdin.flush()

    def waiting() -> list[dict[str, str]]:
        assert main(["keys", "--json", "pending", *data]) == 0
        rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        return [row for row in rows if row["standing"] == "pending"]

    eventually(lambda: bool(waiting()), "it waits")
    (row,) = waiting()
    assert main(["keys", "approve", row["invitation"], *data]) == 0
    out, err = joining.communicate(timeout=20)
    assert joining.returncode == 0, err
    assert json.loads(out)["fingerprint"] == row["fingerprint"]
    assert row["fingerprint"] in err
    assert code not in err + out
    assert code.split("-")[3] not in Path(f"/proc/{os.getpid()}/cmdline").read_text()
    assert [card.name for card in Enrolments(hub.data / "enrolled").all()] == ["desk-1"]
    monkeypatch.setattr("sys.stdin", io.StringIO("NOT-A-CODE\n"))
    assert main(["keys", "join", "--hub", hub.endpoint, "--folder", str(tmp_path / "other")]) == 1


def test_a_workstation_joins_from_its_session_and_somebody_signs_in(
    hub: HubProcess, invitations: Invitations, tmp_path: Path
) -> None:
    hub.add_person("Li")
    port_code = invite(hub, invitations)
    code = invite(hub, invitations, PeerRole.WORKSTATION, "desk-12", at_once=True)
    with Session(
        endpoint="tcp://127.0.0.1:1", folder=tmp_path / "desk", workstation="a", tell=lambda _: None
    ) as session:
        waits: list[JoiningAs] = []
        with pytest.raises(NotAllowed, check=lambda error: error.code == "other-role"):
            session.join(hub.endpoint, port_code.text(), waits.append).result(20)
        with pytest.raises(BadInput):
            session.join(hub.endpoint, code.text()[:-1], waits.append).result(20)
        assert session.join(hub.endpoint, code.text(), waits.append).result(20).name == "desk-12"

        def signed_in() -> bool:
            try:
                return session.sign_in("Li", PASSWORD).result(20).name == "Li"
            except Unavailable:
                return False

        eventually(signed_in, "somebody sits there", within_s=20)
    with Session(endpoint=hub.endpoint, folder=tmp_path / "desk", workstation="a", tell=lambda _: None) as again:
        session = again
        eventually(signed_in, "also the next day", within_s=20)


def test_keys_used_at_a_second_place_stand_in_the_ledger_once(hub: HubProcess) -> None:
    port = Identity.make()
    hub.enrolments.add(port.card(PeerRole.PORT, LANE))
    with linked_peer(hub.endpoint, hub.card, port, PeerRole.PORT, LANE, instance="the machine") as honest:
        honest.until_online()
        for number in range(3):
            with linked_peer(hub.endpoint, hub.card, port, PeerRole.PORT, LANE, instance=f"thief {number}") as thief:
                eventually(lambda: thief.link.problem is not None, "refused")
                assert thief.link.problem.code == "already-connected"
        eventually(lambda: ("keys-used-twice", f"port/{LANE}") in kinds(hub), "the ledger tells of it")
    assert [kind for kind, _ in kinds(hub)].count("keys-used-twice") == 1
