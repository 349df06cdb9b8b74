"""Which room serves which lane, and what a table of rooms that is wrong gets."""

import pytest

from scanview.core.errors import BadInput
from scanview.core.rooms import Rooms, parse_rooms

TABLE = """
[[room]]
name = "Shanghai"
serves = ["CNSHA-*", "CNNGB-0?"]

[[room]]
name = "North"
serves = ["CNTXG-*", "CNNGB-*"]
"""


def test_lanes_are_served_by_patterns_and_one_that_nobody_serves_is_everybodys():
    rooms = parse_rooms(TABLE)
    assert rooms.serving("CNSHA-03") == {"Shanghai"}
    assert rooms.serving("CNNGB-01") == {"Shanghai", "North"}
    assert rooms.serving("CNNGB-11") == {"North"}
    assert rooms.serving("DEHAM-01") == frozenset()
    assert Rooms().serving("CNSHA-03") == frozenset()


@pytest.mark.parametrize(
    ("document", "message", "remedy"),
    [
        ("[[room]", "not TOML", ""),
        ("[[rooms]]", "unknown key 'rooms'", "'room'"),
        ("room = 3", "not a list", "[[room]]"),
        ("room = [3]", "room 1 is no table", "[[room]]"),
        ('[[room]]\nname = "A"\nserve = ["*"]', "unknown key 'serve'", "'serves'"),
        ('[[room]]\nname = ""\nserves = ["*"]', "room 1: name", ""),
        ('[[room]]\nname = "A"\nserves = []', "room 1 (A): serves", ""),
        ('[[room]]\nname = "A"\nserves = "*"', "room 1 (A): serves", ""),
        ('[[room]]\nname = "A"\nserves = ["*"]\n[[room]]\nname = "A"\nserves = ["*"]', "two rooms called A", ""),
    ],
)
def test_a_table_that_is_wrong_is_refused_by_its_place(document, message, remedy):
    with pytest.raises(BadInput, check=lambda error: error.code == "bad-rooms") as raised:
        parse_rooms(document)
    assert message in raised.value.message
    assert remedy in (raised.value.remedy or "")
