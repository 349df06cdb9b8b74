"""The state machine of a scan under every order of facts, and mistakes in it that this must find."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from scanview.core import opinions, veil, work
from scanview.core.opinions import ROLES_AT, Stage
from scanview.core.review import Role
from scanview.core.work_item import WorkState
from tests.unit.core.work_machine import WorkMachine

TestWorkMachine = WorkMachine.TestCase
TestWorkMachine.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)

_HUNT = settings(
    max_examples=2_000,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
_was = {name: getattr(work, name) for name in dir(work) if name.startswith("_") and callable(getattr(work, name))}


def following_without(**dropped):
    return lambda said, *, second, four_eyes: opinions.following_stage(
        said, **{"second": second, "four_eyes": four_eyes, **dropped}
    )


def own_lease_by_name_alone(item, fence):
    return _was["_own_lease"](item, item.lease.fence if item.lease is not None else fence)


MUTANTS = {
    "four eyes are forgotten": (work, "following_stage", following_without(four_eyes=False)),
    "the second look is forgotten": (work, "following_stage", following_without(second=False)),
    "nobody settles a difference": (opinions, "_judge_after", lambda said: None),
    "one may judge twice": (work, "_check_separate", lambda item, person: None),
    "experts are blind seconds": (work, "ROLES_AT", {**ROLES_AT, Stage.SECOND: frozenset(Role)}),
    "anything may be released": (work, "_check_release", lambda item, decision, now: None),
    "an old lease speaks": (work, "_own_lease", own_lease_by_name_alone),
    "two have one scan": (work, "_leased", lambda item, fact: _was["_leased"](replace(item, lease=None), fact)),
    "a draw is dropped": (work, "_opined", lambda item, fact: replace(_was["_opined"](item, fact), drawn=False)),
    "what has left comes back": (
        work, "_withdrawn", lambda item, fact: _was["_withdrawn"](replace(item, state=WorkState.DECIDED), fact)
    ),
    "a withdrawn word stands": (
        work, "_withdrawn", lambda item, fact: replace(_was["_withdrawn"](item, fact), opinions=item.opinions)
    ),
    "a judged scan is elsewhere": (work, "is_spoken_of", lambda item: False),
    "rules release what people had": (
        work,
        "_changed_by_rules",
        lambda item, fact: _was["_changed_by_rules"](replace(item, last_fence=0), fact),
    ),
    "a found release is not compared": (
        work, "_order_found", lambda item, fact: _was["_order_found"](replace(item, stored=False), fact)
    ),
    "who can change their word sees": (
        veil, "may_see_opinions", lambda person, item, delivery, was=veil.may_see_opinions: was(
            person, replace(item, waits_until=0.0), delivery)
    ),
}  # fmt: skip
"""What is wrong, and what is put in the place of what is right."""


@pytest.mark.parametrize("mistake", MUTANTS)
def test_every_mistake_is_found(monkeypatch, mistake):
    monkeypatch.setattr(*MUTANTS[mistake])
    with pytest.raises((AssertionError, AttributeError)):
        run_state_machine_as_test(WorkMachine, settings=_HUNT)
