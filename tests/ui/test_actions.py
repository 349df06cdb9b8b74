"""In every mode a key means one thing."""

from collections import Counter

import pytest

from scanview.ui.actions import BY_ID, COMMANDS, Mode


@pytest.mark.parametrize("mode", Mode)
def test_no_key_means_two_things_in_one_mode(mode):
    keys = Counter(key for command in COMMANDS if mode in command.modes for key in command.keys)

    assert [key for key, times in keys.items() if times > 1] == []


def test_ids_differ():
    assert len(BY_ID) == len(COMMANDS)


def test_every_command_has_a_key_and_a_mode():
    assert [command.id for command in COMMANDS if not command.keys or not command.modes] == []


def test_nothing_that_decides_can_be_given_by_a_key_that_is_held_down():
    assert [c.id for c in COMMANDS if c.id in ("release", "hold", "confirm") and c.repeats] == []


def test_release_and_hold_cannot_be_given_while_something_else_is_asked():
    assert BY_ID["release"].modes == BY_ID["hold"].modes == {Mode.REVIEW}
