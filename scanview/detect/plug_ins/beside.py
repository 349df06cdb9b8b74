"""Owns the speaking of several models about one scan: ours, and beside it the plug-ins that are asked about it.

A plug-in can only add: findings, or the word that it failed. Without ours nothing is said, because only ours is checked
against physics. Whatever a plug-in adds is one more reason not to release without a person.
"""

import hashlib
import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from scanview.core.errors import ScanViewError
from scanview.core.review import Doubt, Finding, ModelFailure, Recognition
from scanview.core.scan import ScanHeader
from scanview.detect.decode import clipped
from scanview.detect.features import Counts
from scanview.detect.plug_ins.loading import Loaded
from scanview.detect.plug_ins.protocol import MAX_SIGHTINGS, Sighting
from scanview.detect.recognising import Recognises, Recognising
from scanview.imaging.scan_image import ScanImage

_MAX_WHY = 1_000
_MAX_NAME = 64
"""As long as a DICOS report may call what made it."""

_log = logging.getLogger(__name__)


class Together:
    """Our model with plug-ins beside it; one face for worker and batch."""

    is_usable = True

    def __init__(self, ours: Recognises, plug_ins: Sequence[Loaded]) -> None:
        self._ours = ours
        self._plug_ins = tuple(plug_ins)

    @cached_property
    def model(self) -> str:
        """The versions of all, and a digest that changes with every condition; at most 64 characters."""
        digest = hashlib.sha256("".join(each.title + each.choice.digest() for each in self._plug_ins).encode())
        ending = f" ({digest.hexdigest()[:8]})"
        titles = " + ".join([self._ours.model, *(each.title for each in self._plug_ins)])
        return titles[: _MAX_NAME - len(ending)] + ending

    def begin(self, header: ScanHeader) -> Recognising:
        """Begin with a scan; Refused where ours cannot speak about such a one."""
        asked = [each for each in self._plug_ins if each.choice.wants_lane(header)]
        return _Beside(self._ours.begin(header), self.model, header, asked)


class _Beside:
    """One scan on its way through our model, kept for the plug-ins that will be asked about it."""

    def __init__(self, ours: Recognising, model: str, header: ScanHeader, asked: Sequence[Loaded]) -> None:
        self._ours = ours
        self._model = model
        self._header = header
        self._asked = asked
        self._kept: list[list[Counts]] = [[] for _ in header.views]

    def take(self, view: int, counts: Counts) -> None:
        """The next columns of a view; kept only where somebody will be asked."""
        self._ours.take(view, counts)
        if self._asked:
            self._kept[view].append(counts)

    def look(self) -> None:
        """Ours computes what it can; plug-ins see whole scans."""
        self._ours.look()

    def conclude(self) -> Recognition:
        """What all say; Refused where ours cannot speak about the scan."""
        said = self._ours.conclude()
        asked = [each for each in self._asked if each.choice.wants_goods(self._header, said.cargo)]
        if not asked:
            return replace(said, model=self._model)
        started = time.perf_counter()
        image = self._image()
        answers = [_asked(each, image) for each in asked]
        elapsed_ms = said.elapsed_ms + (time.perf_counter() - started) * 1_000
        return replace(_with(said, answers), model=self._model, elapsed_ms=elapsed_ms)

    def _image(self) -> ScanImage:
        """The whole scan, in arrays that no plug-in can change for the next one."""
        views = []
        for header, parts in zip(self._header.views, self._kept, strict=True):
            nothing: Counts = np.empty((len(header.channels), header.rows, 0), dtype=np.uint16)
            views.append(np.concatenate(parts or [nothing], axis=2))
            views[-1].flags.writeable = False
        self._kept = [[view] for view in views]
        return ScanImage(header=self._header, views=tuple(views))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    findings: tuple[Finding, ...] = ()
    failure: ModelFailure | None = None


def _asked(each: Loaded, image: ScanImage) -> _Answer:
    """What one plug-in says. Nothing is raised: one that breaks takes away nothing but its own word."""
    try:
        if each.plug_in is None:
            return _Answer(failure=ModelFailure(model=each.title, why=each.why))
        return _Answer(findings=_placed(each.plug_in.find(image), each.title, image))
    except ScanViewError as error:
        why = str(error)
    except Exception as error:
        _log.exception("the plug-in %s failed", each.title, extra={"scan": image.header.scan})
        why = f"{type(error).__name__}: {error}"
    _log.warning("%s says nothing: %s", each.title, why, extra={"scan": image.header.scan})
    return _Answer(failure=ModelFailure(model=each.title, why=why[:_MAX_WHY]))


def _placed(sightings: Iterable[Sighting], title: str, image: ScanImage) -> tuple[Finding, ...]:
    """Findings of what lies in the picture; the highest scores where there are too many."""
    view, counts = image.side
    best = sorted(sightings, key=lambda sighting: -sighting.score)[:MAX_SIGHTINGS]
    findings: list[Finding] = []
    for sighting in best:
        box = clipped(sighting.corners, counts.shape[2], view.rows, view.view)
        if box is not None:
            name = f"{image.header.scan}/{title}/{len(findings)}"
            finding = hashlib.sha256(name.encode()).hexdigest()[:32]
            findings.append(
                Finding(finding=finding, label=sighting.label, score=float(sighting.score), box=box, model=title)
            )
    return tuple(findings)


def _with(said: Recognition, answers: Sequence[_Answer]) -> Recognition:
    """What ours said, with what the plug-ins add. A container in which somebody sees an object is less likely empty."""
    findings = tuple(finding for answer in answers for finding in answer.findings)
    failures = tuple(answer.failure for answer in answers if answer.failure is not None)
    doubts = [Doubt.FINDING.value] if findings else []
    doubts += [Doubt.MODEL_FAILED.value] if failures else []
    return replace(
        said,
        findings=tuple(sorted(said.findings + findings, key=lambda finding: -finding.score)),
        empty=said.empty * (1.0 - max((finding.score for finding in findings), default=0.0)),
        release_doubts=tuple(dict.fromkeys([*said.release_doubts, *doubts])),
        failures=failures,
    )
