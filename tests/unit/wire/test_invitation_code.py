"""The one-time code: written down, read aloud, mistyped."""

import pytest
import zmq
from hypothesis import given
from hypothesis import strategies as st
from zmq.utils import z85

from scanview.core.errors import BadInput
from scanview.wire.invitation_code import InvitationCode, is_mac, mac, parse_code

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

codes = st.builds(
    lambda hub, door, word: InvitationCode(hub_curve_public=z85.encode(hub).decode(), door=door, word=word),
    st.binary(min_size=32, max_size=32),
    st.binary(min_size=5, max_size=5),
    st.binary(min_size=8, max_size=8),
)


@given(codes)
def test_a_code_that_is_written_down_is_read_again(code: InvitationCode) -> None:
    text = code.text()
    assert parse_code(text) == code
    assert parse_code(f"  {text.lower().replace('-', ' ')}\n") == code
    assert [len(group) for group in text.split("-")] == [6] * 12 + [1]


def test_letters_that_look_alike_are_the_same() -> None:
    code = InvitationCode(hub_curve_public=z85.encode(bytes(32)).decode(), door=bytes(5), word=bytes(7) + b"\x21")
    text = code.text()
    assert text.endswith("00011-" + text[-1])
    for one, other in (("0", "O"), ("0", "o"), ("1", "I"), ("1", "l")):
        assert parse_code(text[:-1].replace(one, other) + text[-1]) == code


@given(codes, st.integers(0, 71), st.sampled_from(SYMBOLS))
def test_one_wrong_letter_is_noticed(code: InvitationCode, place: int, letter: str) -> None:
    letters = code.text().replace("-", "")
    wrong = letters[:place] + letter + letters[place + 1 :]
    if wrong != letters:
        with pytest.raises(BadInput) as raised:
            parse_code(wrong)
        assert raised.value.code == "bad-code"
        assert letters not in str(raised.value)


@given(codes, st.integers(0, 70))
def test_two_letters_that_changed_places_are_noticed(code: InvitationCode, place: int) -> None:
    letters = code.text().replace("-", "")
    wrong = letters[:place] + letters[place + 1] + letters[place] + letters[place + 2 :]
    if wrong != letters:
        with pytest.raises(BadInput):
            parse_code(wrong)


@given(st.text(max_size=72))
def test_anything_else_is_refused_by_name(text: str) -> None:
    with pytest.raises(BadInput, check=lambda error: error.code == "bad-code"):
        parse_code(text)


def test_what_follows_from_a_code_is_the_same_at_both_ends_and_of_no_other_code() -> None:
    hub, _ = zmq.curve_keypair()
    code = InvitationCode.make(hub.decode())
    same, other = parse_code(code.text()), InvitationCode.make(hub.decode())
    public, secret = code.guest_keys()
    assert same.guest_keys() == (public, secret)
    assert zmq.curve_public(secret.encode()).decode() == public
    assert other.guest_keys() != (public, secret)
    assert (same.number, same.mac_key()) == (code.number, code.mac_key())
    half = InvitationCode(hub_curve_public=code.hub_curve_public, door=code.door, word=other.word)
    assert half.guest_keys() == (public, secret)
    assert half.mac_key() != code.mac_key()


def test_a_mac_is_of_one_document_by_one_key() -> None:
    value = mac(b"k" * 32, b"document")
    assert is_mac(b"k" * 32, b"document", value)
    assert not is_mac(b"l" * 32, b"document", value)
    assert not is_mac(b"k" * 32, b"document.", value)


def test_a_code_does_not_show_itself() -> None:
    hub, _ = zmq.curve_keypair()
    code = InvitationCode.make(hub.decode())
    assert repr(code.word) not in repr(code)
    assert repr(code.door) not in repr(code)
