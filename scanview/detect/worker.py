"""The recognition worker: a peer of the hub that reads scans while they grow and reports what its model says.

It holds no state worth keeping: a worker that crashes is one peer gone, and the hub gives its scans to others. The
model runs on a thread of its own, so that heartbeats go on while it works; it looks at each scan behind its newest
column, so that little is left to do when the last one is there.
"""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from scanview import __version__
from scanview.core.errors import ScanViewError
from scanview.core.review import Recognition
from scanview.core.scan import ScanHeader
from scanview.detect.reading import Reading, columns_of
from scanview.detect.recognising import Recognises, Recognising
from scanview.detect.searching import SIMILAR_FOLDER, Searching
from scanview.formats.header_json import decode_header
from scanview.wire import messages
from scanview.wire.enrolment import pin_hub
from scanview.wire.hub_keys import PinnedHub
from scanview.wire.hub_link import Answer, HubLink, LinkState
from scanview.wire.keys import Identity
from scanview.wire.messages import Message, PeerRole
from scanview.wire.reactor import Reactor
from scanview.wire.rotation import KeyRotation

FOLLOWS = 8
"""Scans that one worker reads while they arrive: each costs its features, about a tenth of its pixels."""

log = logging.getLogger("scanview.detect")

Result = TypeVar("Result")


@dataclass(slots=True, kw_only=True)
class _Job:
    """One scan this worker has. `header` and `recognising` are there once the hub has told about it."""

    scan: str
    reading: Reading = field(default_factory=Reading)
    header: ScanHeader | None = None
    recognising: Recognising | None = None


