"""What an auditor asks of the hub: all that happened to a scan."""

from concurrent.futures import Future

from scanview.core.audit import StoryEntry
from scanview.session.asking import Asks
from scanview.wire import messages as wire


class Auditing:
    """Asks over a session, from any thread. Refused to all but whoever audits."""

    def __init__(self, asks: Asks) -> None:
        self._asks = asks

    def story(self, scan: str) -> Future[tuple[StoryEntry, ...]]:
        """Every entry of the ledger about `scan`, in order."""
        whole: Future[tuple[StoryEntry, ...]] = Future()
        told: list[StoryEntry] = []

        def ask() -> None:
            after = told[-1].seq if told else 0
            asked = self._asks.ask(wire.ReadStory(request=0, scan=scan, after=after), wire.Story)
            asked.add_done_callback(answered)

        def answered(done: Future[wire.Story]) -> None:
            error = done.exception()
            if error is not None:
                whole.set_exception(error)
                return
            answer = done.result()
            told.extend(answer.entries)
            if answer.more and answer.entries:
                ask()
            else:
                whole.set_result(tuple(told))

        ask()
        return whole
