"""Storms of sign-ins: how many of one workstation are under way, and how late the answers come."""

AT_ONCE = 4
"""So many sign-ins of one connection are under way at a time; nobody types faster, and more are not answered."""

REFUSED_AFTER_S = 1.0
"""How late somebody is told to try again later."""


class Storms:
    """Counts what is under way by connection."""

    def __init__(self) -> None:
        self._under_way: dict[bytes, int] = {}

    def begins(self, connection: bytes) -> bool:
        """Note one more; False where there are too many, and then it is not to be looked at."""
        count = self._under_way.get(connection, 0)
        if count >= AT_ONCE:
            return False
        self._under_way[connection] = count + 1
        return True

    def ended(self, connection: bytes) -> None:
        """One of them was answered."""
        count = self._under_way.get(connection, 0)
        if count > 1:
            self._under_way[connection] = count - 1
        else:
            self._under_way.pop(connection, None)
