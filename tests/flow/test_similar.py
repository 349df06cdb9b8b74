"""Scans that look alike are found over real sockets: by a worker's index, told by the hub as far as it may."""

import threading
import time
from contextlib import contextmanager

import pytest

from scanview.core.embedding import Embedding
from scanview.core.errors import NotAllowed, Unavailable
from scanview.core.review import Recognition
from scanview.core.work import RecognitionState
from scanview.detect.searching import SIMILAR_FOLDER
from scanview.detect.similar_index import SimilarIndex
from scanview.detect.worker import Worker
from scanview.wire import messages
from tests.flow.hub_network import PATIENCE_S, ScriptedPort, ScriptedWorkstation
from tests.flow.test_worker import upload
from tests.unit.review.room import hold


class LookingRecogniser:
    """Says that a scan looks like how long it is: lengths that differ little are directions that differ little."""

    model = "looking 1"
    is_usable = True

    def begin(self, header):
        return Looking()


class Looking:
    def __init__(self):
        self.columns = 0

    def take(self, view, counts):
        self.columns += counts.shape[2]

    def look(self):
        pass

    def conclude(self):
        numbers = (100, self.columns // 10 - 50, *[1] * 62)
        embedding = Embedding(space="looking 1", numbers=numbers)
        return Recognition(model="looking 1", empty=0.25, findings=(), embedding=embedding)


@contextmanager
def running_worker(hub, folder):
    worker = Worker(endpoint=hub.endpoint, folder=folder, name="worker-9", recogniser=LookingRecogniser())
    thread = threading.Thread(target=worker.run, name="worker")
    thread.start()
    try:
        yield worker
    finally:
        worker.stop()
        thread.join()


@pytest.fixture
def desk(hub):
    peer = ScriptedWorkstation(hub).online()
    peer.sign_in()
    peer.watch()
    yield peer
    peer.close()


@pytest.fixture
def scans(hub, desk, worker_on):
    """Three recognised scans, of which the first two look alike; all but the last are held."""
    port = ScriptedPort(hub).online()
    worker_on(LookingRecogniser())
    made = []
    for columns in (700, 690, 130, 705):
        scan, _ = upload(port, columns)
        row = desk.row(scan, lambda row: row.recognition is RecognitionState.DONE)
        assert row.stored
        made.append(scan)
    for scan in made[:3]:
        fence = desk.ask(messages.Take(request=0, scan=scan)).message.lease.fence
        desk.ask(messages.Decide(request=0, decision=hold(scan, fence)))
    yield made
    port.close()


def similar(desk, scan, condition=lambda answer: True):
    """The answer once it meets `condition`: an index follows the ledger after a while."""
    answers = []

    def asked():
        try:
            answers.append(desk.ask(messages.FindSimilar(request=0, scan=scan)).message)
        except Unavailable:
            return False
        return condition(answers[-1])

    deadline = time.monotonic() + PATIENCE_S
    while not asked():
        assert time.monotonic() < deadline, answers
        time.sleep(0.2)
    return answers[-1]


def test_what_looks_alike_is_told_nearest_first_without_itself_or_the_undecided(desk, scans):
    first, alike, other, _undecided = scans
    answer = similar(desk, first, lambda answer: answer.searched == 4)
    assert [found.scan for found in answer.found] == [alike, other]
    near, far = answer.found
    assert near.distance < 0.01 < far.distance
    assert (near.lane, near.verdict.value) == ("CNSHA-03", "HOLD")
    assert not answer.is_behind


def test_a_scan_of_which_no_model_told_has_no_likeness(hub, desk):
    port = ScriptedPort(hub).online()
    scan, _ = upload(port)
    desk.row(scan, lambda row: row.stored)
    with pytest.raises(NotAllowed) as refused:
        desk.ask(messages.FindSimilar(request=0, scan=scan))
    assert refused.value.code == "no-embedding"
    port.close()


def test_a_worker_that_comes_back_has_its_index_and_a_damaged_one_is_made_anew(hub, desk, tmp_path, monkeypatch):
    monkeypatch.setenv("SCANVIEW_RUNTIME_DIR", str(hub.data / "runtime"))
    port = ScriptedPort(hub).online()
    with running_worker(hub, tmp_path / "worker"):
        scans = [upload(port, columns)[0] for columns in (700, 690)]
        for scan in scans:
            desk.row(scan, lambda row: row.recognition is RecognitionState.DONE)
            fence = desk.ask(messages.Take(request=0, scan=scan)).message.lease.fence
            desk.ask(messages.Decide(request=0, decision=hold(scan, fence)))
        similar(desk, scans[0], lambda answer: answer.searched == 2)
    with pytest.raises(Unavailable) as refused:
        desk.ask(messages.FindSimilar(request=0, scan=scans[0]))
    assert refused.value.code == "no-searching-worker"

    index = tmp_path / "worker" / SIMILAR_FOLDER
    assert len(SimilarIndex(index)) == 2
    (graph,) = index.glob("*.usearch")
    graph.write_bytes(graph.read_bytes()[:-1] + b"!")
    with running_worker(hub, tmp_path / "worker"):
        answer = similar(desk, scans[0], lambda answer: answer.searched == 2)
    assert [found.scan for found in answer.found] == [scans[1]]
    port.close()
