"""Looks that a desk can have, for Hypothesis."""

from hypothesis import strategies as st

from scanview.core.look import Look
from scanview.core.recipe import TOOLS, Recipe, Step, Tool
from scanview.core.scan import View


@st.composite
def recipes(draw, tools=tuple(Tool)):
    """Any order of any tools with any values."""
    chosen = draw(st.lists(st.sampled_from(tools), unique=True, max_size=6))
    return Recipe(
        steps=tuple(
            Step(tool=tool, values=tuple(draw(st.floats(p.low, p.high)) for p in TOOLS[tool])) for tool in chosen
        )
    )


ANY_COLUMNS, ANY_PLACE, ANY_SIDE = st.integers(0, 1_000_000), st.floats(-500, 5_000), st.integers(1, 400)


def looks(columns=ANY_COLUMNS, place=ANY_PLACE, side=ANY_SIDE):
    """Looks at a side view: `columns` there are, `place` is the lowest on screen, `side` the width and the height."""
    step = st.floats(0.05, 40.0)
    return st.builds(
        Look,
        view=st.just(View.SIDE),
        columns=columns,
        left=place,
        top=st.floats(-200, 2_000),
        columns_per_pixel=step,
        rows_per_pixel=step,
        width=side,
        height=side,
        mirrored_x=st.booleans(),
        mirrored_y=st.booleans(),
        recipe=recipes(),
        picture_sha256=st.sampled_from(("", "ab" * 32)),
    )
