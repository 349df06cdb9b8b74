"""How full a spool is said to be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanview.ingest.spool_room import SpoolLevel, SpoolRoom, measure_room


@pytest.mark.parametrize(
    ("used", "level"),
    [
        (0, SpoolLevel.ROOM),
        (699, SpoolLevel.ROOM),
        (700, SpoolLevel.FILLING),
        (850, SpoolLevel.HIGH),
        (950, SpoolLevel.CRITICAL),
        (999, SpoolLevel.CRITICAL),
        (1_000, SpoolLevel.FULL),
        (5_000, SpoolLevel.FULL),
    ],
)
def test_levels_warn_before_it_is_full(used: int, level: SpoolLevel) -> None:
    assert SpoolRoom(used_bytes=used, capacity_bytes=1_000).level is level


def test_nothing_fits_where_there_is_no_room_at_all() -> None:
    room = measure_room(used_bytes=0, free_bytes=10, limit_bytes=0, min_free_bytes=20)
    assert (room.level, room.share) == (SpoolLevel.FULL, 1.0)


COUNT = st.integers(0, 1 << 50)


@given(used=COUNT, free=COUNT, limit=COUNT, kept=COUNT)
def test_no_new_scan_is_taken_beyond_the_limit_or_into_what_is_kept_free(
    used: int, free: int, limit: int, kept: int
) -> None:
    room = measure_room(used_bytes=used, free_bytes=free, limit_bytes=limit, min_free_bytes=kept)
    is_full = (0 < limit <= used) or free <= kept
    assert (room.level is SpoolLevel.FULL) is is_full
