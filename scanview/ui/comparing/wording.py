"""A comparison in words: partners, what is being done, what was found."""

import time

from scanview.core import container
from scanview.core.related import RelatedKind, RelatedScan
from scanview.core.review import Verdict
from scanview.ui.comparing.comparing import Comparing, Stage
from scanview.ui.language import Words

SIGNS = {RelatedKind.EARLIER: "◷", RelatedKind.REFERENCE: "▢", RelatedKind.LIBRARY: "★", RelatedKind.SIMILAR: "≈"}
"""The shape that says the same as the word."""

_WHEN = "%Y-%m-%d %H:%M"


def when(seconds: float) -> str:
    """A time of this workstation's clock: date, hour and minute."""
    return time.strftime(_WHEN, time.localtime(seconds))


def partner_title(partner: RelatedScan, words: Words) -> str:
    """What it is and when, in one line."""
    kind = words(f"related.{partner.kind}")
    return words("compare.partner", sign=SIGNS[partner.kind], kind=kind, when=when(partner.arrived_at))


def partner_lines(partner: RelatedScan, words: Words) -> str:
    """The same, and below it where it was, what was decided, and what it is called."""
    verdict = ""
    if partner.verdict is not None:
        verdict = words("state.released" if partner.verdict is Verdict.RELEASE else "state.held")
    names = (partner.title, partner.lane, verdict, container.grouped(partner.container), partner.plate)
    return f"{partner_title(partner, words)}\n{' · '.join(name for name in names if name)}"


def stage_text(comparing: Comparing, words: Words) -> str:
    """How far it has come, and what was found; empty where a problem says more."""
    match comparing.stage:
        case Stage.READING:
            here, whole = comparing.strips
            return words("compare.reading", percent=f"{100 * here / whole:.0f}" if whole else "0")
        case Stage.PREPARING:
            step = comparing.step
            return words(f"compare.step.{step}") if step is not None else words("compare.step.registering")
        case Stage.SHOWN if any(view.deviations is not None for view in comparing.views):
            places = sum(len(view.changes) for view in comparing.views)
            return words("compare.places", count=places) if places else words("compare.same")
    return ""
