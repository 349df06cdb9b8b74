"""The states of the console."""

from scanview.core.errors import Unavailable
from scanview.core.presence import KeysAlarm, Seated, WorkerSeen
from scanview.core.review import Role, Verdict
from scanview.core.work import WorkState
from scanview.core.worklist import DeliveryState, LaneStatus
from scanview.session import events
from scanview.wire.messages import Room
from tests.ui.screens.scene import Scene
from tests.ui.walk.person import Person, Start
from tests.ui.walk.shelving import supervisor
from tests.unit.session.session_fakes import row, scan_id

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
                target_s=600.0,
                analyst=f"analyst-{number % 4}" if state is WorkState.IN_REVIEW else "",
                **(decided if state is WorkState.CLOSED else {}),
            )
        )
    person.desk.heard(events.RowsChanged(rows=tuple(rows)))


ALARMS = (KeysAlarm(at=NOW - 60, machine="port/CNSHA-03", address="10.4.0.9"),)


def who_is_here(person: Person) -> None:
    """The hub tells: somebody on a break, somebody with a scan, a worker without a model."""
    people = (
        Seated(name="Ada", role=Role.SUPERVISOR, workstation="desk-9"),
        Seated(name="analyst-1", role=Role.ANALYST, workstation="desk-1", scan=scan_id(103)),
        Seated(name="analyst-2", role=Role.ANALYST, workstation="desk-2", on_break_since=NOW - 412),
        Seated(name="李晓明", role=Role.EXPERT, workstation="desk-3"),
    )
    workers = (
        WorkerSeen(name="gpu-1", model="scanview 0.3.0", usable=True, scans=3),
        WorkerSeen(name="gpu-2", model="unsigned", usable=False, scans=0),
    )
    person.session.last("ask Room").set_result(Room(request=1, people=people, workers=workers, alarms=ALARMS))


def nobody_tells(person: Person) -> None:
    person.session.last("ask Room").set_exception(Unavailable("no", code="hub-unreachable"))


SCENES = (
    Scene(name="console-live", start=Start.DESK, keys=(room_at_work, "F2", who_is_here, "Down"), close_up=True),
    Scene(name="console-live-lost", start=Start.DESK, keys=(room_at_work, "F2", nobody_tells)),
)
