"""Whose models are used is named in a file that nobody else may write; a publisher's key is its owner's alone."""

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from scanview.core.errors import BadInput, Refused, Unavailable
from scanview.wire.key_files import load_key_file, make_key_file, public_of
from scanview.wire.publishers import (
    PUBLISHERS_FILE,
    SCANVIEW,
    Publisher,
    distrust_publisher,
    trust_publisher,
    trusted_publishers,
)

PORT = Publisher(name="Port of X", public="ab" * 32)


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "publisher.key"
    public = make_key_file(path)
    assert public_of(load_key_file(path)) == public
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(BadInput) as again:
        make_key_file(path)
    assert again.value.code == "key-exists"
    assert public_of(load_key_file(path)) == public


def test_a_key_that_others_can_read_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "publisher.key"
    make_key_file(path)
    path.chmod(0o640)
    with pytest.raises(Refused) as refusal:
        load_key_file(path)
    assert refusal.value.code == "keys-exposed"


def test_a_passphrase_protects_the_key(tmp_path: Path) -> None:
    path = tmp_path / "publisher.key"
    public = make_key_file(path, "open sesame")
    assert public_of(load_key_file(path, lambda: "open sesame")) == public
    with pytest.raises(Refused) as refusal:
        load_key_file(path, lambda: "wrong")
    assert refusal.value.code == "bad-keys"


def test_what_is_no_ed25519_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "publisher.key"
    other = generate_private_key(SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    for content in (b"", b"secret-word", other):
        path.write_bytes(content)
        path.chmod(0o600)
        with pytest.raises(Refused) as refusal:
            load_key_file(path)
        assert refusal.value.code == "bad-keys"
        assert "secret-word" not in str(refusal.value)
    with pytest.raises(Unavailable):
        load_key_file(tmp_path / "none")


def test_scanview_is_trusted_and_others_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    assert trusted_publishers(folder) == (SCANVIEW,)
    trust_publisher(folder, PORT)
    trust_publisher(folder, PORT)
    assert trusted_publishers(folder) == (SCANVIEW, PORT)
    assert distrust_publisher(folder, PORT.name)
    assert not distrust_publisher(folder, PORT.name)
    assert not distrust_publisher(folder, SCANVIEW.name)
    assert trusted_publishers(folder) == (SCANVIEW,)


@pytest.mark.parametrize("name", [PORT.name, SCANVIEW.name])
def test_a_name_cannot_change_its_key_in_silence(tmp_path: Path, name: str) -> None:
    trust_publisher(tmp_path, PORT)
    with pytest.raises(BadInput):
        trust_publisher(tmp_path, Publisher(name=name, public="cd" * 32))
    assert trusted_publishers(tmp_path) == (SCANVIEW, PORT)


@pytest.mark.parametrize("target", [PUBLISHERS_FILE, "."])
def test_names_that_others_can_write_are_not_believed(tmp_path: Path, target: str) -> None:
    folder = tmp_path / "models"
    trust_publisher(folder, PORT)
    (folder / target).chmod(0o777)
    with pytest.raises(Refused) as refusal:
        trusted_publishers(folder)
    assert refusal.value.code == "trust-exposed"


@pytest.mark.parametrize("content", ["", "[1]", '{"a": 1}', '{"a": "00"}', '{"": "' + "ab" * 32 + '"}', '{"a": null}'])
def test_a_damaged_file_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / PUBLISHERS_FILE).write_text(content)
    (tmp_path / PUBLISHERS_FILE).chmod(0o600)
    with pytest.raises(BadInput) as refusal:
        trusted_publishers(tmp_path)
    assert refusal.value.code == "bad-publisher"
