"""A port's settings as its file says at the moment: changed while the port runs, without a restart."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scanview.settings import PortSettings, load


class FollowedSettings:
    """The settings in the file at `path`, where there is one; what `given` on the command line names wins over it."""

    def __init__(self, path: Path | None, given: Mapping[str, Any]) -> None:
        """Read the file; BadInput where it is wrong or missing."""
        self._path = path
        self._given = dict(given)
        self._seen_ns = self._changed_ns()
        self.now = self._load()

    def look(self) -> PortSettings | None:
        """The settings where the file has changed since the last look, else None.

        Raises:
            BadInput: the file is wrong now; told once for each change, and the settings stay as they were.
        """
        changed_ns = self._changed_ns()
        if changed_ns == self._seen_ns:
            return None
        self._seen_ns = changed_ns
        self.now = self._load()
        return self.now

    def _load(self) -> PortSettings:
        settings = load(self._path, PortSettings) if self._path else PortSettings()
        return dataclasses.replace(settings, **self._given)

    def _changed_ns(self) -> int:
        """When the file was last written, 0 where it is not there."""
        try:
            return self._path.stat().st_mtime_ns if self._path else 0
        except OSError:
            return 0
