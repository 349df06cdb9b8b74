"""Signing at the workstation: readied at sign-in, asked for until the authority has spoken, gone at sign-out."""

import pytest

from scanview.core.errors import Refused, Unavailable
from scanview.core.review import Decision, Verdict
from scanview.core.signed_decision import decision_digest, parse_signed_decision
from scanview.session import person_key
from scanview.session.events import KeyChanged, KeyState
from scanview.session.signing import ASK_AGAIN_S, WAIT_S, SeenScan, Signing
from scanview.wire import messages as wire
from scanview.wire.keys import Purpose, is_signed_with
from tests.unit.session.session_fakes import FakeClock, FakeHub, hold, scan_id

NOW = 1_900_000_000.0
CERTIFIED = wire.CertificateTold(
    request=1, certificate="{}", signature=wire.Signature(key="0" * 16, value="0" * 128), statement_s=60.0
)
RELEASE = Decision(decision=scan_id(7), scan=scan_id(1), fence=5, verdict=Verdict.RELEASE, content_sha256="ab" * 32)


class Desk:
    def __init__(self, folder):
        self.hub, self.clock, self.told = FakeHub(), FakeClock(), []
        self.seen = {scan_id(1): SeenScan(lane="CNSHA-03", container="CSQU3054383", model="test 1")}
        self.signing = Signing(
            self.hub, self.clock, folder, self.seen.get, now=lambda: NOW, tell=lambda event: self.told.append(event)
        )

    def unlock(self, person="Li", password="correct horse"):
        self.signing.unlock(person, password)
        self.signing._thread.submit(lambda: None).result(20)
        self.clock.turn()
        return self

    @property
    def state(self):
        assert all(isinstance(event, KeyChanged) for event in self.told)
        return self.told[-1].state


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.setattr(person_key, "MEMORY_KIB", 64)
    monkeypatch.setattr(person_key, "PASSES", 1)
    monkeypatch.setattr(person_key, "LANES", 1)
    desk = Desk(tmp_path / "people")
    yield desk
    desk.signing.close()


def test_what_is_signed_is_the_decision_and_what_was_seen(desk):
    desk.unlock()
    assert desk.state is KeyState.READYING
    asked = desk.hub.asked(wire.RequestCertificate)[0]
    desk.hub.answer(wire.RequestCertificate, CERTIFIED)
    assert desk.state is KeyState.CERTIFIED

    signed = desk.signing.sign(RELEASE)
    statement = parse_signed_decision(signed.document.encode())
    assert is_signed_with(asked.signing_public, signed.document.encode(), Purpose.DECISION, signed.signature)
    assert (statement.person, statement.lane, statement.container) == ("Li", "CNSHA-03", "CSQU3054383")
    assert statement.decision_sha256 == decision_digest(RELEASE)
    assert (statement.signed_at, statement.expires_at, statement.model) == (NOW, NOW + 60.0, "test 1")


def test_a_hold_is_signed_and_does_not_expire(desk):
    desk.unlock()
    desk.hub.answer(wire.RequestCertificate, CERTIFIED)
    assert parse_signed_decision(desk.signing.sign(hold()).document.encode()).expires_at == 0.0


def test_a_scan_that_nobody_saw_is_not_signed(desk):
    desk.unlock()
    desk.hub.answer(wire.RequestCertificate, CERTIFIED)
    desk.seen.clear()
    assert desk.signing.sign(RELEASE) is None


def test_a_key_that_waits_is_asked_for_again_until_the_authority_has_spoken(desk):
    desk.unlock()
    desk.hub.answer(wire.RequestCertificate, wire.CertificateTold(request=1, waits=True))
    assert (desk.state, desk.signing.sign(RELEASE)) == (KeyState.WAITING, None)
    desk.clock.pass_s(ASK_AGAIN_S)
    desk.hub.answer(wire.RequestCertificate, CERTIFIED)
    assert desk.state is KeyState.CERTIFIED
    assert desk.signing.sign(RELEASE) is not None


def test_whose_role_signs_nothing_is_told_nothing(desk):
    desk.unlock()
    desk.hub.answer(wire.RequestCertificate, wire.CertificateTold(request=1))
    assert desk.state is KeyState.NONE


@pytest.mark.parametrize("error", [Unavailable("gone", code="not-connected"), Refused("no", code="bad-message")])
def test_a_hub_that_does_not_answer_is_asked_again_and_keeps_no_decision(desk, error):
    ready = []
    desk.unlock()
    desk.signing.when_ready(lambda: ready.append(True))
    assert ready == []
    desk.hub.refuse(wire.RequestCertificate, error)
    assert ready == [True]
    desk.clock.pass_s(ASK_AGAIN_S)
    assert len(desk.hub.asked(wire.RequestCertificate)) == 1


def test_no_decision_waits_for_a_key_for_longer_than_it_must(desk):
    ready = []
    desk.unlock()
    desk.signing.when_ready(lambda: ready.append(True))
    desk.clock.pass_s(WAIT_S)
    assert ready == [True]


def test_the_key_goes_with_the_person(desk):
    desk.unlock()
    desk.hub.answer(wire.RequestCertificate, CERTIFIED)
    desk.signing.forget()
    assert (desk.state, desk.signing.sign(RELEASE)) == (KeyState.NONE, None)
    assert desk.told[-1].key == ""


def test_an_answer_for_the_one_before_certifies_nobody(desk):
    desk.unlock()
    desk.unlock("Mei")
    desk.hub.answer(wire.RequestCertificate, CERTIFIED)
    assert desk.signing.sign(RELEASE) is None
    desk.hub.answer(wire.RequestCertificate, CERTIFIED)
    assert parse_signed_decision(desk.signing.sign(RELEASE).document.encode()).person == "Mei"


def test_a_folder_that_is_none_is_told(tmp_path, desk):
    (tmp_path / "people").write_text("no folder")
    desk.unlock()
    assert desk.state is KeyState.UNUSABLE
