"""What a session asks about scans that look alike."""

from concurrent.futures import Future
from dataclasses import dataclass

from scanview.core.similar import SimilarScan
from scanview.session.asking import Asks, read_as
from scanview.wire import messages


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarFound:
    """The scans that look alike, the nearest first, among how many; `is_behind` where some may be missing yet."""

    scans: tuple[SimilarScan, ...]
    searched: int
    is_behind: bool


class SimilarCalls:
    """Asks over a session, from any thread."""

    def __init__(self, asks: Asks) -> None:
        self._asks = asks

    def find(self, scan: str) -> Future[SimilarFound]:
        """The scans that look like this one."""
        return read_as(
            self._asks.ask(messages.FindSimilar(request=0, scan=scan), messages.Similar),
            lambda answer: SimilarFound(scans=answer.found, searched=answer.searched, is_behind=answer.is_behind),
        )
