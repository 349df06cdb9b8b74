"""A shift as it looks: lanes, a queue with every state in it, and a simulated scan with what was declared and found."""

from functools import cache

from scanview.core.review import Finding, Recognition, Risk, Verdict
from scanview.core.scan import View
from scanview.core.work import RecognitionState, WorkState
from scanview.core.worklist import DeliveryState, LaneStatus, WorklistRow
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.session import events
from scanview.simulate.scan import SimulatedScan, simulate_scan
from tests.ui.ui_fakes import CONTENT, lease
from tests.ui.walk.person import Person
from tests.unit.session.session_fakes import row, scan_id

NUMBER = 1
SCORES = (0.91, 0.44, 0.21)


@cache
def simulated() -> SimulatedScan:
    """A truck with two hidden objects, 6 mm to a pixel."""
    return simulate_scan(7, pitch_mm=6.0, hidden=2)


@cache
def whole() -> GrowingPyramid:
    """Its side view."""
    view, counts = simulated().image.side
    return GrowingPyramid.of(view, counts)


@cache
def both() -> tuple[SimulatedScan, tuple[GrowingPyramid, ...]]:
    """The same truck before a scanner with a second view, from above."""
    scan = simulate_scan(7, pitch_mm=6.0, hidden=2, with_top=True)
    views = zip(scan.image.header.views, scan.image.views, strict=True)
    return scan, tuple(GrowingPyramid.of(view, counts) for view, counts in views)


def begun(columns: int = 1_200) -> GrowingPyramid:
    """The same while the truck is still passing."""
    view, counts = simulated().image.side
    pyramid = GrowingPyramid.of(view, counts[:, :, :columns])
    pyramid.complete = False
    return pyramid


def recognition() -> Recognition:
    """What a model saw in it: the truth, with scores of every risk."""
    truth = simulated().truth
    seen = [(known.label, known.box) for known in truth.objects] + [("cigarettes", truth.objects[0].box)]
    findings = tuple(
        Finding(finding=f"f-{number}", label=label, score=score, box=box)
        for number, ((label, box), score) in enumerate(zip(seen, SCORES, strict=False), 1)
        if box.view is View.SIDE
    )
    return Recognition(model="baseline 0.1", empty=0.03, findings=findings[:2])


def queue() -> tuple[WorklistRow, ...]:
    """One row of every kind."""
    header = simulated().image.header
    return (
        row(1, container=header.container, state=WorkState.IN_REVIEW, analyst="zhang", risk=Risk.HIGH),
        row(2, container="MWCU6059784", lane="CNNGB-01", risk=Risk.HIGH, findings=3),
        row(3, container="TGHU7759933", lane="CNTAO-12", risk=Risk.MEDIUM, findings=1),
        row(4, container="MSKU0000000", container_valid=False, risk=Risk.LOW),
        row(5, container="", lane="CNYTN-02", risk=Risk.NONE, recognition=RecognitionState.NOT_RECOGNISED),
        row(6, container="OOLU8110240", risk=Risk.NONE, recognition=RecognitionState.PENDING, stored=False,
            state=WorkState.ARRIVING),
        row(7, container="CAIU2345675", lane="CNNGB-01", complete=False, risk=Risk.MEDIUM),
        row(8, container="TEMU6723481", state=WorkState.IN_REVIEW, analyst="li.xiaoming", risk=Risk.LOW),
        row(9, container="HLXU1234560", state=WorkState.CLOSED, verdict=Verdict.RELEASE, decided_by="zhang",
            delivery=DeliveryState.APPLIED),
        row(10, container="APZU3211232", state=WorkState.CLOSED, verdict=Verdict.HOLD, decided_by="li.xiaoming",
            delivery=DeliveryState.REFUSED),
    )  # fmt: skip


def lanes() -> tuple[LaneStatus, ...]:
    """Most of them connected."""
    names = ("CNSHA-01", "CNSHA-03", "CNNGB-01", "CNTAO-12", "CNYTN-02")
    return tuple(LaneStatus(lane=name, connected=name != "CNYTN-02", since=1) for name in names)


def begin(person: Person) -> None:
    """The queue and the lanes are there, and the link has been measured."""
    person.desk.heard(events.RowsChanged(rows=queue()))
    person.desk.heard(events.LanesChanged(lanes=lanes()))
    person.desk.heard(events.LinkMeasured(delay_ms=2.0, clock_offset_s=0.0))
    person.desk.heard(events.AheadChanged(scans=frozenset({scan_id(2), scan_id(3)})))


def opened_both(person: Person) -> None:
    """The scan with two views is on the screen."""
    scan, pyramids = both()
    person.desk.reviewing.open(scan_id(NUMBER), queue()[0], lease())
    status = events.ScanStatus(strips=40, stored=True, content_sha256=CONTENT, recognition=recognition())
    person.desk.heard(
        events.ScanOpened(scan=scan_id(NUMBER), header=scan.image.header, pyramids=pyramids, status=status)
    )
    person.desk.heard(events.ScanLoaded(scan=scan_id(NUMBER)))


def opened(person: Person, *, pyramid: GrowingPyramid | None = None, leased: bool = True, **changes: object) -> None:
    """The simulated scan is on the screen, whole unless another `pyramid` of it is given."""
    shown = pyramid or whole()
    header = simulated().image.header
    person.desk.reviewing.open(scan_id(NUMBER), queue()[0], lease() if leased else None)
    known = {"strips": 20, "stored": shown.complete, "content_sha256": CONTENT, "recognition": recognition()}
    status = events.ScanStatus(**{**known, **changes})
    person.desk.heard(events.ScanOpened(scan=scan_id(NUMBER), header=header, pyramids=(shown,), status=status))
    if shown.complete:
        person.desk.heard(events.ScanLoaded(scan=scan_id(NUMBER)))
