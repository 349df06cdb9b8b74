"""TOML that people write, read within limits: files of settings, rooms, rules and models."""

import tomllib
from typing import Any

MAX_TOML_CHARACTERS = 1 << 20
"""The longest TOML text that is read."""


def read_toml(text: str) -> dict[str, Any]:
    """The document in `text`; ValueError, in words for people, where it is none or longer than MAX_TOML_CHARACTERS.

    The parser of the standard library raises more than it says: it gives up on deep nesting and on endless digits.
    """
    if len(text) > MAX_TOML_CHARACTERS:
        raise ValueError(f"{len(text)} characters are more than {MAX_TOML_CHARACTERS}")
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
