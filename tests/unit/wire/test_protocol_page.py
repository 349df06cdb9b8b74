"""docs/protocol.md says what the program does: every message and field, and every byte of its examples."""

import hashlib
import re
import struct
import zlib

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from scanview.conformance.run import HUB_CHECKS, PORT_CHECKS
from scanview.formats.header_json import decode_header, encode_header
from scanview.imaging.pyramid import strip_levels
from scanview.wire.keys import Identity, Purpose
from scanview.wire.messages import MESSAGES, PROTOCOL_VERSION, PROTOCOL_VERSIONS
from scanview.wire.records import check_fits, parse, read_prefix
from scanview.wire.tiles import decode_strip
from tests.unit.wire.message_reference import PAGE, Reference, up_to_date


@pytest.fixture(scope="module")
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def example(page: str, name: str) -> str:
    return re.search(rf"```example-{name}\n(.*?)```", page, re.S)[1]


def test_every_message_and_field_is_there(page: str) -> None:
    reference = Reference().text()
    assert all(f"### `{kind}`" in reference for kind in MESSAGES)
    assert page == up_to_date(page), "run: python -m tests.unit.wire.message_reference"


def test_a_field_that_is_missing_would_be_seen(page: str) -> None:
    shortened = page.replace("| `retry_after_s` | real, 0 to 3600 | no |\n", "")
    assert shortened != page
    assert shortened != up_to_date(shortened)


def test_every_check_of_conformance_is_there(page: str) -> None:
    for check in (*PORT_CHECKS, *HUB_CHECKS):
        assert re.search(rf"^\| [0-9]+ \| `{check.name}` \|", page, re.M)


def test_the_versions_are_those_that_are_spoken(page: str) -> None:
    assert page.startswith(f"# The protocol, version {PROTOCOL_VERSION}\n")
    assert f"versions {PROTOCOL_VERSIONS[0]} and {PROTOCOL_VERSIONS[1]} of the protocol" in page
    newer = [kind for kind, message in MESSAGES.items() if message.since == PROTOCOL_VERSION]
    row = re.search(rf"^\| {PROTOCOL_VERSION} \|(.*)$", page, re.M)[1]
    assert all(f"`{kind}`" in row for kind in newer)


def test_the_example_of_a_scan_is_right_to_the_byte(page: str) -> None:
    encoded = example(page, "header").strip().encode()
    record = bytes.fromhex(example(page, "record"))
    header = decode_header(encoded)
    assert encode_header(header) == encoded
    assert f"({len(encoded)} bytes, one line)" in page
    assert f"the {len(record)} bytes of the example" in page
    check_fits(read_prefix(record), header)
    levels = decode_strip(parse(record), rows=16)
    assert np.array_equal(levels[0], np.tile(np.array([1000, 1002], np.uint16), (1, 16, 1)))
    assert all(np.array_equal(a, b) for a, b in zip(levels, strip_levels(levels[0]), strict=True))
    content = struct.pack("<II", len(encoded), zlib.crc32(encoded)) + encoded + record
    assert hashlib.sha256(content).hexdigest() == example(page, "hash").strip()


def test_the_example_of_a_signature_is_right_to_the_byte(page: str) -> None:
    lines = dict(line.split(maxsplit=1) for line in example(page, "order").splitlines())
    key = Ed25519PrivateKey.from_private_bytes(b"\1" * 32)
    signature = Identity(curve_public="", curve_secret="", signing_key=key).sign(
        lines["document"].encode(), Purpose.ORDER
    )
    assert (signature.key, signature.value) == (lines["key"], lines["value"])
    assert key.sign(bytes.fromhex(lines["signed"])).hex() == lines["value"]
