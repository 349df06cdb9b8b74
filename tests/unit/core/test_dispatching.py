"""Who may get which scan: exclusions always hold, lots are fair and cannot be foreseen, nothing is passed over."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanview.core.dispatching import MOST_EQUALS, Candidate, Terms, choose, obstacle
from scanview.core.review import Person, Role

LI = Person(name="Li", role=Role.ANALYST, port="CNSHA", room="South", skills=("food",))
ANN = Person(name="Ann", role=Role.ANALYST)
TERMS = Terms(key=b"only the hub knows")


def waiting(scan="s", *, lane="CNNGB-01", queue_at=0.0, **fields):
    return Candidate(scan=scan, lane=lane, queue_at=queue_at, **fields)


@pytest.mark.parametrize(
    ("candidate", "code"),
    [
        (waiting(), ""),
        (waiting(lane="CNSHA-03"), "own-port"),
        (waiting(lane="CNSHA-03", assigned_to="Li"), "own-port"),
        (waiting(withheld_from=frozenset({"Li"})), "seen-before"),
        (waiting(withheld_from=frozenset({"Li"}), assigned_to="Li"), "seen-before"),
        (waiting(assigned_to="Ann"), "assigned-elsewhere"),
        (waiting(assigned_to="Li", rooms=frozenset({"North"}), skills=frozenset({"vehicles"})), ""),
        (waiting(rooms=frozenset({"North"})), "other-room"),
        (waiting(rooms=frozenset({"North", "South"})), ""),
        (waiting(skills=frozenset({"vehicles"})), "missing-skill"),
        (waiting(skills=frozenset({"food"})), ""),
    ],
)
def test_why_somebody_may_not_get_a_scan(candidate, code):
    assert obstacle(LI, candidate) == code


def test_somebody_of_no_port_and_no_room_may_have_any_lane():
    assert obstacle(ANN, waiting(lane="CNSHA-03", rooms=frozenset({"North"}))) == ""


candidates = st.lists(
    st.builds(
        Candidate,
        scan=st.uuids().map(lambda made: made.hex),
        lane=st.sampled_from(["CNSHA-01", "CNNGB-01", "DEHAM-02"]),
        queue_at=st.integers(0, 50).map(float),
        rooms=st.frozensets(st.sampled_from(["North", "South"])),
        skills=st.frozensets(st.sampled_from(["food", "vehicles"])),
        assigned_to=st.sampled_from(["", "", "Li", "Ann"]),
        withheld_from=st.frozensets(st.sampled_from(["Li", "Ann"])),
    ),
    unique_by=lambda candidate: candidate.scan,
).map(lambda made: sorted(made, key=lambda candidate: (candidate.queue_at, candidate.scan)))


@given(candidates, st.sampled_from([LI, ANN]), st.sampled_from([0.0, 5.0, 100.0]), st.integers(0, 3))
def test_a_choice_breaks_no_exclusion_and_passes_nothing_over_by_more_than_the_band(waits, person, band_s, ahead):
    own = [candidate for candidate in waits if candidate.assigned_to == person.name]
    choice = choose(waits, person, TERMS.draw_for(person), band_s=band_s, assigned=own, ahead=ahead)
    allowed = [candidate for candidate in waits if not obstacle(person, candidate)]
    if not allowed:
        assert choice is None
        return
    assert choice is not None
    given_out = next(candidate for candidate in allowed if candidate.scan == choice.scan)
    kept = [candidate for candidate in allowed if candidate.assigned_to == person.name]
    assert choice.is_assigned == bool(kept)
    if kept:
        assert given_out == kept[0]
    else:
        equals = [candidate for candidate in allowed if candidate.queue_at <= allowed[0].queue_at + band_s]
        assert given_out in equals
        assert choice.among == len(equals)
    assert len(choice.ahead) == min(ahead, len(allowed) - 1)
    assert len({choice.scan, *choice.ahead}) == 1 + len(choice.ahead)


@given(candidates, st.sampled_from([0.0, 5.0, 100.0]))
def test_what_would_come_next_is_what_comes_next(waits, band_s):
    draw = TERMS.draw_for(ANN)
    own = [candidate for candidate in waits if candidate.assigned_to == "Ann"]
    choice = choose(waits, ANN, draw, band_s=band_s, assigned=own, ahead=1)
    if choice is None or not choice.ahead:
        return
    left = [candidate for candidate in waits if candidate.scan != choice.scan]
    own = [candidate for candidate in own if candidate.scan != choice.scan]
    following = choose(left, ANN, draw, band_s=band_s, assigned=own)
    assert following is not None
    assert following.scan == choice.ahead[0]


def test_lots_are_even_among_equals_and_hang_on_the_key_and_the_person():
    equals = [waiting(f"{number:032x}", queue_at=float(number)) for number in range(10)]
    drawn = Counter()
    for number in range(2_000):
        person = Person(name=f"analyst {number}", role=Role.ANALYST)
        choice = choose(equals, person, TERMS.draw_for(person), band_s=30.0)
        assert choice is not None
        drawn[choice.scan] += 1
    assert len(drawn) == 10
    assert all(140 <= count <= 260 for count in drawn.values())
    other = Terms(key=b"another hub's")
    assert [TERMS.draw_for(LI)(candidate.scan) for candidate in equals] != [
        other.draw_for(LI)(candidate.scan) for candidate in equals
    ]


def test_a_flood_of_equals_is_not_read_to_its_end():
    flood = [waiting(f"{number:032x}") for number in range(3 * MOST_EQUALS)]
    choice = choose(iter(flood), ANN, TERMS.draw_for(ANN), band_s=30.0)
    assert choice is not None
    assert choice.among == MOST_EQUALS


def test_the_queue_is_read_no_further_than_it_matters():
    read = []

    def queue():
        for number in range(1_000):
            read.append(number)
            yield waiting(f"{number:032x}", queue_at=float(number))

    assert choose(queue(), ANN, TERMS.draw_for(ANN), band_s=5.0) is not None
    assert len(read) == 7
