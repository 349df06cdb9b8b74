"""Rules at work and on trial, on a real catalogue: adopted, refused beyond their limits, releasing, taken back."""

import pytest

from scanview.core.errors import BadInput, NotAllowed
from scanview.core.inspection import Found, FoundItem
from scanview.core.order import Outcome
from scanview.core.review import Risk, Verdict
from scanview.core.scan import Declaration
from scanview.core.triage import Clearance, ReviewChannel, ScanPriority
from scanview.core.work import WorkState
from scanview.core.worklist import DeliveryState
from scanview.formats.header_json import encode_header
from scanview.review import direct_release, rule_files
from scanview.review.delivery import leave
from scanview.review.rules.defaults import default_text
from scanview.review.rules.reading import read_rules
from scanview.store import catalogue
from tests.unit.review.room import ANALYST, CLEAR, LANE, RELEASING, SUPERVISOR, Room, hold, make_header, new_id, release


@pytest.fixture
def room(tmp_path):
    made = Room(tmp_path)
    yield made
    assert made.verify().problems == ()
    made.close()


def rule(when, effect):
    return f'[[rule]]\nid = "r"\nwhen = {{ {when} }}\n{effect}\n'


def tried(room, text, since=0.0):
    told = []
    report = rule_files.dry_run(
        room.database, read_rules(text), since=since, secret=b"s" * 32, on_progress=lambda *said: told.append(said)
    )
    return report, told


def adopt(room, text):
    return room.do(rule_files.adopt, text=text, report=tried(room, text)[0], by="Ada", now=room.now)


def order_of(room, scan):
    orders = room.do(catalogue.undelivered, LANE)
    return next(order for order in orders if order.scan == scan)


def test_until_rules_are_adopted_those_of_scanview_are_in_force(room):
    scan = room.stored_scan()
    room.recognise(scan, **CLEAR)
    triage = room.record(scan).triage
    assert (triage.rules, triage.fired, triage.clearance) == (0, (), Clearance.NOT_ALLOWED)
    version, text = room.do(rule_files.read_version)
    assert (version.version, text) == (0, default_text())


def test_what_was_adopted_is_in_force_at_once_and_every_version_stays(room):
    first = adopt(room, rule("always = true", 'channel = "green"\nwait_s = -800\nskills = "food"\ntarget_s = 60'))
    scan = room.stored_scan()
    room.recognise(scan, **CLEAR)
    row = room.row(scan)
    assert (row.channel, row.target_s) == (ReviewChannel.GREEN, 60.0)
    assert row.queue_at == room.now + 100.0
    assert room.record(scan).triage.skills == ("food",)
    second = adopt(room, rule("always = true", 'risk = "high"'))
    later = room.stored_scan()
    room.recognise(later, **CLEAR)
    assert (first, second, room.row(later).risk, room.row(scan).risk) == (1, 2, Risk.HIGH, Risk.LOW)
    assert [version.version for version in room.do(rule_files.history)] == [2, 1]
    assert "green" in room.do(rule_files.read_version, 1)[1]
    assert adopt(room, rule("always = true", 'risk = "high"')) == 2


def test_rules_of_a_newer_program_release_nothing(room):
    adopt(room, RELEASING)
    room.recognise(room.stored_scan(), **CLEAR)
    room.adopt(RELEASING + "newer = 1")
    scan = room.stored_scan()
    room.recognise(scan, **CLEAR)
    assert (room.record(scan).triage.rules, room.record(scan).item.state) == (0, WorkState.WAITING)


def test_rules_are_those_of_the_catalogue_that_is_asked(room, tmp_path):
    adopt(room, rule("always = true", 'risk = "high"'))
    room.recognise(room.stored_scan(), **CLEAR)
    (tmp_path / "other").mkdir()
    other = Room(tmp_path / "other")
    other.triager = room.triager
    scan = other.stored_scan()
    other.recognise(scan, **CLEAR)
    assert other.row(scan).risk is Risk.LOW
    other.close()


def test_rules_speak_about_scans_that_no_machine_speaks_about(room):
    adopt(room, rule("recognised = false", 'channel = "red"\nwait_s = -300'))
    scan = room.stored_scan()
    for _ in range(3):
        room.fail(scan)
    record = room.record(scan)
    assert (record.item.risk, record.triage.channel, room.row(scan).queue_at) == (
        Risk.NONE,
        ReviewChannel.RED,
        room.now,
    )


