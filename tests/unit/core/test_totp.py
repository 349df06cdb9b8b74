"""Codes of time, by the vectors of RFC 6238."""

import base64

import pytest

from scanview.core import totp

SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("time", "code"),
    [
        (59, "94287082"),
        (1_111_111_109, "07081804"),
        (1_111_111_111, "14050471"),
        (1_234_567_890, "89005924"),
        (2_000_000_000, "69279037"),
        (20_000_000_000, "65353130"),
    ],
)
def test_the_vectors_of_rfc_6238_appendix_b(time, code):
    assert totp.code_at(SECRET, totp.step_at(time), digits=8) == code
    assert totp.code_at(SECRET, totp.step_at(time)) == code[2:]


def test_the_clock_of_a_phone_may_be_a_step_off_and_no_more():
    now = 1_234_567_890.0
    steps = [totp.step_of(SECRET, totp.code_at(SECRET, totp.step_at(now) + off), now) for off in range(-3, 4)]
    middle = totp.step_at(now)
    assert steps == [None, None, middle - 1, middle, middle + 1, None, None]


@pytest.mark.parametrize("code", ["", "12345", "1234567", "１２３４５６", "\ud800", "-00001"])
def test_what_is_no_code_is_none(code):
    assert totp.step_of(SECRET, code, 59.0) is None


def test_authenticators_are_told_by_a_uri_without_padding():
    secret = totp.secret_of(bytes(totp.SECRET_BYTES))
    uri = totp.provisioning_uri(secret, "李 娜&x=1")
    assert uri.startswith("otpauth://totp/ScanView%3A%E6%9D%8E%20%E5%A8%9C%26x%3D1?secret=A")
    assert "=" not in secret
