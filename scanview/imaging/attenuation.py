"""Owns the attenuation of matter in a linac's beam: from tables of single energies to curves of a whole spectrum.

All areal densities are in g/cm2, photon energies in MeV, beams in MV (the accelerating potential). A beam is
polychromatic: its low energies are absorbed first, so log attenuation is not proportional to thickness. Material is
told from exactly that curve, which is why it is computed here from the spectrum and never approximated by one number.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scanview.core.errors import BadInput
from scanview.imaging.attenuation_tables import ATOMIC_WEIGHTS, ENERGIES_MEV, MASS_ATTENUATION_CM2_G

Floats: TypeAlias = NDArray[np.float64]

COMPOUNDS = MappingProxyType(
    {
        "polyethylene": "C2H4",
        "water": "H2O",
        "cellulose": "C6H10O5",
        "sugar": "C12H22O11",
        "rubber": "C5H8",
        "polyester": "C10H8O4",
        "pvc": "C2H3Cl",
        "ethanol": "C2H6O",
        "cocaine": "C17H21NO4",
        "heroin": "C21H23NO5",
        "tobacco": "C6H11NO5",
        "ammonium nitrate": "N2H4O3",
        "salt": "NaCl",
        "glass": "Si6Na2CaO14",
        "stone": "Si4Al2K2CaO13",
        "calcium carbonate": "CaCO3",
        "carbon": "C",
        "aluminium": "Al",
        "iron": "Fe",
        "copper": "Cu",
        "tin": "Sn",
        "tungsten": "W",
        "lead": "Pb",
    }
)
"""Named materials and their chemical formulas."""

MIN_ENERGY_MEV = ENERGIES_MEV[0]
MAX_ENERGY_MEV = ENERGIES_MEV[-1]

CURVE_LIMIT_G_CM2 = 400.0
"""Areal density (half a metre of steel) at which an inverted curve ends: no cargo linac sees through it."""

_ELECTRON_REST_MEV = 0.51099895
_TUNGSTEN = 74
_STEP_MEV = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Beam:
    """What a detector sees of an unattenuated beam.

    Attributes:
        energies_mev: middles of the spectrum's steps, ascending, float64 (n,).
        signal: share of the detector's signal that comes from each step, float64 (n,), sum 1.
    """

    energies_mev: Floats
    signal: Floats


def composition(material: str) -> dict[str, float]:
    """Mass fraction of each element in `material`: a name in `COMPOUNDS` or a formula without brackets (`SiO2`).

    Raises:
        BadInput: an unknown element or no formula at all (code `unknown-material`).
    """
    formula = COMPOUNDS.get(material, material)
    atoms = re.findall(r"([A-Z][a-z]?)(\d*)", formula)
    known = all(element in MASS_ATTENUATION_CM2_G for element, _ in atoms)
    if not atoms or not known or "".join(e + n for e, n in atoms) != formula:
        raise BadInput(f"{material!r} is no material with known attenuation", code="unknown-material")
    masses: dict[str, float] = {}
    for element, number in atoms:
        masses[element] = masses.get(element, 0.0) + ATOMIC_WEIGHTS[element] * int(number or 1)
    total = sum(masses.values())
    return {element: mass / total for element, mass in masses.items()}


def mass_attenuation(material: str, energies_mev: ArrayLike) -> Floats:
    """Mass attenuation coefficient of `material` in cm2/g at each energy, float64 of the shape of `energies_mev`.

    Elements are interpolated in log energy and log coefficient by a cubic through the four nearest entries (none of
    them has an absorption edge between 0.1 and 10 MeV); compounds follow the mixture rule, the sum weighted by mass.

    Raises:
        BadInput: an unknown material, or an energy outside 0.1 to 10 MeV (code `energy-out-of-range`).
    """
    energies = np.asarray(energies_mev, dtype=np.float64)
    if energies.size and not (energies.min() >= MIN_ENERGY_MEV and energies.max() <= MAX_ENERGY_MEV):
        raise BadInput(f"photon energies must be {MIN_ENERGY_MEV} to {MAX_ENERGY_MEV} MeV", code="energy-out-of-range")
    total = np.zeros(energies.shape)
    for element, fraction in composition(material).items():
        total += fraction * np.exp(_cubic(np.log(energies), np.log(MASS_ATTENUATION_CM2_G[element])))
    return total


def _cubic(at: Floats, values: Floats) -> Floats:
    """`values` at the logarithms of `ENERGIES_MEV`, interpolated at `at` by Lagrange's cubic."""
    nodes = np.log(ENERGIES_MEV)
    first = np.clip(np.searchsorted(nodes, at) - 2, 0, nodes.size - 4)
    result = np.zeros(at.shape)
    for own in range(4):
        weight = np.ones(at.shape)
        for other in range(4):
            if other != own:
                weight *= (at - nodes[first + other]) / (nodes[first + own] - nodes[first + other])
        result += weight * values[first + own]
    return result