def test_who_waits_for_a_scan_and_what_was_held_before_come_from_the_catalogue(room):
    adopt(
        room,
        rule("truck_waiting = true, held_within_days = 1", 'risk = "high"'),
    )
    held = room.stored_scan(container="MSCU 1234566", plate="")
    room.decide(hold(held, room.take(held).fence))

    def arrived(priority):
        header = make_header(new_id(), container="MSCU1234566")
        room.do(
            catalogue.offer, header=header, document=encode_header(header), at=room.now, actor="p", priority=priority
        )
        room.store(header.scan)
        room.recognise(header.scan, **CLEAR)
        return room.row(header.scan).risk

    room.now += 60
    assert arrived(ScanPriority.TRUCK) is Risk.HIGH
    assert arrived(ScanPriority.YARD) is Risk.LOW
    room.now += 2 * 86_400
    assert arrived(ScanPriority.TRUCK) is Risk.LOW


def test_a_scan_that_is_clear_is_released_by_rules_with_an_order_like_any_other(room):
    adopt(room, RELEASING)
    scan = room.stored_scan()
    room.recognise(scan, **CLEAR)
    record, order = room.record(scan), order_of(room, scan)
    assert (record.item.verdict, record.item.decided_by) == (Verdict.RELEASE, "rules/1")
    assert (record.item.state, record.delivery) == (WorkState.DECIDED, DeliveryState.WAITING)
    assert b'"decided_by":"rules/1"' in order.document
    assert room.take_next() is None
    room.do(leave, order, room.now)
    room.receipt(order.order, scan, Outcome.APPLIED)
    assert room.record(scan).item.state is WorkState.CLOSED


@pytest.mark.parametrize(
    "doubtful", [{"release_doubts": ("novel",)}, {"novelty": 2.0, "release_doubts": ("novel",)}, {"empty": 0.9}]
)
def test_what_is_doubtful_waits_for_a_person(room, doubtful):
    adopt(room, RELEASING + rule("empty_at_least = 0.5", 'risk = "medium"'))
    scan = room.stored_scan(declaration=Declaration(goods="shoes"))
    room.recognise(scan, **{**CLEAR, **doubtful})
    assert room.record(scan).item.state is WorkState.WAITING


def test_what_somebody_has_in_front_of_them_or_had_is_theirs(room):
    adopt(room, RELEASING)
    scan = room.stored_scan()
    lease = room.take(scan)
    room.recognise(scan, **CLEAR)
    assert room.record(scan).triage.clearance is Clearance.IN_REVIEW
    room.decide(release(scan, lease.fence))
    assert room.record(scan).item.decided_by == ANALYST.name


def test_a_broken_off_scan_is_never_released(room):
    adopt(room, RELEASING.replace("clear = true", "always = true"))
    scan = room.offer()
    room.store(scan, complete=False)
    room.recognise(scan, **CLEAR)
    assert room.record(scan).triage.clearance is Clearance.DOUBTED


def test_the_daily_cap_and_the_draw_send_scans_to_people(room):
    adopt(room, RELEASING.replace("[limits]", "[limits]\ndaily_cap = 2"))
    for _ in range(4):
        room.recognise(room.stored_scan(), **CLEAR)
    room.now += 86_500
    room.recognise(room.stored_scan(), **CLEAR)
    adopt(room, RELEASING.replace("0.001", "1.0"))
    sampled = room.stored_scan()
    room.recognise(sampled, **CLEAR)
    room.decide(hold(sampled, room.take(sampled).fence))
    told = room.do(rule_files.direct_release, 0.0)
    assert (told.released.hits, told.released.trials, told.sampled) == (3, 6, 1)
    assert (told.missed.hits, told.missed.trials) == (1, 1)


def test_a_supervisor_takes_a_direct_release_back_until_its_order_has_left(room):
    adopt(room, RELEASING)
    scan, gone = room.stored_scan(), room.stored_scan()
    for which in (scan, gone):
        room.recognise(which, **CLEAR)
    order = order_of(room, scan)
    with pytest.raises(NotAllowed, check=lambda error: error.code == "not-a-supervisor"):
        room.do(direct_release.reverse, scan=scan, person=ANALYST, why="", now=room.now)
    room.do(direct_release.reverse, scan=scan, person=SUPERVISOR, why="a call", now=room.now)
    assert not room.do(leave, order, room.now)
    room.recognise(scan, **CLEAR)
    assert room.record(scan).item.state is WorkState.WAITING
    room.decide(hold(scan, room.take(scan).fence))
    room.do(leave, order_of(room, gone), room.now)
    with pytest.raises(NotAllowed, check=lambda error: error.code == "order-left"):
        room.do(direct_release.reverse, scan=gone, person=SUPERVISOR, why="", now=room.now)


