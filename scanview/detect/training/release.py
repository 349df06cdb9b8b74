"""Owns the bounds of releases that calibration scans allow, and how far each of them reaches."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from scanview.core.errors import BadInput
from scanview.detect.calibration import Calibration, ReleaseBound, RiskRule
from scanview.detect.conclusion import scan_risk
from scanview.detect.training.conformal import release_threshold, threshold_for_all
from scanview.detect.training.figure import Figure, share
from scanview.detect.training.fitting import Floats
from scanview.detect.training.measure import Measured

ALPHAS = (0.001, 0.005, 0.01, 0.05)
"""Miss rates that bounds are made for."""

_RULES = ("any", "highest")
_RULE_ALPHA = 0.05
_IN_EMPTY = "in an otherwise empty container"

Flags = NDArray[np.bool_]


def likelier_rule(traffic: Sequence[Measured], calibration: Calibration) -> str:
    """The rule of risk that lets more of the harmless traffic through where as few of the harmful scans go."""
    released = {}
    for rule in _RULES:
        ruled = replace(calibration, harm=RiskRule(rule=rule))
        harmful = risks([scan for scan in traffic if scan.harms], ruled)
        harmless = risks([scan for scan in traffic if not scan.harms], ruled)
        limit = float(np.quantile(harmful, _RULE_ALPHA)) if harmful.size else 0.0
        released[rule] = float((harmless < limit).mean()) if harmless.size else 0.0
    return max(released, key=lambda rule: released[rule])


def risks(scans: Sequence[Measured], calibration: Calibration) -> Floats:
    """Risk of each scan, float64 (n,); 1 of one that was refused."""
    return np.array(
        [scan_risk(calibration, scan.examination, scan.chapter) if scan.examination else 1.0 for scan in scans],
        dtype=np.float64,
    )


def bounds(
    harmful: Sequence[Measured], traffic: Sequence[Measured], calibration: Calibration, *, each_class: bool
) -> tuple[tuple[ReleaseBound, ...], tuple[Figure, ...]]:
    """A bound for every alpha that enough scans stand behind, and the figures of all of them.

    Args:
        harmful: harmful calibration scans that nothing else was fitted on.
        traffic: scans as they come, for the share that is let through.
        calibration: how scores and risk are made.
        each_class: whether a bound is to hold within every class that has enough scans.
    """
    found = risks(harmful, calibration)
    groups = _groups(harmful)
    harmless = [scan for scan in traffic if not scan.harms]
    let_through = risks(harmless, calibration)
    empty = np.array([scan.truth["empty"] > 0.5 for scan in harmless], dtype=np.bool_)
    made: list[ReleaseBound] = []
    figures: list[Figure] = []
    for alpha in ALPHAS:
        try:
            threshold, note = _threshold(found, groups, alpha, each_class=each_class)
        except BadInput as refusal:
            figures.append(share(f"released at alpha {alpha:.1%}", 0, 0, scans=len(harmful), note=refusal.message))
            continue
        goes = let_through < threshold
        made.append(
            ReleaseBound(
                alpha=alpha,
                threshold=threshold,
                released_loaded=_share(goes[~empty]),
                released_empty=_share(goes[empty]),
                harmful_scans=len(harmful),
            )
        )
        figures += _figures(alpha, threshold, goes, empty, found, groups, note)
    return tuple(made), tuple(figures)


def _threshold(found: Floats, groups: Mapping[str, Flags], alpha: float, *, each_class: bool) -> tuple[float, str]:
    if not each_class:
        return release_threshold(found, alpha), ""
    threshold, too_few = threshold_for_all(found, groups, alpha)
    return threshold, f"nothing is promised for each of: {', '.join(too_few)}" if too_few else ""


def _groups(harmful: Sequence[Measured]) -> dict[str, Flags]:
    """Which scans hide each class of things, and which hide something where there are no goods."""
    labels = sorted({label for scan in harmful for label in scan.harms})
    groups = {label: np.array([label in scan.harms for scan in harmful], dtype=np.bool_) for label in labels}
    bare = np.array([not scan.truth["cargo"] for scan in harmful], dtype=np.bool_)
    return groups | ({_IN_EMPTY: bare} if bare.any() else {})


def _figures(
    alpha: float,
    threshold: float,
    goes: Flags,
    empty: Flags,
    found: Floats,
    groups: Mapping[str, Flags],
    note: str,
) -> list[Figure]:
    said = f"risk below {threshold:.4g}; {len(found)} harmful scans behind it" + (f"; {note}" if note else "")
    rows = [
        share(
            f"released at alpha {alpha:.1%}: harmless loaded", int(goes[~empty].sum()), int((~empty).sum()), note=said
        ),
        share(f"released at alpha {alpha:.1%}: empty", int(goes[empty].sum()), int(empty.sum())),
    ]
    for name, members in groups.items():
        missed = int((found[members] < threshold).sum())
        rows.append(share(f"missed at alpha {alpha:.1%}: {name}", missed, int(members.sum())))
    return rows


def _share(flags: Flags) -> float:
    return round(float(flags.mean()), 4) if flags.size else 0.0
