"""No state hangs on colour alone: shapes differ without any colour, and colours differ for every eye."""

from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QImage, QPainter

from scanview.core.review import Verdict
from scanview.ui import style, tokens
from scanview.ui.measuring.sheet import SIGNS
from scanview.ui.verdict_button import VerdictButton
from scanview.ui.viewer.overlay import OverlayKind, paint_shape
from tests.ui.ui_fakes import press, texts

EYES = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
"""How eyes without one kind of cone see linear sRGB: Machado, Oliveira and Fernandes 2009, severity 1.0."""

STATES = {
    "high": tokens.RISK_HIGH,
    "medium": tokens.RISK_MEDIUM,
    "low": tokens.RISK_LOW,
    "none": tokens.RISK_NONE,
}


def mask(paint, size=64):
    """Where something is drawn, whatever its colour."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    paint(painter)
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(size, size, 4)
    return pixels[..., 3] > 127


def seen(colour, eye):
    """CIE L*a*b* of a colour as this eye sees it."""
    shares = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    linear = np.clip(np.array(EYES[eye]) @ linear, 0, 1)
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ linear
    ratios = xyz / (0.9505, 1.0, 1.089)
    f = np.where(ratios > 0.008856, np.cbrt(ratios), 7.787 * ratios + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize(("one", "other"), list(combinations(OverlayKind, 2)))
def test_every_kind_of_finding_and_mark_has_a_shape_of_its_own(qapp, one, other):
    shapes = [
        mask(lambda painter, kind=kind: paint_shape(painter, kind, QPointF(32, 32), 44.0)) for kind in (one, other)
    ]

    assert np.mean(shapes[0] ^ shapes[1]) > 0.03


def test_the_two_verdicts_differ_without_colour(qtbot):
    grey = []
    for verdict in Verdict:
        button = VerdictButton(verdict)
        qtbot.addWidget(button)
        button.resize(QSize(150, 56))
        image = button.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
        grey.append(np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)[:, :150] > 90)

    assert np.mean(grey[0] ^ grey[1]) > 0.01


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize(("one", "other"), list(combinations(STATES, 2)))
def test_the_colours_of_risk_differ_for_every_eye(eye, one, other):
    """Four times what can just be told apart; the shapes differ, too."""
    assert np.linalg.norm(seen(STATES[one], eye) - seen(STATES[other], eye)) >= 10


@pytest.mark.parametrize("eye", EYES)
def test_release_and_hold_differ_for_every_eye(eye):
    assert np.linalg.norm(seen(style.HOLD, eye) - seen(style.RELEASE, eye)) >= 20


def test_what_weighing_finds_has_a_sign_and_a_word():
    assert len(set(SIGNS.values())) == len(SIGNS)


def test_a_problem_and_a_lost_link_begin_with_a_sign(room):
    room.sit_down().open(1)
    press(room, Qt.Key.Key_H, Qt.Key.Key_Return)

    assert any(text.startswith("▲") for text in texts(room))
