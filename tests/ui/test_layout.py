"""The layout of a workstation: read back as it was written, whatever else lies there, and always on a screen."""

import json

from hypothesis import given
from hypothesis import strategies as st

from scanview.ui import layout
from scanview.ui.layout import Extent, Layout, Place, within
from scanview.ui.panes.choice import Showing

SIDES = st.integers(-5_000, 8_000)
LENGTHS = st.integers(1, 5_000)
PLACES = st.builds(Place, left=SIDES, top=SIDES, width=LENGTHS, height=LENGTHS, extent=st.sampled_from(Extent))
SCREENS = st.builds(
    Place, left=SIDES, top=SIDES, width=st.integers(layout.LEAST_WIDTH, 4_000), height=st.integers(480, 3_000)
)
LAYOUTS = st.builds(
    Layout,
    main=st.none() | PLACES,
    second=st.none() | PLACES,
    apart=st.booleans(),
    worklist_px=st.integers(0, 2_000),
    panel_px=st.integers(0, 2_000),
    worklist_hidden=st.booleans(),
    showing=st.sampled_from(Showing),
)
NAMES = ("main", "second", "apart", "worklist_px", "left", "top", "width", "height", "extent", "showing")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["main", "second", "apart", "worklist_px", "left", "top", "width", "height", "extent", "showing"]
            ),
            inner,
        )
    ),
)


@given(LAYOUTS)
def test_what_is_written_is_read(made):
    assert layout.read(json.loads(json.dumps(layout.written(made)))) == made


@given(JSON)
def test_whatever_lies_there_gives_a_layout(document):
    made = layout.read(document)

    assert layout.read(json.loads(json.dumps(layout.written(made)))) == made


@given(PLACES, st.lists(SCREENS, max_size=3))
def test_a_restored_window_is_wholly_on_a_screen_or_stands_elsewhere(place, screens):
    restored = within(place, screens)

    if restored is None:
        assert not any(overlaps(place, screen) for screen in screens)
        return
    assert any(contains(screen, restored) for screen in screens)
    assert restored.extent is place.extent


@given(SCREENS, st.data())
def test_a_window_that_fits_comes_back_where_it_was(screen, data):
    width = data.draw(st.integers(layout.LEAST_WIDTH, screen.width))
    height = data.draw(st.integers(layout.LEAST_HEIGHT, screen.height))
    left = data.draw(st.integers(screen.left, screen.left + screen.width - width))
    top = data.draw(st.integers(screen.top, screen.top + screen.height - height))
    place = Place(left=left, top=top, width=width, height=height)

    assert within(place, [screen]) == place


def test_a_monitor_that_is_gone_gives_no_place():
    one = Place(left=0, top=0, width=1920, height=1080)
    assert within(Place(left=1920, top=0, width=1920, height=1080), [one]) is None


def overlaps(one, other):
    across = one.left < other.left + other.width and other.left < one.left + one.width
    return across and one.top < other.top + other.height and other.top < one.top + one.height


def contains(screen, place):
    across = screen.left <= place.left and place.left + place.width <= screen.left + screen.width
    return across and screen.top <= place.top and place.top + place.height <= screen.top + screen.height
