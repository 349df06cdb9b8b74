"""What a session asks about what was found in opened containers."""

import hashlib
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import replace

from scanview.core.inspection import Inspection, InspectionRecord, Photo, photo_form
from scanview.session.asking import Asks, read_as
from scanview.wire import messages
from scanview.wire.hub_link import Answer


class InspectionCalls:
    """Asks over a session, from any thread."""

    def __init__(self, asks: Asks) -> None:
        self._asks = asks

    def of(self, scan: str) -> Future[tuple[InspectionRecord, ...]]:
        """The results about the scan, the newest first."""
        asked = self._asks.ask(messages.FindInspections(request=0, scan=scan), messages.Inspections)
        return read_as(asked, lambda answer: answer.found)

    def photo(self, scan: str, sha256: str) -> Future[bytes]:
        """A photo of a result about the scan, as the hub has it: nobody has decoded it yet."""
        question = messages.FetchPhoto(request=0, scan=scan, sha256=sha256)
        return read_as(self._asks.ask_raw(question, messages.PhotoContent), lambda answer: bytes(answer.raw[0]))

    def record(self, inspection: Inspection, photos: Sequence[bytes]) -> Future[None]:
        """Write down what was found, with these photos; done once all of it is durable.

        Refused to all but whoever handles. BadInput at once where a photo is none.
        """
        described = {hashlib.sha256(content).hexdigest(): content for content in photos}
        inspection = replace(
            inspection,
            photos=tuple(
                Photo(sha256=sha256, size_bytes=len(content), form=photo_form(content))
                for sha256, content in described.items()
            ),
        )
        done: Future[None] = Future()
        self._put(list(described.items()), inspection, done)
        return done

    def _put(self, photos: list[tuple[str, bytes]], inspection: Inspection, done: Future[None]) -> None:
        """One photo after the other, then the result, which names them."""

        def settle(asked: Future[Answer] | Future[messages.Done]) -> None:
            error = asked.exception()
            if error is not None:
                done.set_exception(error)
            elif photos:
                self._put(photos[1:], inspection, done)
            else:
                done.set_result(None)

        if photos:
            sha256, content = photos[0]
            asked = self._asks.ask_raw(messages.PutPhoto(request=0, sha256=sha256), messages.Done, content)
            asked.add_done_callback(settle)
        else:
            told = self._asks.ask(messages.RecordInspection(request=0, inspection=inspection), messages.Done)
            told.add_done_callback(settle)
