"""Owns the comparison of an estimated mass with the declared one."""

import math
from dataclasses import dataclass
from enum import StrEnum

from scanview.core.errors import BadInput
from scanview.imaging.mass import MARGIN_DEVIATIONS, MassEstimate


class Agreement(StrEnum):
    """What an estimated mass says about a declared one."""

    AGREES = "agrees"
    HEAVIER = "heavier"
    LIGHTER = "lighter"
    UNDECLARED = "undeclared"
    """Nothing was declared, so nothing can be said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightComparison:
    """An estimate beside a declaration.

    Attributes:
        estimated_kg: the estimate.
        declared_kg: what was declared, 0 for nothing.
        ratio: estimated by declared; 0 where nothing was declared.
        deviations: the difference in standard deviations of the estimate, positive for heavier.
        agreement: what follows. An opaque part makes the deviation large, so a load that cannot be seen through
            "agrees" with much; the estimate's own `is_lower_bound` says so.
    """

    estimated_kg: float
    declared_kg: float
    ratio: float
    deviations: float
    agreement: Agreement


def compare_with_declared(mass: MassEstimate, declared_kg: float) -> WeightComparison:
    """Whether `declared_kg` lies outside of the margin that is stated with `mass`.

    Raises:
        BadInput: a negative or endless weight (code `bad-weight`).
    """
    if not (math.isfinite(declared_kg) and declared_kg >= 0):
        raise BadInput(f"{declared_kg} kg is no weight", code="bad-weight")
    if declared_kg == 0:
        ratio, deviations, agreement = 0.0, 0.0, Agreement.UNDECLARED
    else:
        ratio = mass.mass_kg / declared_kg
        deviations = (mass.mass_kg - declared_kg) / mass.uncertainty_kg
        agreement = _agreement(deviations)
    return WeightComparison(
        estimated_kg=mass.mass_kg,
        declared_kg=declared_kg,
        ratio=ratio,
        deviations=deviations,
        agreement=agreement,
    )


def _agreement(deviations: float) -> Agreement:
    if abs(deviations) < MARGIN_DEVIATIONS:
        return Agreement.AGREES
    return Agreement.HEAVIER if deviations > 0 else Agreement.LIGHTER