@lru_cache(maxsize=64)
def linac_beam(energy_mv: float) -> Beam:
    """The beam of a cargo linac of `energy_mv`, as an energy-integrating detector weighs it.

    Thin-target bremsstrahlung of tungsten integrated over angle (Schiff's formula, 3BSd of Koch and Motz, Rev.
    Mod. Phys. 31, 920, 1959), summed over an electron that slows down in a thick target and weighted by the square
    of its energy, because the forward intensity grows so; then filtered by 3 g/cm2 of tungsten (what is left of the
    target) and 5 g/cm2 of iron (flattening and window). The detector's response is proportional to photon energy.
    An approximation of the real spectrum of one machine, which nobody publishes: curves agree with measured
    spectra of a 6 MV portal to a few percent, ratios of two energies to a few thousandths.

    Raises:
        BadInput: a potential outside 1 to 10 MV (code `energy-out-of-range`).
    """
    if not 1.0 <= energy_mv <= MAX_ENERGY_MEV:
        raise BadInput(f"a beam of {energy_mv} MV is not between 1 and 10 MV", code="energy-out-of-range")
    edges = np.linspace(MIN_ENERGY_MEV, energy_mv, max(24, round(energy_mv / _STEP_MEV)) + 1)
    energies = (edges[:-1] + edges[1:]) / 2
    photons = np.zeros_like(energies)
    for electron_mev in energy_mv * np.linspace(0.4, 1.0, 13):
        photons += electron_mev**2 * _schiff(energies, electron_mev)
    filtered = photons * np.exp(-3.0 * mass_attenuation("W", energies) - 5.0 * mass_attenuation("Fe", energies))
    signal = filtered * energies
    return Beam(energies_mev=energies, signal=signal / signal.sum())


def _schiff(photon_mev: Floats, electron_mev: float) -> Floats:
    """Relative photons per MeV that an electron of kinetic energy `electron_mev` makes in a thin tungsten target."""
    before = electron_mev / _ELECTRON_REST_MEV + 1.0
    photon = photon_mev / _ELECTRON_REST_MEV
    possible = photon < before - 1.0
    after = np.where(possible, before - photon, 1.0)
    screening = _TUNGSTEN ** (1 / 3) / 111.0
    b = 2 * before * after * screening / photon
    log_m = -np.log((photon / (2 * before * after)) ** 2 + screening**2)
    ratio, arc = after / before, np.arctan(b)
    first = (1 + ratio**2 - 2 * ratio / 3) * (log_m + 1 - 2 * arc / b)
    second = ratio * (2 / b**2 * np.log1p(b**2) + 4 * (2 - b**2) / (3 * b**3) * arc - 8 / (3 * b**2) + 2 / 9)
    return np.where(possible, np.maximum(first + second, 0.0) / photon, 0.0)


def attenuation_curve(material: str, energy_mv: float, areal_density_g_cm2: ArrayLike) -> Floats:
    """Log attenuation alpha = -ln T of `material` in the beam of `energy_mv`.

    Args:
        material: a name in `COMPOUNDS` or a formula.
        energy_mv: accelerating potential, 1 to 10 MV.
        areal_density_g_cm2: density times thickness, any shape, >= 0.

    Returns:
        float64 of the same shape; 0 where there is nothing in the beam.
    """
    beam = linac_beam(energy_mv)
    density = np.asarray(areal_density_g_cm2, dtype=np.float64)
    exponents = density[..., np.newaxis] * mass_attenuation(material, beam.energies_mev)
    return np.asarray(-np.log(np.exp(-exponents) @ beam.signal))


def areal_density(material: str, energy_mv: float, alpha: ArrayLike) -> Floats:
    """Areal density in g/cm2 of `material` that attenuates by `alpha`; the inverse of `attenuation_curve`.

    Values below 0 give 0, values beyond `CURVE_LIMIT_G_CM2` give that limit.
    """
    densities, alphas = _sampled_curve(material, energy_mv)
    return np.interp(np.asarray(alpha, dtype=np.float64), alphas, densities)


@lru_cache(maxsize=64)
def _sampled_curve(material: str, energy_mv: float) -> tuple[Floats, Floats]:
    densities = CURVE_LIMIT_G_CM2 * np.linspace(0.0, 1.0, 401) ** 2
    return densities, attenuation_curve(material, energy_mv, densities)
