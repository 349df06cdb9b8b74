"""What a session asks of the discussion beside a scan: opinions, remarks, and the chief."""

import uuid
from concurrent.futures import Future

from scanview.core.discussion import Discussion
from scanview.session.asking import Asks, read_as
from scanview.wire import messages


class Discussing:
    """Asks by way of a session; may be called from any thread."""

    def __init__(self, asks: Asks) -> None:
        self._asks = asks

    def of(self, scan: str) -> Future[Discussion]:
        """What was said of the scan that the person may know."""
        question = messages.AskDiscussion(request=0, scan=scan)
        return read_as(self._asks.ask(question, messages.Discussed), lambda answer: answer.discussion)

    def say(self, scan: str, text: str) -> Future[None]:
        """Put a remark beside the scan."""
        question = messages.Say(request=0, scan=scan, remark=uuid.uuid4().hex, text=text)
        return read_as(self._asks.ask(question, messages.Done), lambda _: None)

    def escalate(self, scan: str, fence: int, question: str) -> Future[None]:
        """Ask the chief about the scan under this lease, which ends with it."""
        asked = messages.Escalate(request=0, scan=scan, fence=fence, remark=uuid.uuid4().hex, question=question)
        return read_as(self._asks.ask(asked, messages.Done), lambda _: None)
