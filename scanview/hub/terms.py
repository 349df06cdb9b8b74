"""The terms of dispatch as they are now: the settings, a key that only this hub has, and the table of rooms.

The key is new with every start of the hub and kept nowhere, so nobody can work out a lot beforehand.
"""

import logging
import secrets
from pathlib import Path

from scanview.core.dispatching import Terms
from scanview.core.errors import BadInput
from scanview.core.review import Role
from scanview.core.rooms import Rooms, parse_rooms
from scanview.review.seats import SeatTerms
from scanview.settings import HubSettings

ROOMS_FILE = "rooms.toml"

_log = logging.getLogger(__name__)


class DispatchTerms:
    """What `settings` and the file of rooms in `folder` say; the file is read again when it changed.

    Without it there is one room, and it serves every lane.

    Raises:
        BadInput: the file is wrong when the hub starts. One that is made wrong later is told of in the log, and the
            rooms stay as they were.
    """

    def __init__(self, settings: HubSettings, folder: Path) -> None:
        self._settings = settings
        self._key = secrets.token_bytes(32)
        self._path = folder / ROOMS_FILE
        self._stamp = self._stamp_now()
        self._rooms = self._read()

    def now(self) -> Terms:
        """The terms for whoever asks now."""
        return Terms(
            band_s=self._settings.equal_s,
            skills_for_s=self._settings.skills_for_s,
            room_for_s=self._settings.room_for_s,
            free_choice=self._settings.free_choice,
            rooms=self._rooms_now(),
            key=self._key,
        )

    def _rooms_now(self) -> Rooms:
        stamp = self._stamp_now()
        if stamp != self._stamp:
            self._stamp = stamp
            try:
                self._rooms = self._read()
                _log.info("%s says what rooms there are", self._path)
            except BadInput as error:
                _log.error("%s is not taken: %s", self._path, error.message)
        return self._rooms

    def _stamp_now(self) -> tuple[int, int]:
        try:
            state = self._path.stat()
        except OSError:
            return (0, 0)
        return (state.st_mtime_ns, state.st_size)

    def _read(self) -> Rooms:
        try:
            return parse_rooms(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return Rooms()
        except (OSError, UnicodeDecodeError) as error:
            raise BadInput(f"{self._path} cannot be read: {error}", code="bad-rooms") from error


def seat_terms(settings: HubSettings) -> SeatTerms:
    """How long people may sit, and who needs a second factor; BadInput where the settings name a role there is not."""
    try:
        second_factor = frozenset(Role(word) for word in settings.second_factor_roles.split())
    except ValueError as error:
        raise BadInput(
            f"second_factor_roles: {error}", code="bad-option", remedy=f"Roles are {', '.join(Role)}"
        ) from error
    return SeatTerms(
        idle_s=settings.idle_s,
        longest_s=settings.sitting_h * 3_600,
        lock_after=settings.lock_after,
        second_factor=second_factor,
    )