def test_a_newer_result_that_does_not_support_it_takes_a_direct_release_back(room):
    adopt(room, RELEASING)
    scan = room.stored_scan()
    room.recognise(scan, **CLEAR)
    room.recognise(scan, **CLEAR)
    assert room.record(scan).item.verdict is Verdict.RELEASE
    room.recognise(scan, 0.8)
    assert room.record(scan).item.state is WorkState.WAITING


def test_what_an_earlier_result_gave_to_two_people_stays_theirs(room):
    adopt(room, RELEASING + rule("score_at_least = 0.5", 'second_review = "always"\nrisk = "high"'))
    scan = room.stored_scan()
    room.recognise(scan, 0.9)
    room.recognise(scan, **CLEAR)
    assert room.record(scan).triage.clearance is Clearance.IN_REVIEW
    assert room.record(scan).item.state is WorkState.WAITING


def a_past(room):
    """Nine clear scans and one with a finding; people held one of the clear ones, released two, decided no others."""
    clear = [room.stored_scan() for _ in range(9)]
    for scan in clear:
        room.now += 1
        room.recognise(scan, **CLEAR)
    room.recognise(room.stored_scan(), 0.9)
    room.decide(hold(clear[0], room.take(clear[0]).fence))
    for scan in clear[1:3]:
        room.decide(release(scan, room.take(scan).fence))


def test_a_dry_run_counts_what_would_have_been_and_changes_nothing(room):
    a_past(room)
    before = room.verify().entries
    report, told = tried(room, RELEASING + rule("score_at_least = 0.5", 'channel = "red"\nrisk = "high"'))
    assert room.verify().entries == before
    assert (report.scans, report.released.hits, report.released.trials) == (10, 9, 10)
    assert (report.missed.hits, report.missed.trials, report.held) == (1, 3, 1)
    assert [(count.rule, count.fired, count.released) for count in report.rules] == [("harmless", 9, 9), ("r", 1, 0)]
    assert dict(report.risks) == {"low": 9, "high": 1}
    assert [(wait.channel, wait.scans, wait.before_s, wait.after_s) for wait in report.waits] == [
        ("ordinary", 9, 900.0, 900.0),
        ("red", 1, 0.0, 0.0),
    ]
    assert told[-1] == (10, 10)


def test_what_was_found_in_an_opened_container_counts_as_missed(room):
    for found in ((FoundItem(label="drugs"),), ()):
        scan = room.stored_scan()
        room.recognise(scan, **CLEAR)
        room.decide(release(scan, room.take(scan).fence))
        room.inspect(scan, items=found, found=Found.FOUND if found else Found.NOTHING)
    report, _ = tried(room, RELEASING)
    assert (report.missed.hits, report.missed.trials, report.held, report.found) == (1, 2, 0, 1)


def test_a_dry_run_goes_through_more_than_one_page(room):
    for _ in range(rule_files.PAGE_SCANS + 5):
        room.recognise(room.stored_scan())
    assert tried(room, RELEASING)[0].scans == rule_files.PAGE_SCANS + 5


@pytest.mark.parametrize(
    ("limit", "line", "said"),
    [
        ("fewest_scans = 11", 3, "saw 10 scans"),
        ("most_released = 0.5", 3, "of 10 scans directly ("),
        ("most_missed = 0.5", 3, "1 were held"),
    ],
)
def test_a_file_whose_dry_run_goes_beyond_its_limits_is_refused_and_the_old_rules_stay(room, limit, line, said):
    a_past(room)
    assert adopt(room, rule("always = true", 'channel = "green"')) == 1
    lines = [name for name in RELEASING.splitlines() if not name.startswith(limit.split(" ")[0])]
    text = "\n".join(lines).replace("[limits]", f"[limits]\n{limit}")
    with pytest.raises(BadInput, check=lambda error: f"line {line}: " in str(error) and said in str(error)):
        adopt(room, text)
    assert room.do(rule_files.read_version)[0].version == 1


def test_a_file_that_is_not_sound_is_refused_and_the_old_rules_stay(room):
    with pytest.raises(BadInput, check=lambda error: error.code == "bad-rules"):
        room.do(rule_files.adopt, text="[limit]", report=tried(room, RELEASING)[0], by="Ada", now=room.now)
    assert room.do(rule_files.read_version)[0].version == 0
