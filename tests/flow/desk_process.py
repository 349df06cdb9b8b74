"""A client in a process of its own, to be killed: `python -m tests.flow.desk_process FOLDER ENDPOINT NAME PASSWORD`.

Takes the next scan, marks it in every shape, says what one is and bends another, and prints the scan's id once that
is on disk; then waits.
"""

import json
import sys
from pathlib import Path

from PySide6.QtCore import QTimer

from scanview.core.mark import MarkCategory, MarkShape
from scanview.core.scan import Box
from scanview.session.events import LinkState
from scanview.ui import saying
from scanview.ui.app import Client, make_application
from scanview.ui.desk import Taking
from scanview.ui.marking.outline import Outline

NOTE = "behind the tyres"
CATEGORY = MarkCategory.HIDDEN_SPACE
OUTLINES = (
    Outline.around(Box(x0=10, y0=4, x1=60, y1=30)),
    Outline(shape=MarkShape.POLYGON, points=((200, 8), (260, 8), (230, 40))),
    Outline(shape=MarkShape.ARROW, points=((400, 50), (350, 20))),
)
BENT = Outline(shape=MarkShape.POLYGON, points=((210, 12), (260, 8), (230, 40)))
"""Where the second one is dragged afterwards."""


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
            for outline in OUTLINES:
                desk.reviewing.add_mark(outline)
            desk.reviewing.pick_category(CATEGORY)
            desk.reviewing.write_on_mark(NOTE)
            bent = desk.reviewing.review.marks[1].mark
            desk.reviewing.change(lambda now: saying.redrawn(now, bent, BENT))
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
