"""A client in a process of its own, to be killed: `python -m tests.flow.desk_process FOLDER ENDPOINT NAME PASSWORD`.

Takes the next scan, marks it twice, writes on a mark, and prints the scan's id once that is on disk; then waits.
"""

import json
import sys
from pathlib import Path

from PySide6.QtCore import QTimer

from scanview.core.scan import Box
from scanview.session.events import LinkState
from scanview.ui.app import Client, make_application
from scanview.ui.desk import Taking
from scanview.ui.marking.outline import Outline

NOTE = "behind the tyres"
BOXES = (Box(x0=10, y0=4, x1=60, y1=30), Box(x0=200, y0=8, x1=260, y1=40))


class Hand:
    """Does the next thing that can be done."""

    def __init__(self, client: Client, name: str, password: str) -> None:
        self._client = client
        self._signs_in = (name, password)
        self._said = False

    def step(self) -> None:
        desk = self._client.desk
        review = desk.reviewing.review
        if desk.person is None:
            if desk.link is LinkState.ONLINE:
                desk.sign_in(*self._signs_in)
        elif review is None:
            if desk.taking is Taking.IDLE:
                desk.take_next()
        elif review.loaded and not self._said:
            self._said = True
            for box in BOXES:
                desk.reviewing.add_mark(Outline.around(box))
            desk.reviewing.write_on_mark(NOTE)
            self._client.session.draft(review.scan).result()
            sys.stdout.write(json.dumps({"scan": review.scan}) + "\n")
            sys.stdout.flush()


def main(folder: Path, endpoint: str, name: str, password: str) -> None:
    application = make_application()
    client = Client(endpoint=endpoint, folder=folder, workstation="desk-1")
    client.start()
    hand = Hand(client, name, password)
    timer = QTimer()
    timer.timeout.connect(hand.step)
    timer.start(20)
    application.exec()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
