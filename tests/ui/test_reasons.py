"""Why a machine did not recognise a scan, in the reader's own language: each reason as the program really gives it."""

import re
from dataclasses import replace

import numpy as np
import pytest

from scanview.core.errors import Refused
from scanview.core.scan import Channel, Source
from scanview.detect.features import FeatureStream
from scanview.detect.plausibility import Plausibility
from scanview.simulate.scan import simulate_scan
from scanview.ui.text import CATALOGUES, Language, of_reason, places, speak, verbatim

LATIN = re.compile(r"[A-Za-z]{2,}")
KEPT = re.compile(r"HIGH|LOW|GREY")


def _with_levels(change):
    return lambda view, counts: (replace(view, calibrations=tuple(change(c) for c in view.calibrations)), counts)


def _logarithm(view, counts):
    levels = np.array([c.air for c in view.calibrations])[:, np.newaxis, np.newaxis]
    return view, np.rint(levels * (1 + np.log(np.clip(counts / levels, 1e-3, 1)) / 7)).astype(np.uint16)


SPOILED = {
    "why.channels": lambda view, counts: (
        replace(view, channels=(Channel.GREY,), calibrations=(), energies_mv=()),
        counts[:1],
    ),
    "why.uncalibrated": lambda view, counts: (replace(view, calibrations=()), counts),
    "why.energies": lambda view, counts: (replace(view, energies_mv=()), counts),
    "why.pitch": lambda view, counts: (replace(view, pitch_source=Source.ASSUMED), counts),
    "why.coarse": lambda view, counts: (replace(view, pitch_x_mm=40.0), counts),
    "why.no-columns": lambda view, counts: (view, counts[:, :, :0]),
    "why.too-bright": _with_levels(lambda c: replace(c, air=0.8 * c.air)),
    "why.too-dim": _with_levels(lambda c: replace(c, air=min(65_535.0, 1.3 * c.air))),
    "why.below-dark": _with_levels(lambda c: replace(c, dark=c.dark + 2_000)),
    "why.noise": _logarithm,
    "why.ratio": lambda view, counts: (
        replace(view, calibrations=view.calibrations[::-1]),
        np.ascontiguousarray(counts[::-1]),
    ),
    "why.odd": lambda view, counts: (view, np.stack([counts[0], np.roll(counts[1], 24, axis=1)])),
    "why.stance": lambda view, counts: (view, np.ascontiguousarray(counts[:, ::-1])),
    "why.height": lambda view, counts: (replace(view, pitch_x_mm=19.0, pitch_y_mm=19.0), counts),
}


def _reason(spoil) -> str:
    """What the worker sends."""
    view, counts = spoil(*simulate_scan(7, pitch_mm=8.0).image.side)
    with pytest.raises(Refused) as refusal:
        _judge(view, counts)
    return str(refusal.value)


def _judge(view, counts):
    stream, noticed = FeatureStream(view, 8.0), Plausibility(view)
    stream.add(counts)
    noticed.add(counts)
    noticed.check(stream.finish().planes)


@pytest.mark.parametrize("id", SPOILED)
def test_every_reason_of_the_machine_has_words_in_both_languages(id):
    why = _reason(SPOILED[id])
    told = of_reason(why)

    assert told.id == id
    assert why.startswith(speak(Language.EN, told))
    assert not LATIN.search(KEPT.sub("", speak(Language.ZH, told)))


def test_no_reason_is_left_without_a_trial():
    known = {id for id in CATALOGUES[Language.EN] if id.startswith("why.")}

    assert known - set(SPOILED) == {"why.model", "why.workers"}
    assert all(places(CATALOGUES[Language.EN][id]) == places(CATALOGUES[Language.ZH][id]) for id in known)


def test_a_model_that_is_not_used_and_workers_that_fail_are_told_of():
    assert of_reason("the model is not used: nobody signed it").id == "why.model"
    assert of_reason("3 workers failed, the last one: gone").id == "why.workers"


def test_a_reason_nobody_knows_is_shown_as_it_is():
    assert of_reason("the dog ate it. Get another dog") == verbatim("the dog ate it. Get another dog")