class Worker:
    """One worker on one hub."""

    def __init__(self, *, endpoint: str, folder: Path, name: str, recogniser: Recognises) -> None:
        self._recogniser = recogniser
        self._reactor = Reactor()
        self._model_thread = ThreadPoolExecutor(1, thread_name_prefix="model")
        self._jobs: dict[str, _Job] = {}
        identity = Identity.load_or_make(folder)
        hub = pin_hub(folder, endpoint, identity, PeerRole.WORKER, name)
        self._link = HubLink(
            reactor=self._reactor,
            endpoint=endpoint,
            identity=identity,
            hub=hub,
            rotation=KeyRotation(folder, identity, (hub.key,)),
            pins=PinnedHub(folder, endpoint, hub),
            hello=messages.Hello(
                versions=messages.PROTOCOL_VERSIONS,
                role=PeerRole.WORKER,
                name=name,
                program=f"scanview {__version__}",
            ),
            on_message=self._received,
            on_state=self._link_changed,
        )
        self._searching = Searching(reactor=self._reactor, link=self._link, folder=folder / SIMILAR_FOLDER)

    def run(self) -> None:
        """Work until `stop`."""
        self._link.open()
        self._searching.begin()
        self._reactor.run()
        self._searching.close()
        self._model_thread.shutdown(wait=True, cancel_futures=True)

    def stop(self) -> None:
        """End `run`; may be called from a signal handler or another thread."""
        self._reactor.post(self._link.close)
        self._reactor.stop()

    def _link_changed(self, state: LinkState) -> None:
        self._jobs.clear()
        if state is LinkState.ONLINE:
            log.info("online, %s", self._recogniser.model)
            self._ready()
            self._searching.connected()

    def _ready(self) -> None:
        ready = messages.WorkReady(
            model=self._recogniser.model,
            follows=FOLLOWS if self._recogniser.is_usable else 0,
            at_work=tuple(self._jobs),
            usable=self._recogniser.is_usable,
            searches=True,
        )
        self._link.send(ready)

    def _received(self, message: Message, raw: tuple[memoryview, ...]) -> None:
        match message:
            case messages.Work():
                self._begin(message.scan)
            case messages.ScanGrew() if message.scan in self._jobs:
                self._told(self._jobs[message.scan], message)
            case messages.FindNeighbours():
                self._searching.search(message)

    # -- reading --------------------------------------------------------------------------------------------------

    def _begin(self, scan: str) -> None:
        job = self._jobs[scan] = _Job(scan=scan)
        self._then(job, self._link.request(messages.OpenScan(request=0, scan=scan)), self._opened)

    def _opened(self, job: _Job, answer: Answer) -> None:
        message = answer.message
        if isinstance(message, messages.ScanOpened):
            job.header = decode_header(answer.raw[0])
            job.recognising = self._recogniser.begin(job.header)
            self._told(job, message)

    def _told(self, job: _Job, message: messages.ScanOpened | messages.ScanGrew) -> None:
        job.reading.told(strips=message.strips, stored=message.stored, content_sha256=message.content_sha256)
        self._go_on(job)

    def _go_on(self, job: _Job) -> None:
        reading, recognising = job.reading, job.recognising
        if recognising is None:
            return
        if wanted := reading.wanted:
            reading.is_fetching = True
            first, count = wanted
            request = messages.FetchStrips(request=0, scan=job.scan, first=first, count=count)
            self._then(job, self._link.request(request), self._fetched)
        elif reading.is_whole and not reading.is_fetching and not reading.is_concluding:
            reading.is_concluding = True
            self._then(job, self._model_thread.submit(recognising.conclude), self._concluded)

    def _fetched(self, job: _Job, answer: Answer) -> None:
        """The next strips go through the model before more are fetched, so that no more are held than it can take."""
        header, recognising = job.header, job.recognising
        if header is None or recognising is None:
            return
        taken = self._model_thread.submit(_take_in, header, recognising, answer.raw)
        self._then(job, taken, self._taken_in)

    def _taken_in(self, job: _Job, strips: int) -> None:
        job.reading.is_fetching = False
        job.reading.fetched += strips
        self._go_on(job)

    # -- reporting ------------------------------------------------------------------------------------------------

    def _concluded(self, job: _Job, recognition: Recognition) -> None:
        log.info("%d findings in %.0f ms", len(recognition.findings), recognition.elapsed_ms, extra={"scan": job.scan})
        self._report(
            job,
            messages.ReportRecognition(
                request=0, scan=job.scan, content_sha256=job.reading.content_sha256, recognition=recognition
            ),
        )

    def _report(self, job: _Job, report: Message) -> None:
        job.recognising = None
        self._link.send(messages.CloseScan(scan=job.scan))
        self._link.request(report).add_done_callback(
            lambda future: self._reactor.post(lambda: self._reported(job, future))
        )

    def _reported(self, job: _Job, reported: Future[Answer]) -> None:
        if error := reported.exception():
            log.warning("report refused: %s", error, extra={"scan": job.scan})
        if self._jobs.get(job.scan) is job:
            del self._jobs[job.scan]
            self._ready()

    def _then(self, job: _Job, future: Future[Result], step: Callable[[_Job, Result], None]) -> None:
        """When `future` is done, take `step` on the reactor, unless the scan is no longer ours."""
        future.add_done_callback(lambda done: self._reactor.post(lambda: self._step(job, done, step)))

    def _step(self, job: _Job, done: Future[Result], step: Callable[[_Job, Result], None]) -> None:
        if self._jobs.get(job.scan) is not job:
            return
        try:
            step(job, done.result())
        except ScanViewError as error:
            self._give_up(job, error)
        except Exception as error:
            log.exception("the model failed", extra={"scan": job.scan})
            self._give_up(job, error)

    def _give_up(self, job: _Job, error: Exception) -> None:
        log.warning("not recognised: %s", error, extra={"scan": job.scan})
        self._report(job, messages.ReportNotRecognised(request=0, scan=job.scan, why=str(error)[:2_000]))


def _take_in(header: ScanHeader, recognising: Recognising, records: tuple[memoryview, ...]) -> int:
    """On the model's thread: decode, take, and look; how many strips that were."""
    for record in records:
        recognising.take(*columns_of(header, record))
    recognising.look()
    return len(records)
