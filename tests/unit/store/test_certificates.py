"""Keys wait for a certificate, get it, and ask again in another role; every row follows from the ledger."""

import pytest

from scanview.store import certificates, verification
from scanview.store.certificates import KeptCertificate, KeptStatement
from scanview.store.database import Database
from scanview.store.folders import CATALOGUE, KEYS_FOLDER
from scanview.wire.keys import Identity
from scanview.wire.messages import Signature

LI, MEI = "aa" * 32, "bb" * 32


@pytest.fixture
def database(tmp_path):
    Identity.load_or_make(tmp_path / KEYS_FOLDER)
    opened = Database(tmp_path / CATALOGUE)
    yield opened
    opened.close()


def ask(database, public, person="Li", role="analyst", now=1.0):
    return database.transact(certificates.ask, public=public, person=person, role=role, workstation="desk-1", now=now)


def kept(number, public=LI, person="Li", role="analyst"):
    return KeptCertificate(
        certificate=f"{number:032x}",
        public=public,
        person=person,
        role=role,
        document=f"certificate {number}".encode(),
        signature=Signature(key="00" * 8, value=f"{number:02x}" * 64),
    )


def certify(database, given):
    database.transact(certificates.certify, given, actor="authority", now=2.0)


def test_a_key_waits_once_until_it_is_certified(database):
    first = ask(database, LI)
    assert ask(database, LI) == first
    ask(database, MEI, person="Mei")
    assert [asked.public for asked in database.read(certificates.waiting)] == [LI, MEI]
    certify(database, kept(1))
    assert [asked.public for asked in database.read(certificates.waiting)] == [MEI]
    assert database.read(lambda tx: certificates.newest_certificate(tx, LI)) == kept(1)
    assert database.read(lambda tx: certificates.newest_certificate(tx, MEI)) is None


def test_whoever_has_another_role_asks_again_and_the_newest_certificate_counts(database):
    ask(database, LI)
    certify(database, kept(1))
    ask(database, LI, role="chief")
    assert [(asked.public, asked.role) for asked in database.read(certificates.waiting)] == [(LI, "chief")]
    certify(database, kept(2, role="chief"))
    assert database.read(certificates.waiting) == []
    assert database.read(lambda tx: certificates.newest_certificate(tx, LI)).role == "chief"
    assert database.read(lambda tx: certificates.find_certificate(tx, kept(1).certificate)) == kept(1)
    certify(database, kept(3, public=MEI))
    assert {one.certificate for one in database.read(lambda tx: certificates.certificates_of(tx, "Li"))} == {
        kept(2).certificate,
        kept(3).certificate,
    }


def test_the_newest_delegation_of_a_version_counts(database):
    def delegate(number, rules):
        signed = KeptStatement(
            document=b"%d" % number, signature=kept(number).signature, certificate=kept(1).certificate
        )
        database.transact(certificates.delegate, signed, delegation=f"{number:032x}", rules=rules, by="Wang", now=3.0)
        return signed

    delegate(1, rules=4)
    newer, other = delegate(2, rules=4), delegate(3, rules=5)
    assert database.read(lambda tx: certificates.delegation_for(tx, 4)) == newer
    assert database.read(lambda tx: certificates.delegation_for(tx, 6)) is None
    assert database.read(lambda tx: certificates.find_delegation(tx, f"{3:032x}")) == other


def test_the_check_of_the_ledger_sees_a_row_that_was_changed(database, tmp_path):
    ask(database, LI)
    certify(database, kept(1))
    assert verification.verify(tmp_path).is_verified
    with database._engine.begin() as tx:
        tx.exec_driver_sql("UPDATE certificates SET person = 'Mallory'")
    (problem,) = verification.verify(tmp_path).problems
    assert "certificates" in problem
    assert "person" in problem
