"""What each command does, by its id."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from scanview.core.recipe import Tool
from scanview.imaging.tone import default_recipe
from scanview.ui.desk import Desk
from scanview.ui.reviewing import REASONS
from scanview.ui.tools import toggled, window_stepped

if TYPE_CHECKING:
    from scanview.ui.window import Window

_PAN_PX = 96


def handlers(window: Window, desk: Desk) -> Mapping[str, Callable[[], None]]:
    """The handler of every command that happens once."""
    return {
        **_deciding(window, desk),
        **_queue(window, desk),
        **_looking(window, desk),
        **_tools(window, desk),
        "keys": window.cheat_sheet.toggle,
        "language": lambda: window.words.switch(window.words.language.other),
        "sign-out": desk.sign_out,
        "quit": lambda: _close(window),
    }


def held_handlers(window: Window) -> Mapping[str, Callable[[bool], None]]:
    """The handler of every command that lasts while its key is down."""
    return {"hide-overlays": window.canvas.set_overlays_hidden}


def _deciding(window: Window, desk: Desk) -> dict[str, Callable[[], None]]:
    reviewing = desk.reviewing
    reasons = {f"reason-{number}": partial(reviewing.pick_reason, reason) for number, reason in enumerate(REASONS, 1)}
    return {
        "release": reviewing.release,
        "hold": reviewing.hold,
        "confirm": lambda: reviewing.confirm(window.verdict.note.text()),
        "cancel": lambda: _cancel(window, desk),
        **reasons,
    }


def _queue(window: Window, desk: Desk) -> dict[str, Callable[[], None]]:
    return {
        "take-next": desk.take_next,
        "take-chosen": lambda: desk.take_chosen(window.worklist.chosen),
        "choose-below": lambda: window.worklist.choose(1),
        "choose-above": lambda: window.worklist.choose(-1),
        "give-back": desk.give_back,
    }


def _looking(window: Window, desk: Desk) -> dict[str, Callable[[], None]]:
    canvas, reviewing = window.canvas, desk.reviewing
    return {
        "next-finding": lambda: reviewing.step(1),
        "previous-finding": lambda: reviewing.step(-1),
        "mark": lambda: canvas.set_marking(canvas.pyramid is not None and not canvas.is_marking),
        "remove-mark": reviewing.remove_mark,
        "fit": canvas.fit,
        "one-to-one": canvas.one_to_one,
        "zoom-in": canvas.zoom_in,
        "zoom-out": canvas.zoom_out,
        "pan-left": lambda: canvas.pan(_PAN_PX, 0),
        "pan-right": lambda: canvas.pan(-_PAN_PX, 0),
        "pan-up": lambda: canvas.pan(0, _PAN_PX),
        "pan-down": lambda: canvas.pan(0, -_PAN_PX),
    }


def _tools(window: Window, desk: Desk) -> dict[str, Callable[[], None]]:
    canvas = window.canvas

    def toggle(tool: Tool) -> None:
        if canvas.pyramid is not None:
            canvas.set_recipe(toggled(canvas.recipe, tool, canvas.pyramid.header))

    def reset() -> None:
        if canvas.pyramid is not None:
            canvas.set_recipe(default_recipe(canvas.pyramid.header))

    def step(wider: int, brighter: int) -> None:
        if canvas.pyramid is not None:
            canvas.set_recipe(window_stepped(canvas.recipe, wider=wider, brighter=brighter))

    return {
        "tool-window": lambda: toggle(Tool.WINDOW),
        "tool-colour": lambda: toggle(Tool.COLOUR),
        "tool-log": lambda: toggle(Tool.LOG),
        "tool-gamma": lambda: toggle(Tool.GAMMA),
        "tool-inverse": lambda: toggle(Tool.INVERSE),
        "tool-reset": reset,
        "window-narrower": lambda: step(-1, 0),
        "window-wider": lambda: step(1, 0),
        "level-darker": lambda: step(0, -1),
        "level-brighter": lambda: step(0, 1),
    }


def _cancel(window: Window, desk: Desk) -> None:
    if window.cheat_sheet.isVisible():
        window.cheat_sheet.hide()
    elif window.canvas.is_marking:
        window.canvas.set_marking(False)
    else:
        desk.cancel()


def _close(window: Window) -> None:
    window.close()
