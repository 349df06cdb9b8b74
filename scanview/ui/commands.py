"""What each command does, by its id."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from scanview.core.recipe import Preset, Recipe, Tool
from scanview.core.scan import ViewHeader
from scanview.imaging.tone import default_recipe
from scanview.ui.actions import Mode
from scanview.ui.arranging import toggle_full_screen, toggle_second
from scanview.ui.comparing.commands import comparing_handlers
from scanview.ui.console.commands import console_handlers
from scanview.ui.desk import Desk
from scanview.ui.discussing.commands import discussing_handlers
from scanview.ui.inspecting.commands import inspecting_handlers
from scanview.ui.marking.commands import marking_handlers
from scanview.ui.measuring.commands import measuring_handlers
from scanview.ui.reviewing import REASONS
from scanview.ui.shelf.commands import shelf_handlers
from scanview.ui.teaching.commands import teaching_handlers
from scanview.ui.tools import preset_toggled, stepped, toggled, window_stepped

if TYPE_CHECKING:
    from scanview.ui.window import Window

_WAYS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
_COARSE = (96, 8)
_FINE = (8, 1)
"""How far one press of a key goes: the look in pixels of the screen, a chosen mark in pixels of the scan."""


def handlers(window: Window, desk: Desk) -> Mapping[str, Callable[[], None]]:
    """The handler of every command that happens once."""
    return {
        **_deciding(window, desk),
        **_queue(window, desk),
        **_saying(window, desk),
        **_looking(window, desk),
        **_tools(window),
        **measuring_handlers(window.measuring, desk),
        **marking_handlers(window, desk),
        "histogram": window.histogram.toggle,
        "find": window.finder.toggle,
        "next-control": lambda: window.control_walk.step(1),
        "previous-control": lambda: window.control_walk.step(-1),
        "press-control": window.control_walk.press,
        **discussing_handlers(desk),
        **shelf_handlers(window.shelf, desk),
        **teaching_handlers(desk),
        **inspecting_handlers(window.result, desk, window.words),
        "find-similar": desk.similar.find,
        **comparing_handlers(window.comparison, desk),
        **console_handlers(window.console, desk),
        "keys": window.cheat_sheet.toggle,
        "language": lambda: window.words.switch(window.words.language.other),
        "full-screen": lambda: toggle_full_screen(window),
        "second-window": lambda: toggle_second(window),
        "hide-worklist": lambda: window.worklist.setVisible(window.worklist.isHidden()),
        "lock": desk.door.lock,
        "change-password": desk.door.begin_change,
        "sign-out": desk.sign_out,
        "quit": lambda: _close(window),
    }


def held_handlers(window: Window) -> Mapping[str, Callable[[bool], None]]:
    """The handler of every command that lasts while its key is down."""
    return {
        "hide-overlays": window.panes.set_overlays_hidden,
        "loupe": window.panes.set_loupe_shown,
        "blink": window.comparison.hold,
    }


def _deciding(window: Window, desk: Desk) -> dict[str, Callable[[], None]]:
    reviewing = desk.reviewing
    reasons = {f"reason-{number}": partial(reviewing.pick_reason, reason) for number, reason in enumerate(REASONS, 1)}
    return {
        "release": desk.key.release,
        "hold": reviewing.hold,
        "confirm": lambda: _confirm(window, desk),
        "cancel": lambda: _cancel(window, desk),
        "undo-decision": desk.undo_decision,
        **reasons,
    }


def _queue(window: Window, desk: Desk) -> dict[str, Callable[[], None]]:
    return {
        "take-next": desk.take_next,
        "take-chosen": lambda: _take_chosen(window, desk),
        "choose-below": lambda: window.worklist.choose(1),
        "choose-above": lambda: window.worklist.choose(-1),
        "end-shift": desk.shift.ask,
        "search-worklist": lambda: _search(window),
        "give-back": desk.give_back,
        "take-break": desk.breaks.toggle,
    }


def _saying(window: Window, desk: Desk) -> dict[str, Callable[[], None]]:
    reviewing = desk.reviewing
    return {
        "next-finding": lambda: reviewing.step(1),
        "previous-finding": lambda: reviewing.step(-1),
        "accept-finding": reviewing.accept,
        "dismiss-finding": reviewing.dismiss,
        "hide-dismissed": reviewing.hide_dismissed,
        "filter-findings": lambda: window.findings.filter.setFocus(),
        "score-higher": lambda: _step_score(desk, 1),
        "score-lower": lambda: _step_score(desk, -1),
    }


def _looking(window: Window, desk: Desk) -> dict[str, Callable[[], None]]:
    return {
        "fit": window.panes.fit,
        "one-to-one": lambda: window.canvas.one_to_one(),
        "flip": lambda: window.canvas.flip(),
        "turn": lambda: window.canvas.turn(),
        "zoom-in": lambda: window.canvas.zoom_in(),
        "zoom-out": lambda: window.canvas.zoom_out(),
        "views": window.panes.cycle,
        "other-picture": window.panes.activate_next,
        **{f"pan-{way}": partial(_go, window, desk, *by, _COARSE) for way, by in _WAYS.items()},
        **{f"nudge-{way}": partial(_go, window, desk, *by, _FINE) for way, by in _WAYS.items()},
    }


def _tools(window: Window) -> dict[str, Callable[[], None]]:
    def change(by: Callable[[Recipe, ViewHeader], Recipe]) -> None:
        canvas = window.canvas
        if canvas.pyramid is not None:
            canvas.set_recipe(by(canvas.recipe, canvas.pyramid.header))

    def reset() -> None:
        window.measuring.clear()
        change(lambda _, view: default_recipe(view))

    def toggle(tool: Tool) -> None:
        change(lambda recipe, view: toggled(recipe, tool, view))

    def choose(preset: Preset) -> None:
        change(lambda recipe, view: preset_toggled(recipe, preset, view))

    def window_step(wider: int, brighter: int) -> None:
        change(lambda recipe, _: window_stepped(recipe, wider=wider, brighter=brighter))

    def step(by: int) -> None:
        change(lambda recipe, _: stepped(recipe, window.tool_row.in_hand, by))

    return {
        **{f"tool-{tool}": partial(toggle, tool) for tool in Tool},
        **{f"preset-{preset}": partial(choose, preset) for preset in Preset},
        "tool-reset": reset,
        "window-narrower": lambda: window_step(-1, 0),
        "window-wider": lambda: window_step(1, 0),
        "level-darker": lambda: window_step(0, -1),
        "level-brighter": lambda: window_step(0, 1),
        "tool-less": lambda: step(-1),
        "tool-more": lambda: step(1),
    }


def _go(window: Window, desk: Desk, right: int, down: int, steps: tuple[int, int]) -> None:
    """Move the crosshair, else the chosen mark or its handle, as it is seen on the screen; else look that way."""
    canvas, (look_px, mark_px) = window.canvas, steps
    if canvas.viewport is None or window.marking.go(right, down, fine=steps is _FINE):
        return
    across = -mark_px if canvas.viewport.mirrored_x else mark_px
    along = -mark_px if canvas.viewport.mirrored_y else mark_px
    if not desk.reviewing.move_mark(across * right, along * down, handle=window.marking.handle):
        canvas.pan(-look_px * right, -look_px * down)


def _step_score(desk: Desk, by: int) -> None:
    """From the score that holds for the scan on the screen."""
    if desk.reviewing.review is not None:
        desk.reviewing.filter_findings(desk.reviewing.review.filter.stepped(by))


def _take_chosen(window: Window, desk: Desk) -> None:
    """Unless a shape is in hand: then the key sets its next point, or closes it."""
    if not window.marking.enter() and not window.measuring.close_polygon():
        desk.take_chosen(window.worklist.chosen)


def _confirm(window: Window, desk: Desk) -> None:
    """What is asked; but with a shape in hand, its next point."""
    if not window.marking.enter():
        desk.reviewing.confirm(window.verdict.note.text())


def _cancel(window: Window, desk: Desk) -> None:
    if window.cheat_sheet.isVisible():
        window.cheat_sheet.hide()
    elif desk.shift.is_ending:
        desk.shift.cancel()
    elif desk.mode is Mode.CONSOLE:
        window.console.cancel()
    elif (desk.mode is Mode.REVIEW or window.marking.shape is not None) and window.marking.give_up():
        return
    elif desk.mode is Mode.REVIEW and window.measuring.is_shown:
        window.measuring.cancel()
    elif desk.mode is Mode.REVIEW and desk.reviewing.has_choice:
        desk.reviewing.unchoose()
    elif desk.mode is Mode.REVIEW and desk.comparing.is_on:
        desk.comparing.stop()
    else:
        desk.cancel()


def _search(window: Window) -> None:
    window.worklist.show()
    window.worklist.search.line.setFocus()
    window.worklist.search.line.selectAll()


def _close(window: Window) -> None:
    window.close()
