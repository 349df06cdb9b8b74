"""What a supervisor asks of the hub about the room's work, and what they tell it about interruptions."""

from concurrent.futures import Future

from scanview.core.interruption import Explanation
from scanview.core.statistics import Question, Statistics
from scanview.session.asking import Asks
from scanview.wire import messages as wire


class RoomStatistics:
    """Asks over a session, from any thread. Figures are refused to all but whoever audits."""

    def __init__(self, asks: Asks) -> None:
        self._asks = asks

    def ask(self, question: Question) -> Future[Statistics]:
        """The figures; its own `question` says what they are of, which is one port for who belongs to one."""
        told: Future[Statistics] = Future()
        asked = self._asks.ask(wire.AskStatistics(request=0, question=question), wire.StatisticsTold)

        def answered(done: Future[wire.StatisticsTold]) -> None:
            error = done.exception()
            if error is not None:
                told.set_exception(error)
            else:
                told.set_result(done.result().statistics)

        asked.add_done_callback(answered)
        return told

    def explain(self, number: int, explanation: Explanation) -> Future[wire.Done]:
        """Say why the lane of this interruption was not connected."""
        message = wire.ExplainInterruption(request=0, number=number, explanation=explanation)
        return self._asks.ask(message, wire.Done)
