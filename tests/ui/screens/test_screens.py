"""Every state of the screen, in both languages: a picture of it, and nothing cut off or on top of anything else."""

import importlib
import pkgutil
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QPixmap
from PySide6.QtTest import QTest

import tests.ui.screens as package
from scanview.ui.text import Language
from tests.ui.screens.layout import faults
from tests.ui.screens.scene import ORDINARY, SMALL, Scene
from tests.ui.screens.shift import begin, opened
from tests.ui.ui_fakes import WindowRoom
from tests.ui.walk.person import Person, Start

FOLDER = Path(__file__).parents[3] / "artefacts" / "screens"
NARROWEST = 1366
"""A laptop that somebody carries to the gate."""


def scenes_of_package() -> tuple[Scene, ...]:
    names = [found.name for found in pkgutil.iter_modules(package.__path__) if not found.name.startswith("test_")]
    modules = [importlib.import_module(f"{package.__name__}.{name}") for name in names]
    return tuple(scene for module in modules for scene in getattr(module, "SCENES", ()))


SCENES = list(enumerate(scenes_of_package(), 1))


@pytest.fixture(params=Language)
def language(request):
    return request.param


@pytest.mark.parametrize(("number", "scene"), SCENES, ids=[scene.name for _, scene in SCENES])
def test_a_state_can_be_read_in_every_size(qtbot, language, number, scene):
    room = WindowRoom(qtbot, language)
    person = Person(room, Start.DESK if scene.start is Start.SCAN else scene.start)
    if scene.start is not Start.SIGN_IN:
        begin(person)
    if scene.start is Start.SCAN:
        opened(person)
    resize(person, ORDINARY)
    for step in scene.keys:
        if callable(step):
            step(person)
            person.turn()
        else:
            person.press(step)
    QTest.qWait(20)
    keep(person, language, f"{number:02}-{scene.name}")
    found = [f"{ORDINARY}: {fault}" for fault in faults(room.window)]
    if scene.close_up:
        keep(person, language, f"{number:02}-{scene.name}-4k", ratio=2.0)
    resize(person, SMALL)
    keep(person, language, f"{number:02}-{scene.name}-1366")
    found += [f"{SMALL}: {fault}" for fault in faults(room.window)]
    smallest = room.window.minimumSizeHint()
    room.window.close()

    assert not found, "\n".join(found)
    assert smallest.width() <= SMALL[0]
    assert smallest.height() <= SMALL[1]


def resize(person: Person, size: tuple[int, int]) -> None:
    person.window.resize(*size)
    person.turn()
    QTest.qWait(20)
    person.turn()


def keep(person: Person, language: Language, name: str, *, ratio: float = 1.0) -> None:
    """Save a picture of the whole window, in the pixels of a screen that has `ratio` of them for one."""
    window = person.window
    picture = QPixmap(round(window.width() * ratio), round(window.height() * ratio))
    picture.setDevicePixelRatio(ratio)
    window.render(picture, QPoint())
    folder = FOLDER / language.value
    folder.mkdir(parents=True, exist_ok=True)
    assert picture.save(str(folder / f"{name}.png"), "PNG", 90)
