"""A relay that is also late and narrow, as a line over a harbour's old cable is."""

import socket
import time

from tests.flow.relay import Relay


class PoorLink(Relay):
    """Carries what the relay carries, `delay_s` late and no faster than `bytes_per_s`, until it is made good again."""

    def __init__(self, target: str) -> None:
        self.delay_s = 0.0
        self.bytes_per_s = 0.0
        super().__init__(target)

    def make_good(self) -> None:
        """Carry at once again. What stood half-open is cut, so that nothing waits for it for ever."""
        self.delay_s = self.bytes_per_s = 0.0
        self.open_gate()
        if self._frozen:
            self.cut()
            self._do(self._frozen.clear)

    def _pass_on(self, source: socket.socket) -> None:
        before = self.carried_bytes
        if self.delay_s:
            time.sleep(self.delay_s)
        super()._pass_on(source)
        if self.bytes_per_s:
            time.sleep(min(0.5, (self.carried_bytes - before) / self.bytes_per_s))
