"""Shares on the command line."""

import argparse

import pytest

from scanview.cli.command import share


def test_a_share_lies_between_nothing_and_all() -> None:
    assert share("0.001") == 0.001


@pytest.mark.parametrize("text", ["0", "1", "-0.1", "2", "nan", "inf"])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        share(text)
