"""Nobody's word counts whom the authority did not certify, and nobody's signature counts for another document."""

from dataclasses import replace

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from scanview.core.delegation import Delegation
from scanview.core.errors import BadInput, NotAllowed, Refused
from scanview.core.review import Role, Verdict
from scanview.core.signed_decision import SignedDecision
from scanview.wire.authority import (
    KEY_FILE,
    Authority,
    check_revocations,
    decode_authority_card,
    read_authority_card,
    read_revocations,
)
from scanview.wire.key_files import public_of
from scanview.wire.keys import Purpose, sign_with
from scanview.wire.messages import Warrant
from scanview.wire.warrants import check_certificate, check_delegation, check_statement
from tests.unit.wire.people import Signer, new_authority

CUSTOMS = new_authority()
LI = Signer.make(CUSTOMS)
STATEMENT = SignedDecision(
    decision="1" * 32,
    person="li",
    lane="CNSHA-01",
    container="",
    scan="2" * 32,
    content_sha256="a" * 64,
    verdict=Verdict.RELEASE,
    fence=7,
    model="",
    decision_sha256="b" * 64,
    signed_at=1.0,
    expires_at=2.0,
)
DELEGATION = Delegation(
    delegation="5" * 32,
    person="li",
    rules_version=3,
    rules_sha256="c" * 64,
    bound=0.01,
    lanes=(),
    daily_cap=100,
    issued_at=1.0,
    expires_at=2.0,
)


def refused(check, carried: Warrant) -> str:
    with pytest.raises(NotAllowed) as caught:
        check(carried, CUSTOMS.card)
    return caught.value.code


def test_a_statement_is_that_of_the_certified_person():
    statement = check_statement(LI.states(STATEMENT), CUSTOMS.card)
    assert (statement.decision, statement.certificate) == (STATEMENT, LI.certificate)
    assert check_delegation(LI.permits(DELEGATION), CUSTOMS.card).delegation == DELEGATION


def test_another_authority_certifies_nobody():
    other = Signer.make(new_authority())
    assert refused(check_statement, other.states(STATEMENT)) == "uncertified"
    assert refused(check_delegation, other.permits(DELEGATION)) == "uncertified"


def test_an_altered_certificate_counts_for_nobody():
    carried = LI.states(STATEMENT)
    altered = carried.certificate.replace('"role":"analyst"', '"role":"chief"')
    assert altered != carried.certificate
    assert refused(check_statement, msgspec.structs.replace(carried, certificate=altered)) == "uncertified"


@pytest.mark.parametrize(
    "change",
    [{"scan": "3" * 32}, {"content_sha256": "c" * 64}, {"fence": 8}, {"expires_at": 3.0}, {"lane": "CNSHA-02"}],
)
def test_a_signature_counts_for_no_other_statement(change):
    altered = replace(STATEMENT, **change).canonical().decode()
    assert refused(check_statement, msgspec.structs.replace(LI.states(STATEMENT), document=altered)) == "bad-statement"


def test_nobody_signs_in_the_name_of_another():
    assert refused(check_statement, LI.states(replace(STATEMENT, person="wang"))) == "bad-statement"
    assert refused(check_delegation, LI.permits(replace(DELEGATION, person="wang"))) == "bad-delegation"


def test_a_document_signed_for_one_purpose_is_none_for_another():
    for purpose in set(Purpose) - {Purpose.DECISION}:
        carried = msgspec.structs.replace(
            LI.states(STATEMENT), signature=sign_with(LI.key, STATEMENT.canonical(), purpose)
        )
        assert refused(check_statement, carried) == "bad-statement"


def test_what_a_person_signed_and_nobody_can_read_is_no_statement():
    for content in ("{}", "no json", '{"a":1,"a":2}'):
        carried = msgspec.structs.replace(
            LI.states(STATEMENT), document=content, signature=sign_with(LI.key, content.encode(), Purpose.DECISION)
        )
        assert refused(check_statement, carried) == "bad-statement"


def test_an_authority_is_its_owners_alone_and_made_once(tmp_path):
    folder = tmp_path / "authority"
    made = Authority.make(folder, "Customs of X", "open sesame")
    assert (folder / KEY_FILE).stat().st_mode & 0o077 == 0
    assert folder.stat().st_mode & 0o077 == 0
    assert Authority.load(folder, lambda: "open sesame").card == made.card
    assert decode_authority_card(made.card.encode()) == made.card
    with pytest.raises(Refused):
        Authority.load(folder, lambda: "wrong")
    with pytest.raises(BadInput):
        Authority.make(folder, "Customs of X")
    assert read_authority_card(folder / "none.json") is None
    assert "PRIVATE" not in repr(made)


def test_what_was_revoked_once_stays_on_every_later_list(tmp_path):
    made = Authority.make(tmp_path, "Customs")
    made.revoke(["1" * 32], 10.0)
    newest = made.revoke(["2" * 32], 20.0)
    revocations = check_revocations(newest, made.card)
    assert revocations.revoked == ("1" * 32, "2" * 32)
    kept = read_revocations(tmp_path, made.card)
    assert kept is not None
    assert kept == (revocations, newest)
    assert revocations.number == 2
    with pytest.raises(NotAllowed):
        check_revocations(newest, CUSTOMS.card)


def test_a_certificate_holds_for_its_days_and_a_little_before():
    key = Ed25519PrivateKey.generate()
    signed = CUSTOMS.certify(
        person="li", role=Role.ANALYST, signing_public=public_of(key), workstation="desk-1", now=1_000.0, days=2
    )
    certificate = check_certificate(signed.document, signed.signature, CUSTOMS.card)
    assert certificate.holds_at(900.0)
    assert certificate.holds_at(1_000.0 + 2 * 86_400 - 1)
    assert not certificate.holds_at(1_000.0 + 2 * 86_400)
