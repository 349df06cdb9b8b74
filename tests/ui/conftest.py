"""What holds for every test of the client: the look that people see."""

import pytest

from scanview.ui.app import make_application


@pytest.fixture(scope="session")
def qapp():
    """The client's own application object."""
    return make_application()
