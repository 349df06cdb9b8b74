"""What the flow tests share: a hub in a process of its own, gone after the test."""

import pytest

from tests.flow.hub_network import HubProcess


@pytest.fixture
def hub(tmp_path):
    started = HubProcess(tmp_path / "hub")
    started.add_person("Li")
    started.start()
    yield started
    if started.is_running:
        started.kill()
