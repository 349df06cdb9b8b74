"""Which hub a port uses: over at once when it must, back only when it may."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanview.ingest.hub_choice import HubSeen, choose_hub, is_given_up

LIMITS = {"fail_over_s": 5.0, "fail_back_s": 10.0}


def seen(text: str) -> list[HubSeen]:
    """`+3 -7`: the first takes scans for 3 s, the second has taken none for 7 s."""
    return [HubSeen(takes_scans=word[0] == "+", for_s=float(word[1:])) for word in text.split()]


@pytest.mark.parametrize(
    ("hubs", "in_use", "then"),
    [
        ("+1 +99", 0, 0),
        ("-4 +99", 0, 0),
        ("-5 +99", 0, 1),
        ("-99 -99", 0, 0),
        ("-99 -99 +0", 1, 2),
        ("+9 +99", 1, 1),
        ("+10 +99", 1, 0),
        ("-1 +10 +99", 2, 1),
        ("+1 -99", 1, 0),
    ],
)
def test_over_and_back(hubs: str, in_use: int, then: int) -> None:
    assert choose_hub(seen(hubs), in_use, **LIMITS) == then


HUBS = st.lists(st.builds(HubSeen, takes_scans=st.booleans(), for_s=st.floats(0, 100)), min_size=1, max_size=5)


@given(hubs=HUBS, data=st.data())
def test_it_settles_and_never_leaves_a_hub_for_one_that_is_not_there(hubs: list[HubSeen], data: st.DataObject) -> None:
    in_use = data.draw(st.integers(0, len(hubs) - 1))
    then = choose_hub(hubs, in_use, **LIMITS)
    assert then == in_use or hubs[then].takes_scans
    assert then <= in_use or not hubs[in_use].takes_scans
    settled = choose_hub(hubs, then, **LIMITS)
    assert choose_hub(hubs, settled, **LIMITS) == settled


@given(hubs=HUBS, data=st.data())
def test_scans_are_taken_from_a_hub_only_where_it_is_gone_and_another_is_there(
    hubs: list[HubSeen], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(hubs) - 1))
    if is_given_up(hubs, place, fail_over_s=5.0):
        assert not hubs[place].takes_scans
        assert any(hub.takes_scans for hub in hubs)
        assert choose_hub(hubs, place, **LIMITS) != place
