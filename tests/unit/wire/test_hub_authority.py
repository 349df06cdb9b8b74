"""A hub makes an authority of its own at first; once its secret is moved away, the hub has none to lose."""

import stat

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from scanview.core.errors import BadInput, Refused
from scanview.core.review import Role
from scanview.wire.authority import CARD_FILE, KEY_FILE, Authority, check_revocations
from scanview.wire.hub_authority import HubAuthority, adopt_authority, move_authority
from scanview.wire.key_files import public_of
from scanview.wire.pinned_authority import authority_path, pin_authority, pinned_authority
from scanview.wire.warrants import check_certificate
from tests.unit.wire.people import new_authority


def certify(authority):
    return authority.certify(
        person="li",
        role=Role.ANALYST,
        signing_public=public_of(Ed25519PrivateKey.generate()),
        workstation="desk-1",
        now=1_000.0,
        days=1,
    )


def test_a_hub_makes_an_authority_once_and_says_that_it_should_be_moved(tmp_path, caplog):
    hub = HubAuthority(tmp_path)
    assert "scanview authority move" in caplog.text
    assert HubAuthority(tmp_path).card == hub.card
    signed = certify(hub.own())
    assert check_certificate(signed.document, signed.signature, hub.card).person == "li"
    for file in hub.folder.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_moved_authority_certifies_elsewhere_and_nothing_of_its_secret_stays(tmp_path, caplog):
    hub = HubAuthority(tmp_path / "data")
    secret = (hub.folder / KEY_FILE).read_bytes()
    first = hub.own().revoke(["1" * 32], 5.0)
    assert move_authority(tmp_path / "data", tmp_path / "safe", "open sesame") == hub.card
    caplog.clear()
    later = HubAuthority(tmp_path / "data")
    assert (later.card, later.own(), later.secret_is_here) == (hub.card, None, False)
    assert later.revocations() == first
    assert caplog.text == ""
    assert not any(secret in file.read_bytes() for file in (tmp_path / "data").rglob("*") if file.is_file())
    moved = Authority.load(tmp_path / "safe", lambda: "open sesame")
    signed = certify(moved)
    assert check_certificate(signed.document, signed.signature, hub.card).person == "li"
    assert check_revocations(moved.revoke(["2" * 32], 6.0), hub.card).revoked == ("1" * 32, "2" * 32)
    with pytest.raises(Refused):
        Authority.load(tmp_path / "safe", lambda: "wrong")
    with pytest.raises(BadInput):
        move_authority(tmp_path / "data", tmp_path / "safer")


def test_a_secret_is_never_moved_over_another(tmp_path):
    HubAuthority(tmp_path / "data")
    other = Authority.make(tmp_path / "safe", "Customs")
    with pytest.raises(BadInput):
        move_authority(tmp_path / "data", tmp_path / "safe")
    assert HubAuthority(tmp_path / "data").own() is not None
    assert Authority.load(tmp_path / "safe").card == other.card


def test_an_authority_under_a_passphrase_is_no_use_to_the_hub(tmp_path):
    made = Authority.make(tmp_path / "authority", "Customs", "open sesame")
    hub = HubAuthority(tmp_path)
    assert (hub.card, hub.own()) == (made.card, None)


def test_a_card_that_is_lost_or_damaged_makes_no_new_authority(tmp_path):
    card = tmp_path / "authority" / CARD_FILE
    made = HubAuthority(tmp_path).card
    card.unlink()
    assert HubAuthority(tmp_path).card == made
    card.write_text("{}")
    with pytest.raises(BadInput):
        HubAuthority(tmp_path)


def test_a_hub_serves_the_authority_it_is_given(tmp_path):
    customs = new_authority()
    own = HubAuthority(tmp_path)
    with pytest.raises(BadInput):
        adopt_authority(tmp_path, customs.card)
    assert HubAuthority(tmp_path).card == own.card
    adopt_authority(tmp_path, customs.card, replace=True)
    assert (HubAuthority(tmp_path).card, HubAuthority(tmp_path).own()) == (customs.card, None)


def test_a_list_that_is_not_the_authoritys_is_told_to_nobody(tmp_path):
    hub = HubAuthority(tmp_path)
    stranger = Authority.make(tmp_path / "other", "Stranger")
    stranger.revoke([], 1.0)
    (hub.folder / "revocations.json").write_bytes((tmp_path / "other" / "revocations.json").read_bytes())
    assert hub.revocations() is None


def test_another_authority_is_pinned_only_where_that_is_said(tmp_path):
    first, second = new_authority("A").card, new_authority("B").card
    pin_authority(tmp_path, first)
    pin_authority(tmp_path, first)
    with pytest.raises(Refused):
        pin_authority(tmp_path, second)
    assert pinned_authority(tmp_path) == first
    pin_authority(tmp_path, second, "tcp://hub.example:7701")
    assert pinned_authority(tmp_path, "tcp://hub.example:7701") == second
    assert pinned_authority(tmp_path, "tcp://hub.example:7702") == first
    pin_authority(tmp_path, second, replace=True)
    assert pinned_authority(tmp_path) == second
    authority_path(tmp_path).write_text("damaged")
    with pytest.raises(Refused):
        pin_authority(tmp_path, first)
    with pytest.raises(BadInput):
        pinned_authority(tmp_path)
