"""What holds for every test of the client: the look that people see, and a whole window over a scripted session."""

import pytest

from scanview.ui.app import make_application
from tests.ui.ui_fakes import WindowRoom


@pytest.fixture(scope="session")
def qapp():
    """The client's own application object."""
    return make_application()


@pytest.fixture
def room(qtbot):
    made = WindowRoom(qtbot)
    yield made
    made.window.close()
