"""Selecting, reviewing and handling are three people's parts."""

import pytest

from scanview.core.errors import NotAllowed
from scanview.core.opinions import Opinion, Stage
from scanview.core.review import Person, Role, Verdict
from scanview.core.separation import check_apart
from scanview.core.work import WorkItem

ITEM = WorkItem(
    scan="0" * 32,
    opinions=(Opinion(decision="1" * 32, by="Li", verdict=Verdict.HOLD, stage=Stage.FIRST),),
    decided_by="Mehmet",
    escalated_by=("Okoye",),
    selected_by=("Ada",),
)


@pytest.mark.parametrize("name", ["Li", "Mehmet", "Okoye", "Ada"])
def test_whoever_had_a_part_in_a_scan_does_not_handle_it(name):
    with pytest.raises(NotAllowed, check=lambda error: error.code == "not-apart"):
        check_apart(Person(name=name, role=Role.SUPERVISOR), ITEM)


def test_somebody_else_does():
    check_apart(Person(name="Wang", role=Role.SUPERVISOR), ITEM)
