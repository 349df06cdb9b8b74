import numpy as np
import pytest

from scanview.core.recipe import Recipe, Tool
from scanview.core.scan import Calibration, Channel, Source, View, ViewHeader
from scanview.imaging.tone import (
    DETAIL_TOOLS,
    Scale,
    default_recipe,
    grey_table,
    last_grey_table,
    scale_of,
    tone_stages,
)

COUNTS = Scale(zero=1_000.0, one=51_000.0, calibrated=True)
DISPLAY = Scale(zero=20.0, one=220.0, calibrated=False)


def view(channel: Channel, *calibrations: Calibration) -> ViewHeader:
    return ViewHeader(
        view=View.SIDE,
        rows=4,
        channels=(channel,),
        pitch_x_mm=4.0,
        pitch_y_mm=4.0,
        pitch_source=Source.MEASURED,
        calibrations=calibrations,
    )


def at(table: np.ndarray, transmission: float) -> int:
    return int(table[round(1_000 + 50_000 * transmission)])


def test_without_steps_dark_is_black_and_air_is_white():
    table = grey_table(Recipe(), COUNTS)

    assert (table[0], table[1_000], at(table, 0.5), at(table, 1.0), table[65_535]) == (0, 0, 128, 255, 255)
    assert np.all(np.diff(table.astype(int)) >= 0)


def test_the_window_is_in_transmission():
    table = grey_table(Recipe().with_step(Tool.WINDOW, 0.3, 0.2), COUNTS)

    assert [at(table, t) for t in (0.1, 0.2, 0.4, 0.9)] == [0, 0, 255, 255]
    assert at(table, 0.3) in (127, 128)


@pytest.mark.parametrize("first", [Tool.GAMMA, Tool.LOG])
def test_the_window_stays_in_transmission_behind_another_step(first: Tool):
    table = grey_table(Recipe().toggled(first).with_step(Tool.WINDOW, 0.3, 0.2), COUNTS)

    assert (at(table, 0.2), at(table, 0.4)) == (0, 255)
    assert 0 < at(table, 0.3) < 255


def test_inverse_turns_every_other_table_round_wherever_it_stands():
    before = Recipe(steps=(Recipe().toggled(Tool.INVERSE).steps[0],)).with_step(Tool.WINDOW, 0.3, 0.2)
    behind = Recipe().with_step(Tool.WINDOW, 0.3, 0.2).toggled(Tool.INVERSE)

    upright = grey_table(Recipe().with_step(Tool.WINDOW, 0.3, 0.2), COUNTS).astype(int)
    assert np.abs(grey_table(behind, COUNTS) - (255 - upright)).max() <= 1
    assert np.abs(grey_table(before, COUNTS) - (255 - upright)).max() <= 1


def test_gamma_raises_the_value_to_the_exponent():
    table = grey_table(Recipe().with_step(Tool.GAMMA, 0.5), COUNTS)

    assert at(table, 0.25) == round(255 * 0.5)


def test_log_gives_every_decade_the_same_share():
    table = grey_table(Recipe().with_step(Tool.LOG, 0.01), COUNTS)

    assert [at(table, t) for t in (0.0, 0.01, 0.1, 1.0)] == [0, 0, round(255 / 2), 255]


def test_a_display_picture_uses_its_own_full_range_and_knows_no_log():
    plain = grey_table(Recipe(), DISPLAY)

    assert (plain[20], plain[120], plain[220]) == (0, 128, 255)
    assert np.array_equal(grey_table(Recipe().toggled(Tool.LOG), DISPLAY), plain)


def test_the_scale_is_calibration_where_there_is_one_and_range_where_not():
    air = Calibration(air=50_000.0, dark=100.0, source=Source.MEASURED)

    assert scale_of(view(Channel.HIGH, air), 0, (7, 9)) == Scale(zero=100.0, one=50_000.0, calibrated=True)
    assert scale_of(view(Channel.GREY), 0, (7, 9)) == Scale(zero=7.0, one=9.0, calibrated=False)
    assert scale_of(view(Channel.GREY), 0, (7, 7)).one == 8.0


def test_by_default_air_is_a_comfortable_grey_and_dense_cargo_is_not_black():
    air = Calibration(air=51_000.0, dark=1_000.0, source=Source.MEASURED)
    table = grey_table(default_recipe(view(Channel.HIGH, air)), COUNTS)

    assert 190 <= at(table, 1.0) <= 225
    assert at(table, 0.01) >= 15
    assert grey_table(default_recipe(view(Channel.GREY)), DISPLAY)[220] == 255


def test_without_a_tool_of_detail_there_is_one_table():
    recipe = Recipe().with_step(Tool.GAMMA, 0.5)

    assert [stage.detail for stage in tone_stages(recipe, COUNTS)] == [None]
    assert np.array_equal(last_grey_table(recipe, COUNTS), grey_table(recipe, COUNTS))


@pytest.mark.parametrize("detail", sorted(DETAIL_TOOLS))
@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_a_tool_of_detail_stands_between_tables_that_make_the_same_grey(detail: Tool, place: int):
    plain = Recipe().with_step(Tool.LOG, 0.002).with_step(Tool.WINDOW, 0.3, 0.2).toggled(Tool.INVERSE)
    toggled = Recipe().toggled(detail).steps
    recipe = Recipe(steps=(*plain.steps[:place], *toggled, *plain.steps[place:]))

    first, last = tone_stages(recipe, COUNTS)

    assert (first.detail, last.detail) == (recipe.step(detail), None)
    through = last_grey_table(recipe, COUNTS)[first.table].astype(int)
    assert np.abs(through - grey_table(plain, COUNTS))[:51_000].max() <= 1
