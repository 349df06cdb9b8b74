"""Owns which models speak about scans in a process: the detector, whose models may be used, and what computes them."""

from dataclasses import dataclass
from pathlib import Path

from scanview.core.errors import Refused, ScanViewError
from scanview.core.scan import ScanHeader
from scanview.detect.calibration import DEFAULT_ALPHA
from scanview.detect.pipeline import Recogniser
from scanview.detect.plug_ins.beside import Together
from scanview.detect.plug_ins.loading import load_plug_in
from scanview.detect.plug_ins.table import PlugInChoice
from scanview.detect.providers import ONE_THREAD, Runtime
from scanview.detect.recognising import Recognises, Recognising
from scanview.wire.publishers import SCANVIEW_ONLY, Trust

NO_MODEL = "no model"
"""How the name begins that a process without a usable model gives."""

_MAX_NAME = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which models speak; small enough to travel to other processes.

    Attributes:
        model: the detector's file; None takes the one that ships with ScanView.
        trust: whose models may be used.
        runtime: what computes them.
        alpha: share of harmful scans that may at most be released on the detector's word.
        plug_ins: models of others that speak beside it.
    """

    model: Path | None = None
    trust: Trust = SCANVIEW_ONLY
    runtime: Runtime = ONE_THREAD
    alpha: float = DEFAULT_ALPHA
    plug_ins: tuple[PlugInChoice, ...] = ()

    def load(self) -> Recognises:
        """The models, loaded and checked; what of ours is refused and why see `model.DetectorModel`.

        A plug-in that cannot be used is no error here: it fails on every scan it is asked about.
        """
        ours = Recogniser(self.model, runtime=self.runtime, trust=self.trust, alpha=self.alpha)
        if not self.plug_ins:
            return ours
        loaded = [load_plug_in(choice, trust=self.trust, runtime=self.runtime) for choice in self.plug_ins]
        return Together(ours, loaded)


SHIPPED = Selection()
"""The model that ships with ScanView, on the CPU with one thread."""


class Unusable:
    """Stands for a model that must not be used: it says of every scan why nothing is recognised.

    So a worker with such a model still tells the people at the desks, and no scan looks clear because of it.
    """

    is_usable = False

    def __init__(self, reason: ScanViewError) -> None:
        self._reason = reason
        self.model = f"{NO_MODEL}: {reason.message}"[:_MAX_NAME]

    def begin(self, header: ScanHeader) -> Recognising:
        """Refuse, with the code and the words the model was refused with."""
        reason = self._reason
        raise Refused(f"the model is not used: {reason.message}", code=reason.code, remedy=reason.remedy)


def load_or_say_why(selection: Selection) -> Recognises:
    """The models of `selection`, or what stands for them where they must not be used."""
    try:
        return selection.load()
    except ScanViewError as error:
        return Unusable(error)
