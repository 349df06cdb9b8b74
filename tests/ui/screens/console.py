"""The states of the console."""

from scanview.core.review import Verdict
from scanview.core.work import WorkState
from scanview.core.worklist import DeliveryState, LaneStatus
from scanview.session import events
from tests.ui.screens.scene import Scene
from tests.ui.walk.person import Person, Start
from tests.ui.walk.shelving import supervisor
from tests.unit.session.session_fakes import row

NOW = 1_100.0
PORTS = ("CNSHA", "CNNGB", "CNTAO", "CNYTN", "CNXMN")
STATES = (WorkState.WAITING, WorkState.WAITING, WorkState.ARRIVING, WorkState.IN_REVIEW, WorkState.CLOSED)


def room_at_work(person: Person) -> None:
    """Five ports of two or three lanes, two of which are gone, and scans in every state."""
    supervisor(person)
    lanes = [f"{port}-{number:02}" for place, port in enumerate(PORTS) for number in range(1, 3 + place % 2)]
    person.desk.heard(
        events.LanesChanged(
            lanes=tuple(
                LaneStatus(lane=lane, connected=lane not in ("CNSHA-02", "CNTAO-01", "CNTAO-02"), since=NOW - 90)
                for lane in lanes
            )
        )
    )
    rows = []
    for number in range(60):
        state = STATES[number % len(STATES)]
        decided = {"verdict": Verdict.HOLD, "decided_by": "zhang", "delivery": DeliveryState.APPLIED}
        rows.append(
            row(
                100 + number,
                lane=lanes[(number * 7) % len(lanes)],
                state=state,
                arrived_at=NOW - 20 * number,
                analyst=f"analyst-{number % 4}" if state is WorkState.IN_REVIEW else "",
                **(decided if state is WorkState.CLOSED else {}),
            )
        )
    person.desk.heard(events.RowsChanged(rows=tuple(rows)))


SCENES = (Scene(name="console-live", start=Start.DESK, keys=(room_at_work, "F2", "Down"), close_up=True),)
