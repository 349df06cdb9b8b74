"""The walks of the tools: each changes the picture, and its button says that it is on."""

from scanview.core.recipe import Preset, Tool
from tests.ui.walk.person import Person, Walk

FIRST_ON = frozenset({Tool.WINDOW, Tool.GAMMA})
"""What a scan is first shown with: their keys switch them off."""


def switched(command: str, *, on: bool) -> Walk:
    """The button changes, and so does the picture."""
    return Walk(
        command=command,
        was=Person.picture,
        seen=lambda p, was: p.is_on(command) is on and p.picture() != was,
    )


def changed(command: str, *prepare: str) -> Walk:
    """The picture changes."""
    return Walk(command=command, prepare=prepare, was=Person.picture, seen=lambda p, was: p.picture() != was)


WALKS = (
    *(switched(f"tool-{tool}", on=tool not in FIRST_ON) for tool in Tool),
    *(switched(f"preset-{preset}", on=True) for preset in Preset),
    Walk(
        command="tool-reset",
        prepare=("I", "5"),
        seen=lambda p, _: not (p.is_on("tool-inverse") or p.is_on("tool-edge")),
    ),
    *(changed(command) for command in ("window-narrower", "window-wider", "level-darker", "level-brighter")),
    changed("tool-less", "5"),
    changed("tool-more", "5"),
)
