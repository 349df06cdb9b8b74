"""A person's key: made once, unlocked by the password alone, re-sealed with a new one, never lost by mistake."""

import json
import stat

import pytest

from scanview.core.errors import NotAllowed, Unavailable
from scanview.session import person_key
from scanview.wire.keys import Purpose, is_signed_with

PASSWORD = "correct horse"


@pytest.fixture(autouse=True)
def cheap(monkeypatch):
    """The least that argon2id takes, so that the tests do not wait for what they are not about."""
    monkeypatch.setattr(person_key, "MEMORY_KIB", 64)
    monkeypatch.setattr(person_key, "PASSES", 1)
    monkeypatch.setattr(person_key, "LANES", 1)


def files(folder):
    return sorted(path.suffix for path in folder.iterdir())


def test_a_key_is_made_at_first_use_and_unlocked_after_that(tmp_path):
    folder = tmp_path / "people"
    made = person_key.unlock_or_make(folder, "李雷", PASSWORD)
    again = person_key.unlock_or_make(folder, "李雷", PASSWORD)
    assert (again, again.key) == (made, made.key)
    signature = again.sign(b"released", Purpose.ORDER)
    assert is_signed_with(made.public, b"released", Purpose.ORDER, signature)
    assert files(folder) == [".json"]


def test_what_is_on_disk_is_private_and_tells_no_secret(tmp_path):
    key = person_key.unlock_or_make(tmp_path / "people", "Li", PASSWORD)
    (path,) = (tmp_path / "people").iterdir()
    content = path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert key.secret.private_bytes_raw().hex().encode() not in content
    assert key.secret.private_bytes_raw() not in content
    assert PASSWORD.encode() not in content
    assert key.secret.private_bytes_raw().hex() not in repr(key)


def test_two_people_at_one_workstation_have_keys_of_their_own(tmp_path):
    assert person_key.unlock_or_make(tmp_path, "li", PASSWORD) != person_key.unlock_or_make(tmp_path, "Li", PASSWORD)
    assert files(tmp_path) == [".json", ".json"]


def test_a_key_that_another_password_sealed_is_kept_aside(tmp_path):
    old = person_key.unlock_or_make(tmp_path, "Li", PASSWORD)
    new = person_key.unlock_or_make(tmp_path, "Li", "set by the administrator")
    assert new.public != old.public
    assert files(tmp_path) == [".json", ".locked"]
    (locked,) = tmp_path.glob("*.locked")
    locked.replace(person_key.key_path(tmp_path, "Li"))
    assert person_key.unlock_or_make(tmp_path, "Li", PASSWORD) == old


def test_a_changed_password_keeps_the_key(tmp_path):
    key = person_key.unlock_or_make(tmp_path, "Li", PASSWORD)
    person_key.change_password(tmp_path, "Li", PASSWORD, "a better one")
    assert person_key.unlock_or_make(tmp_path, "Li", "a better one") == key
    with pytest.raises(NotAllowed) as refused:
        person_key.change_password(tmp_path, "Li", PASSWORD, "never")
    assert refused.value.code == "key-locked"
    assert person_key.unlock_or_make(tmp_path, "Li", "a better one") == key


def test_a_password_changes_where_there_is_no_key(tmp_path):
    person_key.change_password(tmp_path, "Li", PASSWORD, "a better one")
    assert files(tmp_path) == []


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("person", "Mei"),
        ("public", "ab" * 32),
        ("salt", "00" * 16),
        ("nonce", "00" * 12),
        ("passes", 2),
        ("memory_kib", 1 << 30),
        ("secret", "00" * 48),
        ("form", "plain"),
        ("more", 1),
    ],
)
def test_an_altered_file_is_kept_aside_and_never_used(tmp_path, member, value):
    old = person_key.unlock_or_make(tmp_path, "Li", PASSWORD)
    path = person_key.key_path(tmp_path, "Li")
    path.write_text(json.dumps({**json.loads(path.read_bytes()), member: value}))
    assert person_key.unlock_or_make(tmp_path, "Li", PASSWORD).public != old.public
    assert len(list(tmp_path.iterdir())) == 2


def test_the_file_of_one_person_is_of_no_use_as_that_of_another(tmp_path):
    li = person_key.unlock_or_make(tmp_path, "Li", PASSWORD)
    person_key.key_path(tmp_path, "Li").replace(person_key.key_path(tmp_path, "Mei"))
    assert person_key.unlock_or_make(tmp_path, "Mei", PASSWORD).public != li.public


def test_a_folder_that_is_a_file_is_told(tmp_path):
    (tmp_path / "people").write_text("no folder")
    with pytest.raises(Unavailable) as refused:
        person_key.unlock_or_make(tmp_path / "people", "Li", PASSWORD)
    assert refused.value.code == "keys-unavailable"
