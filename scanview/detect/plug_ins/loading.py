"""Owns the first use of plug-in models: ONNX files by their descriptor, Python ones by their entry point.

One that cannot be loaded stays in its place and fails on every scan it is asked about, so that this is told at each.
"""

import logging
from dataclasses import dataclass
from importlib.metadata import entry_points

from scanview.core.errors import BadInput, ScanViewError, Unavailable
from scanview.detect.plug_ins.onnx_model import OnnxPlugIn
from scanview.detect.plug_ins.protocol import PlugIn
from scanview.detect.plug_ins.table import PlugInChoice
from scanview.detect.providers import Runtime
from scanview.wire.publishers import Trust

GROUP = "scanview.models"
"""Entry point group of plug-in models in Python."""

MAX_TITLE = 60

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A plug-in of the table, ready; or why it is not.

    Attributes:
        choice: its row in the table.
        title: name and version, as findings and failures carry them.
        plug_in: the model; None where it cannot be used.
        why: why not; empty where it can.
    """

    choice: PlugInChoice
    title: str
    plug_in: PlugIn | None = None
    why: str = ""


def load_plug_in(choice: PlugInChoice, *, trust: Trust, runtime: Runtime) -> Loaded:
    """The model of a row of the table; nothing is raised, whatever is wrong with it."""
    try:
        plug_in: PlugIn = (
            OnnxPlugIn(choice.descriptor, trust=trust, runtime=runtime)
            if choice.descriptor is not None
            else _of_entry_point(choice.entry_point)
        )
        title = f"{plug_in.name} {plug_in.version}"
        if not 2 < len(title) <= MAX_TITLE or not title.isprintable():
            raise BadInput(f"{title[:80]!r} is no name and version", code="bad-plug-in")
    except ScanViewError as error:
        why = str(error)
    except Exception as error:
        _log.exception("the plug-in %s cannot be loaded", choice.title)
        why = f"{type(error).__name__}: {error}"
    else:
        return Loaded(choice=choice, title=title, plug_in=plug_in)
    _log.error("the plug-in %s is not used: %s", choice.title, why)
    return Loaded(choice=choice, title=choice.title[:MAX_TITLE], why=why[:1_000])


def _of_entry_point(name: str) -> PlugIn:
    found = list(entry_points(group=GROUP, name=name))
    if len(found) != 1:
        known = ", ".join(sorted({each.name for each in entry_points(group=GROUP)})) or "none"
        raise Unavailable(
            f"{len(found)} packages offer the model {name!r}; there are {known}",
            code="no-plug-in",
            remedy=f"Install the one package that offers it under {GROUP}",
        )
    plug_in: PlugIn = found[0].load()()
    return plug_in
