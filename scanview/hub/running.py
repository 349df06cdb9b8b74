"""Running a hub as a process of its own, until it is told to end."""

import contextlib
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from scanview.hub.service import Hub
from scanview.settings import HubSettings

_OPEN_FILES = 65_536
_SWITCH_S = 0.001
"""So soon a thread that computes lets another go on: whoever waits for an answer waits for several of them in turn."""


def run_hub(data: Path, settings: HubSettings, on_ready: Callable[[str], None]) -> None:
    """Run a hub in this process until SIGTERM or SIGINT. `on_ready` is told the endpoint once it listens."""
    _allow_files()
    sys.setswitchinterval(_SWITCH_S)
    hub = Hub(data, settings)
    before = {number: signal.signal(number, lambda *_: hub.stop()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        on_ready(hub.endpoint)
        hub.run()
        while hub.begins_anew:
            hub = Hub(data, replace(settings, endpoint=hub.endpoint))
            hub.run()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _allow_files() -> None:
    """Take as many open files as the system lets us have: connections of strangers must not use up those of scans."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = hard if hard != resource.RLIM_INFINITY else _OPEN_FILES
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(wanted, _OPEN_FILES)), hard))
