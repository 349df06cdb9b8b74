"""Owns the commands of the client: every one once, with its keys, whose it is and when it can be given.

The key table, the sheet of keys, the buttons' hints and the tests are all made from `COMMANDS`; `key_map` has what a
person changes of it. The text of command x is
`command.x` in the catalogue. In one mode a key means one thing: a test looks.
"""

from dataclasses import dataclass
from enum import StrEnum

from scanview.core.mark import MarkCategory
from scanview.core.review import Role
from scanview.core.rights import AUDITS, DISCUSSES, HANDLES, REVIEWS, SUPERVISES


class Mode(StrEnum):
    """What the person is in the middle of."""

    SIGN_IN = "sign-in"
    REVIEW = "review"
    HOLDING = "holding"
    """Picking a reason for a hold."""
    CATEGORY = "category"
    """Picking the category of a mark."""
    CONFIRMING = "confirming"
    """Asked whether to release without recognition."""
    TOLD = "told"
    """Told what the decided scan was."""
    CONSOLE = "console"
    """Seeing and steering the room; no scan can be decided meanwhile."""


class Group(StrEnum):
    """A heading of the cheat sheet."""

    DECIDE = "decide"
    QUEUE = "queue"
    FINDINGS = "findings"
    MARKS = "marks"
    LOOK = "look"
    TOOLS = "tools"
    MEASURING = "measuring"
    COMPARING = "comparing"
    CONSOLE = "console"
    PROGRAM = "program"


