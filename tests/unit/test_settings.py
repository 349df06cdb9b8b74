"""Settings: defaults, files, and what a wrong file is told."""

from dataclasses import fields
from pathlib import Path

import pytest

from scanview.core.errors import BadInput
from scanview.settings import PARTS, ClientSettings, HubSettings, load


def written(folder: Path, text: str) -> Path:
    path = folder / "scanview.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_empty_file_gives_the_defaults(tmp_path: Path) -> None:
    assert load(written(tmp_path, ""), HubSettings) == HubSettings()


def test_a_file_sets_what_it_names(tmp_path: Path) -> None:
    path = written(tmp_path, "[hub]\nlease_s = 30\n[client]\nopen_next = false\n")

    assert load(path, HubSettings) == HubSettings(lease_s=30.0)
    assert load(path, ClientSettings) == ClientSettings(open_next=False)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[hub]\nlease = 30", "'lease_s'"),
        ("[hubb]\n", "'hub'"),
        ("hub = 3", "not a table"),
        ("[hub]\nlease_s = 0.5", "not between 1 and 600"),
        ("[hub]\nlease_s = true", "not of type float"),
        ('[hub]\nwindow_bytes = "much"', "not of type int"),
        ("[hub\n", "not TOML"),
    ],
)
def test_a_wrong_file_is_refused_by_name(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(BadInput, match=r"scanview\.toml") as refused:
        load(written(tmp_path, text), HubSettings)

    assert told in str(refused.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"nowhere\.toml"):
        load(tmp_path / "nowhere.toml", HubSettings)


def test_a_value_out_of_range_is_refused_in_code_too() -> None:
    with pytest.raises(BadInput, match="lease_s"):
        HubSettings(lease_s=0)


def test_every_option_says_what_it_means() -> None:
    assert all(option.metadata["meaning"] for part in PARTS for option in fields(part))
