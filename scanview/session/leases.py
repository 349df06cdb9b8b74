"""Owns the leases of this workstation: each is renewed well before it ends, until the scan is decided or given back."""

from scanview.core.errors import Refused, ScanViewError
from scanview.core.work import Lease
from scanview.session.events import LeaseLost, Listener
from scanview.session.hub_calls import Cancellable, Clock, HubCalls, when_answered
from scanview.wire import messages as wire

_RENEWALS_PER_LEASE = 3
_SHORTEST_PERIOD_S = 0.5

_NOT_FINAL = frozenset({"not-signed-in", "session-expired"})
"""Refusals that say nothing about the lease: after a break a renewal can come before the sign-in."""


class Leases:
    """The scans that are ours, by their fencing numbers."""

    def __init__(self, hub: HubCalls, clock: Clock, tell: Listener) -> None:
        self._hub = hub
        self._clock = clock
        self._tell = tell
        self._held: dict[str, Lease] = {}
        self._timer: Cancellable | None = None

    @property
    def held(self) -> dict[str, Lease]:
        """Every lease that we believe to hold, by scan."""
        return dict(self._held)

    def took(self, scan: str, lease: Lease, hub_now: float) -> None:
        """`scan` is ours until the lease ends; `hub_now` is the hub's clock."""
        self._held[scan] = lease
        period_s = max(_SHORTEST_PERIOD_S, (lease.expires_at - hub_now) / _RENEWALS_PER_LEASE)
        self._schedule(period_s)

    def ended(self, scan: str) -> None:
        """`scan` was decided or given back."""
        self._held.pop(scan, None)
        if not self._held:
            self.stop()

    def renew(self) -> None:
        """Tell the hub now that we are still there, for every lease."""
        for scan, lease in self.held.items():
            self._renew(scan, lease)

    def stop(self) -> None:
        """Renew no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def forget(self) -> None:
        """The person has left: nothing is ours any more."""
        self._held.clear()
        self.stop()

    def _renew(self, scan: str, lease: Lease) -> None:
        def failed(error: ScanViewError) -> None:
            if isinstance(error, Refused) and error.code not in _NOT_FINAL and self._held.get(scan) is lease:
                self.ended(scan)
                self._tell(LeaseLost(scan=scan, error=error))

        question = wire.RenewLease(request=0, scan=scan, fence=lease.fence)
        when_answered(self._hub.request(question), lambda _: None, failed)

    def _schedule(self, period_s: float) -> None:
        self.stop()

        def due() -> None:
            self._timer = self._clock.call_later(period_s, due)
            self.renew()

        self._timer = self._clock.call_later(period_s, due)
