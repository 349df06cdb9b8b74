"""The real client, offscreen, over real sockets, and scans for it to decide."""

import numpy as np

from scanview.core.review import Box, Finding, Recognition
from scanview.core.scan import Declaration, ScanHeader
from scanview.formats.archive_writer import ArchiveWriter
from scanview.session.events import LinkState
from scanview.settings import ClientSettings
from scanview.ui.app import Client
from scanview.ui.text import Language
from tests.unit.formats.archive_scans import scan_image, strip_records, view_header

WAIT_MS = 20_000


def header(number, lane="CNSHA-03"):
    return ScanHeader(
        scan=f"{number:032x}",
        lane=lane,
        started_at=1.75e9,
        views=(view_header(rows=64),),
        container="CSQU3054383",
        plate="沪A12345",
        declaration=Declaration(goods="motors", hs_code="850110", gross_kg=18_200.0, packages=240),
    )


class Sent:
    """One scan as a lane sends it: its pixels, its strip records and the hash of its content."""

    def __init__(self, folder, image):
        self.header, self.image = image.header, image
        self.scan = image.header.scan
        self.records = strip_records(image)
        writer = ArchiveWriter.create(folder, image.header)
        for record in self.records:
            writer.append(record)
        self.content_sha256 = writer.content_sha256
        writer.abandon()

    def send(self, port):
        """The whole of it passes; returns when the hub has given its receipt."""
        port.offer(self.header)
        port.send_strips(self.scan, self.records)
        self.end(port)

    def end(self, port):
        assert port.end(self.scan, len(self.records), self.content_sha256) == self.content_sha256


class Truck(Sent):
    """A scan of noise with a header like any other."""

    def __init__(self, folder, number, columns=700):
        super().__init__(folder, scan_image((columns,), header(number), seed=number))


RECOGNITION = Recognition(
    model="test 1",
    empty=0.02,
    findings=(Finding(finding="1", label="weapon", score=0.9, box=Box(x0=300, y0=10, x1=380, y1=40)),),
)


class ClientRoom:
    """A client of `hub` at this workstation, signed in or not."""

    def __init__(self, qtbot, hub, folder, *, workstation="desk-1", **settings):
        self.qtbot = qtbot
        folder.mkdir(mode=0o700, exist_ok=True)
        self.client = Client(
            endpoint=hub.endpoint,
            folder=folder,
            workstation=workstation,
            language=Language.EN,
            settings=ClientSettings(**settings),
        )
        self.desk, self.window = self.client.desk, self.client.window
        self.client.start()

    def stop(self):
        self.client.stop()

    def until(self, condition):
        self.qtbot.waitUntil(condition, timeout=WAIT_MS)
        self.window.refresh()

    def give(self, id):
        assert self.window.commands.give(id), f"{id} means nothing in mode {self.desk.mode}"

    def try_to_sign_in(self, name, password):
        page = self.window.sign_in_page
        self.until(lambda: self.desk.link is LinkState.ONLINE)
        page.name.setText(name)
        page.password.setText(password)
        page.password.returnPressed.emit()

    def sign_in(self, name, password):
        self.try_to_sign_in(name, password)
        self.until(lambda: self.desk.person is not None)

    @property
    def review(self):
        return self.desk.reviewing.review

    def is_whole(self):
        return self.review is not None and self.review.loaded

    def pixels(self):
        """What is on the screen, at full resolution: uint16 (channels, rows, columns)."""
        (pyramid,) = self.desk.reviewing.pyramids
        return np.stack([pyramid.plane(channel, 0) for channel in range(2)])
