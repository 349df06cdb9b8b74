"""Every command of the table has a walk, and every key of it leads there."""

import importlib
import pkgutil

import pytest

import tests.ui.walk as package
from scanview.ui.actions import BY_ID, COMMANDS
from tests.ui.walk.person import Person, Walk


def walks_of_package() -> tuple[Walk, ...]:
    names = [found.name for found in pkgutil.iter_modules(package.__path__) if not found.name.startswith("test_")]
    modules = [importlib.import_module(f"{package.__name__}.{name}") for name in names]
    return tuple(walk for module in modules for walk in getattr(module, "WALKS", ()))


WALKS = walks_of_package()
ALL = [(walk, key) for walk in WALKS if walk.command in BY_ID for key in BY_ID[walk.command].keys]


def test_every_command_has_a_walk_and_no_walk_is_left_over():
    assert {command.id for command in COMMANDS} == {walk.command for walk in WALKS}


@pytest.mark.parametrize(("walk", "key"), ALL, ids=[f"{walk.command} by {key}" for walk, key in ALL])
def test_a_command_is_given_by_keyboard_alone(room, walk, key):
    person = Person(room, walk.start)
    for step in walk.prepare:
        if callable(step):
            step(person)
            person.turn()
        else:
            person.press(step)
    was = walk.was(person)
    assert not walk.seen(person, was), "what this walk looks for is there before the key"

    if BY_ID[walk.command].held:
        person.down(key)
        assert walk.seen(person, was)
        person.up(key)
        assert not walk.seen(person, was), "the key is up"
        return
    person.press(key)
    walk.after(person)
    person.turn()

    assert walk.seen(person, was)
