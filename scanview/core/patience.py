"""How long guessing is made to take: a delay that doubles with every failure, kept by name or by workstation.

Names that nobody has are kept as those that somebody has, so that no delay tells which are which.
"""

from collections import OrderedDict
from dataclasses import dataclass

MAX_KEYS = 10_000
"""So many are remembered; of more, those that failed longest ago are forgotten."""

FORGOTTEN_S = 900.0
"""Without a failure for so long, there was none."""


@dataclass(frozen=True, slots=True)
class _Failures:
    count: int
    newest_at: float


class Patience:
    """Failures by key. The first `free` cost nothing; then 1, 2, 4 ... seconds, `longest_s` at most."""

    def __init__(self, *, free: int, longest_s: float) -> None:
        self._free = free
        self._longest_s = longest_s
        self._failures: OrderedDict[str, _Failures] = OrderedDict()

    def wait_s(self, key: str, now: float) -> float:
        """How long `key` has to wait from `now`, UTC seconds; 0 where it may try."""
        known = self._known(key, now)
        if known is None or known.count <= self._free:
            return 0.0
        delay_s = min(2.0 ** min(known.count - self._free - 1, 30), self._longest_s)
        return max(0.0, min(delay_s, known.newest_at + delay_s - now))

    def failed(self, key: str, now: float) -> None:
        """One more failure; also noted for an attempt that is under way, so that none is made beside it."""
        known = self._known(key, now)
        self._failures[key] = _Failures(1 if known is None else known.count + 1, now)
        self._failures.move_to_end(key)
        if len(self._failures) > MAX_KEYS:
            self._failures.popitem(last=False)

    def take_back(self, key: str) -> None:
        """The failure that was noted last was none."""
        known = self._failures.get(key)
        if known is not None and known.count > 1:
            self._failures[key] = _Failures(known.count - 1, known.newest_at)
        else:
            self.forget(key)

    def forget(self, key: str) -> None:
        """`key` has proved itself."""
        self._failures.pop(key, None)

    def _known(self, key: str, now: float) -> _Failures | None:
        known = self._failures.get(key)
        if known is not None and now - known.newest_at > FORGOTTEN_S:
            self.forget(key)
            return None
        return known
