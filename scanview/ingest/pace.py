"""Keeps what a port sends below a rate: a bucket that is paid back over time. No clock of its own."""


class Pace:
    """At most `limit_mbit` megabits (10**6) a second on average; 0 sets no limit. The limit may change at any time.

    A strip goes out whole as soon as nothing is owed for those before it, so that over any time the rate is kept to
    within one strip, and a link slower than one strip a second still moves.
    """

    def __init__(self, limit_mbit: float = 0.0) -> None:
        self.limit_mbit = limit_mbit
        self._owed_bits = 0.0
        self._at_s = 0.0

    def wait_s(self, now_s: float) -> float:
        """Seconds from `now_s` (monotonic) until the next strip may go; 0 where it may go now."""
        if not self.limit_mbit:
            self._owed_bits = 0.0
        bits_per_s = self.limit_mbit * 1e6
        self._owed_bits = max(self._owed_bits - (now_s - self._at_s) * bits_per_s, 0.0)
        self._at_s = now_s
        return self._owed_bits / bits_per_s if self._owed_bits else 0.0

    def sent(self, count_bytes: int) -> None:
        """So many bytes went out."""
        self._owed_bits += 8 * count_bytes
