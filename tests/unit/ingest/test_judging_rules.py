"""Rules release at a gate only under what a supervisor signed, and as often as the port itself counts."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from scanview.core.delegation import DAY_S
from scanview.core.review import Role, Verdict
from scanview.wire.authority import Authority
from tests.unit.ingest.judged_lane import CHEN, CUSTOMS, DELEGATION, LI, NOW, Lane, direct, release, statement
from tests.unit.wire.people import Signer, new_authority


@pytest.fixture
def lane(tmp_path: Path) -> Iterator[Lane]:
    lane = Lane(tmp_path)
    yield lane
    lane.log.close()


def test_rules_release_under_a_delegation_as_often_as_it_says(lane: Lane) -> None:
    permit = CHEN.permits(DELEGATION)
    assert [lane.receive(direct(number), delegation=permit) for number in (1, 2, 3, 4)] == [
        "",
        "",
        "",
        "delegation-used-up",
    ]
    other = CHEN.permits(replace(DELEGATION, delegation="d" * 32))
    assert lane.receive(direct(5), delegation=other) == "delegation-used-up", "a second delegation is no second day"
    lane.now += DAY_S + 1
    late = {"expires_at": lane.now + 60}
    assert lane.receive(direct(6, **late), delegation=permit) == "delegation-used-up", "only the hub's clock was set"
    lane.own_now += DAY_S + 1
    assert lane.receive(direct(7, **late), delegation=permit) == ""


@pytest.mark.parametrize(
    ("change", "carried", "why"),
    [
        ({}, None, "unsigned"),
        ({}, LI.permits(replace(DELEGATION, person="li")), "not-a-supervisor"),
        ({}, Signer.make(new_authority(), "chen", role=Role.SUPERVISOR).permits(DELEGATION), "uncertified"),
        ({}, CHEN.permits(replace(DELEGATION, rules_version=4)), "other-rules"),
        ({}, CHEN.permits(replace(DELEGATION, lanes=("CNSHA-04",))), "lane-not-covered"),
        ({}, CHEN.permits(replace(DELEGATION, expires_at=NOW)), "delegation-not-in-force"),
        ({}, CHEN.permits(replace(DELEGATION, issued_at=NOW + 1)), "delegation-not-in-force"),
        ({}, CHEN.permits(replace(DELEGATION, daily_cap=0)), "delegation-used-up"),
        ({"signatures_required": 2}, CHEN.permits(DELEGATION), "too-few-signatures"),
        (
            {},
            Signer.make(CUSTOMS, "chen", role=Role.SUPERVISOR, not_after=NOW).permits(DELEGATION),
            "certificate-not-in-force",
        ),
        ({"decided_by": "li"}, CHEN.permits(DELEGATION), "unsigned"),
    ],
)
def test_a_delegation_that_does_not_cover_the_release_opens_nothing(lane: Lane, change, carried, why: str) -> None:
    assert lane.receive(direct(1, **change), delegation=carried) == why
    assert lane.gate == []


def test_a_persons_statement_is_no_delegation_and_a_delegation_no_statement(lane: Lane) -> None:
    assert lane.receive(direct(1), delegation=LI.states(statement(direct(1)))) == "bad-delegation"
    assert lane.receive(release(2), CHEN.permits(DELEGATION)) == "bad-statement"


def test_rules_release_nothing_that_anybody_decided_about(lane: Lane) -> None:
    hold = release(1, order="6" * 32, verdict=Verdict.HOLD, expires_at=0.0)
    assert lane.receive(hold) == ""
    assert lane.receive(direct(1, order="7" * 32, version=2), delegation=CHEN.permits(DELEGATION)) == "older-order"


def test_a_delegation_that_was_taken_back_opens_nothing(lane: Lane, tmp_path: Path) -> None:
    authority = Authority(card=CUSTOMS.card, folder=tmp_path / "desk", key=CUSTOMS.key)
    taken_back = authority.revoke([DELEGATION.delegation], NOW)
    assert lane.receive(direct(1), delegation=CHEN.permits(DELEGATION), revocations=taken_back) == "revoked"


def test_a_lane_may_take_no_release_by_rules(tmp_path: Path) -> None:
    lane = Lane(tmp_path, direct_release=False)
    assert lane.receive(direct(1), delegation=CHEN.permits(DELEGATION)) == "no-direct-release"
    lane.log.close()
