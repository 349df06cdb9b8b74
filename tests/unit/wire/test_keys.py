"""Keys on disk are their owner's alone; a signature is good for one document, one purpose and one key."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanview.core.errors import BadInput, NotAllowed, Refused
from scanview.wire.keys import IDENTITY_FILE, Card, Identity, Purpose, decode_card, signer_of, verify
from scanview.wire.messages import PeerRole

LANE = "CNSHA-03"
IDENTITY = Identity.make()
CARD = IDENTITY.card(PeerRole.PORT, LANE)


def test_keys_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    first = Identity.load_or_make(folder)
    assert Identity.load_or_make(folder).card(PeerRole.PORT, LANE) == first.card(PeerRole.PORT, LANE)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / IDENTITY_FILE).stat().st_mode) == 0o600
    assert os.listdir(folder) == [IDENTITY_FILE]


def test_programs_that_start_together_agree_on_the_keys(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        identities = list(pool.map(lambda _: Identity.load_or_make(tmp_path / "keys"), range(8)))
    assert len({identity.curve_public for identity in identities}) == 1


def test_keys_that_others_can_read_are_not_used(tmp_path: Path) -> None:
    Identity.load_or_make(tmp_path)
    (tmp_path / IDENTITY_FILE).chmod(0o640)
    with pytest.raises(Refused) as raised:
        Identity.load_or_make(tmp_path)
    assert raised.value.code == "keys-exposed"
    assert "chmod 600" in raised.value.remedy


@pytest.mark.parametrize("content", [b"", b"{}", b'{"curve_secret":"secret-word","signing_secret":"00"}', b"[1]"])
def test_damaged_keys_are_never_replaced_and_never_quoted(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / IDENTITY_FILE
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(Refused) as raised:
        Identity.load_or_make(tmp_path)
    assert raised.value.code == "bad-keys"
    assert raised.value.__cause__ is None
    assert "secret-word" not in str(raised.value)
    assert path.read_bytes() == content


def test_secrets_are_not_shown() -> None:
    assert IDENTITY.curve_secret not in repr(IDENTITY)
    assert "signing_key" not in repr(IDENTITY)


def test_a_card_is_the_same_after_its_file() -> None:
    assert decode_card(CARD.encode()) == CARD
    assert IDENTITY.curve_secret.encode() not in CARD.encode()


@pytest.mark.parametrize("document", [b"", b"{}", CARD.encode()[:-5], b'{"role":"chief"}', b"[" * 100_000])
def test_what_is_no_card_is_refused(document: bytes) -> None:
    with pytest.raises(BadInput):
        decode_card(document)


@pytest.mark.parametrize(
    ("role", "name"),
    [
        (PeerRole.PORT, "desk-1"),
        (PeerRole.WORKSTATION, "../../etc"),
        (PeerRole.WORKSTATION, ""),
        (PeerRole.WORKER, "a" * 65),
        (PeerRole.WORKER, "a\nb"),
    ],
)
def test_a_name_that_could_be_a_path_or_a_line_is_refused(role: PeerRole, name: str) -> None:
    with pytest.raises(BadInput):
        IDENTITY.card(role, name)


@given(document=st.binary(max_size=300), purpose=st.sampled_from(Purpose))
def test_a_signature_is_good_for_its_document_and_purpose_only(document: bytes, purpose: Purpose) -> None:
    signature = IDENTITY.sign(document, purpose)
    verify(document, purpose, signature, CARD)
    for other_document, other_purpose in (
        (document + b"x", purpose),
        *((document, p) for p in Purpose if p != purpose),
    ):
        with pytest.raises(NotAllowed):
            verify(other_document, other_purpose, signature, CARD)


def test_a_signature_of_another_key_is_refused_even_under_this_keys_id() -> None:
    forged = Identity.make().sign(b"release", Purpose.ORDER)
    for signature in (forged, type(forged)(key=CARD.key, value=forged.value)):
        with pytest.raises(NotAllowed) as raised:
            verify(b"release", Purpose.ORDER, signature, CARD)
        assert raised.value.code == "bad-signature"


def test_one_good_signature_of_a_root_is_enough_and_none_is_not() -> None:
    good = IDENTITY.sign(b"release", Purpose.ORDER)
    other = Identity.make().sign(b"release", Purpose.ORDER)
    forged = type(good)(key=good.key, value=other.value)
    assert signer_of(b"release", Purpose.ORDER, [other, forged, good], [CARD]) == CARD
    assert not signer_of(b"release", Purpose.ORDER, [other, forged], [CARD])
    assert not signer_of(b"release", Purpose.ORDER, [], [CARD])
    assert not signer_of(b"release", Purpose.ORDER, [good], [])


def test_cards_with_malformed_keys_are_refused() -> None:
    with pytest.raises(BadInput):
        Card(role=PeerRole.PORT, name=LANE, curve_public="short", signing_public=CARD.signing_public)
    with pytest.raises(BadInput):
        Card(role=PeerRole.PORT, name=LANE, curve_public=CARD.curve_public, signing_public="XY" * 32)
