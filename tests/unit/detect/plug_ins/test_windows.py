"""Windows see everything, and of every place exactly one may speak."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scanview.detect.plug_ins.windows import windows

SIZES = st.tuples(st.integers(1, 300), st.integers(1, 300))


@given(SIZES, st.integers(32, 128), st.integers(0, 16))
def test_inner_parts_cover_the_picture_once_and_have_a_margin(size: tuple[int, int], window: int, overlap: int) -> None:
    covered = np.zeros(size, dtype=int)
    for part in windows(size, (window, window), overlap):
        assert 0 <= part.top < part.bottom <= size[0]
        assert 0 <= part.left < part.right <= size[1]
        assert part.bottom - part.top <= window
        assert part.right - part.left <= window
        first_row, first_column, last_row, last_column = part.inner
        covered[first_row:last_row, first_column:last_column] += 1
        for outer, inner, end in ((part.top, first_row, 0), (part.left, first_column, 0)):
            assert inner - outer >= overlap // 2 or inner == end
        for outer, inner, end in ((part.bottom, last_row, size[0]), (part.right, last_column, size[1])):
            assert outer - inner >= overlap // 2 or inner == end
    assert (covered == 1).all()