_EVERYBODY = frozenset(Role)
_AT_THE_DESK = frozenset({Mode.REVIEW, Mode.CATEGORY, Mode.HOLDING, Mode.CONFIRMING, Mode.TOLD})
_NO_DIGITS = _AT_THE_DESK - {Mode.CATEGORY}
_CATEGORY = frozenset({Mode.CATEGORY})
_ALWAYS = frozenset(Mode)
_SIGNED_IN = _ALWAYS - {Mode.SIGN_IN}
_ROOM = frozenset({Mode.REVIEW, Mode.CONSOLE})
_CONSOLE = frozenset({Mode.CONSOLE})
_TOLD = frozenset({Mode.TOLD})
_PRACTISE = frozenset({Mode.REVIEW, Mode.TOLD})
_REVIEW = frozenset({Mode.REVIEW, Mode.CATEGORY})
_NOTHING_ASKED = frozenset({Mode.REVIEW})
_HOLDING = frozenset({Mode.HOLDING})
_ASKED = frozenset({Mode.HOLDING, Mode.CONFIRMING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Something a person can do, if they have one of `roles`. `held` commands last as long as their key is down."""

    id: str
    keys: tuple[str, ...]
    group: Group
    modes: frozenset[Mode] = _AT_THE_DESK
    roles: frozenset[Role] = _EVERYBODY
    repeats: bool = False
    held: bool = False


COMMANDS: tuple[Command, ...] = (
    Command(id="release", keys=("R",), group=Group.DECIDE, modes=_NOTHING_ASKED, roles=REVIEWS),
    Command(id="hold", keys=("H",), group=Group.DECIDE, modes=_NOTHING_ASKED, roles=REVIEWS),
    Command(id="confirm", keys=("Return", "Enter"), group=Group.DECIDE, modes=_ASKED),
    Command(id="cancel", keys=("Esc",), group=Group.DECIDE, modes=_ALWAYS),
    Command(id="undo-decision", keys=("U",), group=Group.DECIDE, roles=REVIEWS),
    Command(id="reason-1", keys=("1",), group=Group.DECIDE, modes=_HOLDING),
    Command(id="reason-2", keys=("2",), group=Group.DECIDE, modes=_HOLDING),
    Command(id="reason-3", keys=("3",), group=Group.DECIDE, modes=_HOLDING),
    Command(id="reason-4", keys=("4",), group=Group.DECIDE, modes=_HOLDING),
    Command(id="reason-5", keys=("5",), group=Group.DECIDE, modes=_HOLDING),
    Command(id="reason-6", keys=("6",), group=Group.DECIDE, modes=_HOLDING),
    Command(id="escalate", keys=("Ctrl+E",), group=Group.DECIDE, modes=_NOTHING_ASKED, roles=REVIEWS - {Role.CHIEF}),
    Command(id="say", keys=("Ctrl+T",), group=Group.DECIDE, modes=_NOTHING_ASKED, roles=DISCUSSES),
    Command(id="take-next", keys=("N",), group=Group.QUEUE, modes=_REVIEW, roles=REVIEWS),
    Command(id="take-chosen", keys=("Return", "Enter"), group=Group.QUEUE, modes=_REVIEW),
    Command(id="go-on", keys=("Return", "Enter", "N"), group=Group.QUEUE, modes=_TOLD, roles=REVIEWS),
    Command(id="practise", keys=("Ctrl+P",), group=Group.QUEUE, modes=_PRACTISE, roles=REVIEWS),
    Command(id="choose-below", keys=("PgDown",), group=Group.QUEUE, repeats=True),
    Command(id="choose-above", keys=("PgUp",), group=Group.QUEUE, repeats=True),
    Command(id="search-worklist", keys=("Ctrl+Shift+F",), group=Group.QUEUE, modes=_REVIEW),
    Command(id="give-back", keys=("G",), group=Group.QUEUE, modes=_REVIEW),
    Command(id="take-break", keys=("F4",), group=Group.QUEUE, modes=_REVIEW, roles=REVIEWS),
    Command(id="end-shift", keys=("Shift+F4",), group=Group.QUEUE, modes=_REVIEW),
    Command(id="shelve-reference", keys=("Ctrl+B",), group=Group.QUEUE, modes=_REVIEW, roles=SUPERVISES),
    Command(id="shelve-case", keys=("Ctrl+Shift+B",), group=Group.QUEUE, modes=_REVIEW, roles=SUPERVISES),
    Command(id="unshelve", keys=("Ctrl+Alt+B",), group=Group.QUEUE, modes=_REVIEW, roles=SUPERVISES),
    Command(id="record-found", keys=("Ctrl+I",), group=Group.QUEUE, modes=_REVIEW, roles=HANDLES),
    Command(id="record-partly", keys=("Ctrl+Alt+I",), group=Group.QUEUE, modes=_REVIEW, roles=HANDLES),
    Command(id="record-nothing", keys=("Ctrl+Shift+I",), group=Group.QUEUE, modes=_REVIEW, roles=HANDLES),
    Command(id="add-photos", keys=("Ctrl+Shift+O",), group=Group.QUEUE, modes=_REVIEW, roles=HANDLES),
    Command(id="show-photo", keys=("Ctrl+O",), group=Group.QUEUE, modes=_REVIEW),
    Command(id="shelve-result", keys=("Ctrl+Shift+R",), group=Group.QUEUE, modes=_REVIEW, roles=SUPERVISES),
    Command(id="next-finding", keys=("Space",), group=Group.FINDINGS),
    Command(id="previous-finding", keys=("Shift+Space",), group=Group.FINDINGS),
    Command(id="accept-finding", keys=("A",), group=Group.FINDINGS, modes=_REVIEW),
    Command(id="dismiss-finding", keys=("D",), group=Group.FINDINGS, modes=_REVIEW),
    Command(id="hide-dismissed", keys=("Shift+D",), group=Group.FINDINGS),
    Command(id="filter-findings", keys=("Ctrl+F",), group=Group.FINDINGS, modes=_REVIEW),
    Command(id="score-higher", keys=("S",), group=Group.FINDINGS, repeats=True),
    Command(id="score-lower", keys=("Shift+S",), group=Group.FINDINGS, repeats=True),
    Command(id="hide-overlays", keys=("Tab",), group=Group.FINDINGS, held=True),
    Command(id="mark", keys=("M",), group=Group.MARKS),
    Command(id="mark-polygon", keys=("Shift+M",), group=Group.MARKS),
    Command(id="mark-arrow", keys=("Ctrl+M",), group=Group.MARKS),
    Command(id="write-on-mark", keys=("T",), group=Group.MARKS),
    Command(id="categorise", keys=("Shift+T",), group=Group.MARKS, modes=_REVIEW),
    *(
        Command(id=f"category-{number}", keys=(str(number),), group=Group.MARKS, modes=_CATEGORY)
        for number in range(len(MarkCategory))
    ),
    Command(id="next-handle", keys=("/",), group=Group.MARKS, repeats=True),
    Command(id="previous-handle", keys=("\\",), group=Group.MARKS, repeats=True),
    Command(id="mark-wider", keys=("Ctrl+Right",), group=Group.MARKS, repeats=True),
    Command(id="mark-narrower", keys=("Ctrl+Left",), group=Group.MARKS, repeats=True),
    Command(id="mark-higher", keys=("Ctrl+Down",), group=Group.MARKS, repeats=True),
    Command(id="mark-lower", keys=("Ctrl+Up",), group=Group.MARKS, repeats=True),
    Command(id="mark-wider-finely", keys=("Ctrl+Shift+Right",), group=Group.MARKS, repeats=True),
    Command(id="mark-narrower-finely", keys=("Ctrl+Shift+Left",), group=Group.MARKS, repeats=True),
    Command(id="mark-higher-finely", keys=("Ctrl+Shift+Down",), group=Group.MARKS, repeats=True),
    Command(id="mark-lower-finely", keys=("Ctrl+Shift+Up",), group=Group.MARKS, repeats=True),
    Command(id="remove-mark", keys=("Backspace", "Del"), group=Group.MARKS),
    Command(id="undo", keys=("Ctrl+Z",), group=Group.MARKS, repeats=True),
    Command(id="redo", keys=("Ctrl+Shift+Z",), group=Group.MARKS, repeats=True),
    Command(id="fit", keys=("F",), group=Group.LOOK),
    Command(id="one-to-one", keys=("O",), group=Group.LOOK),
    Command(id="flip", keys=("X",), group=Group.LOOK),
    Command(id="turn", keys=("Shift+X",), group=Group.LOOK),
    Command(id="views", keys=("Y",), group=Group.LOOK),
    Command(id="other-picture", keys=("Shift+Y",), group=Group.LOOK),
    Command(id="loupe", keys=("Z",), group=Group.LOOK, held=True),
    Command(id="zoom-in", keys=("+", "="), group=Group.LOOK, repeats=True),
    Command(id="zoom-out", keys=("-",), group=Group.LOOK, repeats=True),
    Command(id="pan-left", keys=("Left",), group=Group.LOOK, repeats=True),
    Command(id="pan-right", keys=("Right",), group=Group.LOOK, repeats=True),
    Command(id="pan-up", keys=("Up",), group=Group.LOOK, repeats=True),
    Command(id="pan-down", keys=("Down",), group=Group.LOOK, repeats=True),
    Command(id="nudge-left", keys=("Shift+Left",), group=Group.LOOK, repeats=True),
    Command(id="nudge-right", keys=("Shift+Right",), group=Group.LOOK, repeats=True),
    Command(id="nudge-up", keys=("Shift+Up",), group=Group.LOOK, repeats=True),
    Command(id="nudge-down", keys=("Shift+Down",), group=Group.LOOK, repeats=True),
    Command(id="tool-window", keys=("1",), group=Group.TOOLS, modes=_NOTHING_ASKED),
    Command(id="tool-colour", keys=("2",), group=Group.TOOLS, modes=_NOTHING_ASKED),
    Command(id="tool-log", keys=("3",), group=Group.TOOLS, modes=_NOTHING_ASKED),
    Command(id="tool-gamma", keys=("4",), group=Group.TOOLS, modes=_NOTHING_ASKED),
    Command(id="tool-inverse", keys=("I",), group=Group.TOOLS),
    Command(id="tool-edge", keys=("5",), group=Group.TOOLS, modes=_NOTHING_ASKED),
    Command(id="tool-local", keys=("6",), group=Group.TOOLS, modes=_NOTHING_ASKED),
    Command(id="tool-super", keys=("7",), group=Group.TOOLS, modes=_NO_DIGITS),
    Command(id="tool-denoise", keys=("8",), group=Group.TOOLS, modes=_NO_DIGITS),
    Command(id="tool-peel", keys=("9",), group=Group.TOOLS, modes=_NO_DIGITS),
    Command(id="tool-safe-colours", keys=("Shift+C",), group=Group.TOOLS),
    Command(id="tool-organic", keys=("Q",), group=Group.TOOLS),
    Command(id="tool-metal", keys=("E",), group=Group.TOOLS),
    Command(id="preset-high-penetration", keys=("J",), group=Group.TOOLS),
    Command(id="preset-low-penetration", keys=("K",), group=Group.TOOLS),
    Command(id="tool-reset", keys=("0",), group=Group.TOOLS, modes=_NO_DIGITS),
    Command(id="window-narrower", keys=("[",), group=Group.TOOLS, repeats=True),
    Command(id="window-wider", keys=("]",), group=Group.TOOLS, repeats=True),
    Command(id="level-darker", keys=(";",), group=Group.TOOLS, repeats=True),
    Command(id="level-brighter", keys=("'",), group=Group.TOOLS, repeats=True),
    Command(id="tool-less", keys=(",",), group=Group.TOOLS, repeats=True),
    Command(id="tool-more", keys=(".",), group=Group.TOOLS, repeats=True),
    Command(id="measure-length", keys=("L",), group=Group.MEASURING, modes=_REVIEW),
    Command(id="measure-rectangle", keys=("B",), group=Group.MEASURING, modes=_REVIEW),
    Command(id="measure-polygon", keys=("P",), group=Group.MEASURING, modes=_REVIEW),
    Command(id="weigh-load", keys=("W",), group=Group.MEASURING, modes=_REVIEW),
    Command(id="histogram", keys=("Ctrl+H",), group=Group.MEASURING),
    Command(id="next-control", keys=("Ctrl+Tab",), group=Group.PROGRAM, modes=_ALWAYS, repeats=True),
    Command(id="previous-control", keys=("Ctrl+Shift+Tab",), group=Group.PROGRAM, modes=_ALWAYS, repeats=True),
    Command(id="press-control", keys=("Ctrl+Return",), group=Group.PROGRAM, modes=_ALWAYS),
    Command(id="find", keys=("Ctrl+K",), group=Group.PROGRAM, modes=_SIGNED_IN),
    Command(id="compare", keys=("C",), group=Group.COMPARING),
    Command(id="compare-next", keys=("Shift+V",), group=Group.COMPARING),
    Command(id="find-similar", keys=("Ctrl+S",), group=Group.COMPARING),
    Command(id="compare-way", keys=("V",), group=Group.COMPARING),
    Command(id="blink", keys=("`",), group=Group.COMPARING, held=True),
    Command(id="swipe-left", keys=("Alt+Left",), group=Group.COMPARING, repeats=True),
    Command(id="swipe-right", keys=("Alt+Right",), group=Group.COMPARING, repeats=True),
    Command(id="console", keys=("F2",), group=Group.CONSOLE, modes=_ROOM, roles=AUDITS),
    Command(id="console-below", keys=("Ctrl+PgDown",), group=Group.CONSOLE, modes=_CONSOLE, roles=AUDITS),
    Command(id="console-above", keys=("Ctrl+PgUp",), group=Group.CONSOLE, modes=_CONSOLE, roles=AUDITS),
    Command(id="keys", keys=("F1",), group=Group.PROGRAM, modes=_ALWAYS),
    Command(id="language", keys=("Ctrl+L",), group=Group.PROGRAM, modes=_ALWAYS),
    Command(id="full-screen", keys=("F11",), group=Group.PROGRAM, modes=_ALWAYS),
    Command(id="second-window", keys=("Ctrl+2",), group=Group.PROGRAM),
    Command(id="hide-worklist", keys=("F9",), group=Group.PROGRAM),
    Command(id="lock", keys=("Ctrl+Alt+L",), group=Group.PROGRAM, modes=_SIGNED_IN),
    Command(id="change-password", keys=("Ctrl+Alt+P",), group=Group.PROGRAM, modes=_SIGNED_IN),
    Command(id="sign-out", keys=("Ctrl+Shift+Q",), group=Group.PROGRAM, modes=_SIGNED_IN),
    Command(id="quit", keys=("Ctrl+Q",), group=Group.PROGRAM, modes=_ALWAYS),
)

BY_ID: dict[str, Command] = {command.id: command for command in COMMANDS}
