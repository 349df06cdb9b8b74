"""A port's settings while its file changes."""

import os
from pathlib import Path

import pytest

from scanview.core.errors import BadInput
from scanview.ingest.followed_settings import FollowedSettings
from scanview.settings import PortSettings


def write(path: Path, text: str, at_ns: int) -> None:
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(at_ns, at_ns))


def test_a_change_is_told_once_and_the_command_line_wins(tmp_path: Path) -> None:
    path = tmp_path / "scanview.toml"
    write(path, "[port]\nlimit_mbit = 4\nspool_limit_mb = 100\n", 1)
    settings = FollowedSettings(path, {"spool_limit_mb": 7})
    assert settings.now == PortSettings(limit_mbit=4.0, spool_limit_mb=7)
    assert settings.look() is None
    write(path, "[port]\nlimit_mbit = 2\n", 2)
    assert settings.look() == PortSettings(limit_mbit=2.0, spool_limit_mb=7)
    assert settings.look() is None


def test_a_wrong_file_changes_nothing_and_is_told_once(tmp_path: Path) -> None:
    path = tmp_path / "scanview.toml"
    write(path, "[port]\nlimit_mbit = 4\n", 1)
    settings = FollowedSettings(path, {})
    write(path, "[port]\nlimit = 2\n", 2)
    with pytest.raises(BadInput, match="limit_mbit"):
        settings.look()
    assert settings.look() is None
    assert settings.now.limit_mbit == 4.0


def test_without_a_file_there_is_nothing_to_follow() -> None:
    settings = FollowedSettings(None, {"limit_mbit": 1.0})
    assert settings.look() is None
    assert settings.now == PortSettings(limit_mbit=1.0)
