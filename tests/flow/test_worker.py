"""The recognition worker against a real hub: it reads scans as they grow, reports, and admits what it cannot do."""

import hashlib

import numpy as np
import pytest

from scanview.core.review import Recognition
from scanview.core.work import RecognitionState
from scanview.formats.archive_index import CONTENT_START, file_start
from tests.flow.hub_network import ScriptedPort, ScriptedWorkstation, new_id
from tests.unit.formats.archive_scans import scan_image, strip_records
from tests.unit.review.room import make_header


class CountingRecogniser:
    """Says how many columns it was given, and how often it looked; refuses or breaks where told to."""

    model = "counting 1"
    is_usable = True

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure
        self.seen: list[tuple[int, ...]] = []
        self.columns: dict[str, int] = {}

    def begin(self, header):
        return Counting(self, header)


class Counting:
    def __init__(self, recogniser, header) -> None:
        self.recogniser, self.header, self.taken = recogniser, header, []

    def take(self, view, counts) -> None:
        self.taken.append(counts)
        self.recogniser.columns[self.header.scan] = sum(part.shape[2] for part in self.taken)

    def look(self) -> None:
        pass

    def conclude(self) -> Recognition:
        self.recogniser.seen.append(np.concatenate(self.taken, axis=2).shape)
        if self.recogniser.failure:
            raise self.recogniser.failure
        return Recognition(model=self.recogniser.model, empty=0.25, findings=())


@pytest.fixture
def desk(hub):
    peer = ScriptedWorkstation(hub).online()
    peer.sign_in()
    peer.watch()
    yield peer
    peer.close()


@pytest.fixture
def port(hub):
    peer = ScriptedPort(hub).online()
    yield peer
    peer.close()


def upload(port, columns=700):
    header = make_header(new_id())
    image = scan_image((columns,), header)
    records = strip_records(image)
    content = hashlib.sha256(file_start(header)[CONTENT_START:] + b"".join(records)).hexdigest()
    port.offer(header)
    port.send_strips(header.scan, records)
    port.end(header.scan, len(records), content)
    return header.scan, image


def test_what_the_model_says_reaches_the_worklist(port, desk, worker_on):
    recogniser = CountingRecogniser()
    worker_on(recogniser)

    scan, image = upload(port)

    row = desk.row(scan, lambda row: row.recognition is RecognitionState.DONE)
    assert row.stored
    assert recogniser.seen == [image.side[1].shape]


def test_one_worker_takes_every_scan_once(port, desk, worker_on):
    recogniser = CountingRecogniser()
    worker_on(recogniser)

    scans = [upload(port, columns)[0] for columns in (130, 300, 128)]

    for scan in scans:
        desk.row(scan, lambda row: row.recognition is RecognitionState.DONE)
    assert sorted(shape[2] for shape in recogniser.seen) == [128, 130, 300]


def test_a_model_that_breaks_says_not_recognised_and_the_worker_goes_on(port, desk, worker_on):
    recogniser = CountingRecogniser(failure=ZeroDivisionError("a fault in the model"))
    worker_on(recogniser)

    scan, _ = upload(port)
    desk.row(scan, lambda row: row.recognition is RecognitionState.NOT_RECOGNISED)

    recogniser.failure = None
    following, _ = upload(port)
    desk.row(following, lambda row: row.recognition is RecognitionState.DONE)


def test_a_worker_that_comes_later_finds_the_work(hub, port, desk, worker_on):
    scan, _ = upload(port)
    assert desk.row(scan).recognition is RecognitionState.PENDING

    worker_on(CountingRecogniser())

    desk.row(scan, lambda row: row.recognition is RecognitionState.DONE)


def test_a_scan_is_read_while_it_arrives_and_its_result_follows_its_end(port, desk, worker_on):
    recogniser = CountingRecogniser()
    worker_on(recogniser)
    header = make_header(new_id())
    image = scan_image((700,), header)
    records = strip_records(image)
    content = hashlib.sha256(file_start(header)[CONTENT_START:] + b"".join(records)).hexdigest()

    port.offer(header)
    port.send_strips(header.scan, records[:3])
    port.wait(lambda: recogniser.columns.get(header.scan) == 3 * 128, "three strips at the model")
    assert recogniser.seen == []
    port.send_strips(header.scan, records[3:], first=3)
    port.end(header.scan, len(records), content)

    desk.row(header.scan, lambda row: row.recognition is RecognitionState.DONE)
    assert recogniser.seen == [image.side[1].shape]


def test_a_scan_that_stops_half_way_holds_up_no_other(port, desk, worker_on):
    recogniser = CountingRecogniser()
    worker_on(recogniser)
    header = make_header(new_id())
    port.offer(header)
    port.send_strips(header.scan, strip_records(scan_image((700,), header))[:2])
    port.wait(lambda: recogniser.columns.get(header.scan), "a strip at the model")

    scan, _ = upload(port)

    desk.row(scan, lambda row: row.recognition is RecognitionState.DONE)
