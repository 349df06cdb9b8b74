"""Running a hub as a process of its own, until it is told to end."""

import signal
from collections.abc import Callable
from pathlib import Path

from scanview.hub.service import Hub
from scanview.settings import HubSettings


def run_hub(data: Path, settings: HubSettings, on_ready: Callable[[str], None]) -> None:
    """Run a hub in this process until SIGTERM or SIGINT. `on_ready` is told the endpoint once it listens."""
    hub = Hub(data, settings)
    before = {number: signal.signal(number, lambda *_: hub.stop()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        on_ready(hub.endpoint)
        hub.run()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
