"""The recognition worker: a peer of the hub that reads scans while they grow and reports what its model says.

It holds no state worth keeping: a worker that crashes is one peer gone, and the hub gives its scan to another. The
model runs on a thread of its own, so that heartbeats go on while it works.
"""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Protocol, TypeVar

from scanview import __version__
from scanview.core.errors import ScanViewError
from scanview.core.review import Recognition
from scanview.detect.reading import Reading
from scanview.formats.header_json import decode_header
from scanview.imaging.scan_image import ScanImage
from scanview.wire import messages
from scanview.wire.enrolment import pin_hub
from scanview.wire.hub_link import Answer, HubLink, LinkState
from scanview.wire.keys import Identity
from scanview.wire.messages import Message, PeerRole
from scanview.wire.reactor import Reactor

log = logging.getLogger("scanview.detect")

Result = TypeVar("Result")


class Recogniser(Protocol):
    """What a worker needs of a model."""

    @property
    def model(self) -> str:
        """Name and version, as findings carry it."""

    def recognise(self, image: ScanImage) -> Recognition:
        """What the model says of a whole scan; Refused where it cannot speak about it."""


class Worker:
    """One worker on one hub, one scan at a time."""

    def __init__(self, *, endpoint: str, folder: Path, name: str, recogniser: Recogniser) -> None:
        self._recogniser = recogniser
        self._reactor = Reactor()
        self._model_thread = ThreadPoolExecutor(1, thread_name_prefix="model")
        self._scan = ""
        self._reading: Reading | None = None
        identity = Identity.load_or_make(folder)
        self._link = HubLink(
            reactor=self._reactor,
            endpoint=endpoint,
            identity=identity,
            hub=pin_hub(folder, endpoint, identity, PeerRole.WORKER, name),
            hello=messages.Hello(
                versions=(messages.PROTOCOL_VERSION,),
                role=PeerRole.WORKER,
                name=name,
                program=f"scanview {__version__}",
            ),
            on_message=self._received,
            on_state=self._link_changed,
        )

    def run(self) -> None:
        """Work until `stop`."""
        self._link.open()
        self._reactor.run()
        self._model_thread.shutdown(wait=True, cancel_futures=True)

    def stop(self) -> None:
        """End `run`; may be called from a signal handler or another thread."""
        self._reactor.post(self._link.close)
        self._reactor.stop()

    def _link_changed(self, state: LinkState) -> None:
        self._scan, self._reading = "", None
        if state is LinkState.ONLINE:
            log.info("online, model %s", self._recogniser.model)
            self._link.send(messages.WorkReady(model=self._recogniser.model))

    def _received(self, message: Message, raw: tuple[memoryview, ...]) -> None:
        match message:
            case messages.Work():
                self._begin(message.scan)
            case messages.ScanGrew() if message.scan == self._scan and self._reading:
                self._told(self._reading, message)

    def _begin(self, scan: str) -> None:
        self._scan, self._reading = scan, None
        opened = self._link.request(messages.OpenScan(request=0, scan=scan))
        self._then(scan, opened, self._opened)

    def _opened(self, answer: Answer) -> None:
        message = answer.message
        if isinstance(message, messages.ScanOpened):
            self._reading = Reading(header=decode_header(answer.raw[0]))
            self._told(self._reading, message)

    def _told(self, reading: Reading, message: messages.ScanOpened | messages.ScanGrew) -> None:
        reading.told(strips=message.strips, stored=message.stored, content_sha256=message.content_sha256)
        self._go_on(reading)

    def _go_on(self, reading: Reading) -> None:
        if wanted := reading.wanted:
            reading.is_fetching = True
            first, count = wanted
            request = messages.FetchStrips(request=0, scan=self._scan, first=first, count=count)
            self._then(self._scan, self._link.request(request), self._fetched)
        elif reading.is_whole and not reading.is_recognising:
            reading.is_recognising = True
            self._then(self._scan, self._model_thread.submit(self._recognise, reading), self._recognised)

    def _fetched(self, answer: Answer) -> None:
        reading = self._reading
        if reading is None:
            return
        reading.is_fetching = False
        reading.add(answer.raw)
        self._go_on(reading)

    def _recognise(self, reading: Reading) -> Recognition:
        return self._recogniser.recognise(reading.image())

    def _recognised(self, recognition: Recognition) -> None:
        reading = self._reading
        if reading is None:
            return
        log.info(
            "%d findings in %.0f ms", len(recognition.findings), recognition.elapsed_ms, extra={"scan": self._scan}
        )
        self._report(
            messages.ReportRecognition(
                request=0, scan=self._scan, content_sha256=reading.content_sha256, recognition=recognition
            )
        )

    def _report(self, report: Message) -> None:
        scan = self._scan
        self._link.send(messages.CloseScan(scan=scan))
        self._reading = None
        self._link.request(report).add_done_callback(
            lambda future: self._reactor.post(lambda: self._next(scan, future))
        )

    def _next(self, scan: str, reported: Future[Answer]) -> None:
        if error := reported.exception():
            log.warning("report refused: %s", error, extra={"scan": scan})
        if self._scan == scan:
            self._scan = ""
            self._link.send(messages.WorkReady(model=self._recogniser.model))

    def _then(self, scan: str, future: Future[Result], step: Callable[[Result], None]) -> None:
        """When `future` is done, take `step` on the reactor, unless another scan has come meanwhile."""
        future.add_done_callback(lambda done: self._reactor.post(lambda: self._step(scan, done, step)))

    def _step(self, scan: str, done: Future[Result], step: Callable[[Result], None]) -> None:
        if scan != self._scan:
            return
        try:
            step(done.result())
        except ScanViewError as error:
            self._give_up(error)
        except Exception as error:
            log.exception("the model failed", extra={"scan": scan})
            self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        log.warning("not recognised: %s", error, extra={"scan": self._scan})
        self._report(messages.ReportNotRecognised(request=0, scan=self._scan, why=str(error)[:2_000]))
