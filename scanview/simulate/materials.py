"""Owns what simulated things are made of: density, and the mixture of basis materials that attenuates alike.

A scene is a stack of areal densities of five basis materials. Any other material is written as the pair of basis
materials whose mass attenuation, added up, follows its own over the energies of a cargo linac; polychromatic
attenuation of everything in the beam is then computed together, exactly, from five numbers per pixel.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from scanview.imaging.attenuation import linac_beam, mass_attenuation

BASIS = ("polyethylene", "carbon", "aluminium", "iron", "lead")
"""Materials whose areal densities describe a scene, in this order."""

_FIT_MV = 7.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """A substance: a name known to `imaging.attenuation` and its density in g/cm3 (of the bulk, where it is loose)."""

    substance: str
    density_g_cm3: float

    @property
    def basis(self) -> NDArray[np.float32]:
        """Gram of each basis material per gram of this one, float32 (5,)."""
        return basis_weights(self.substance)


@lru_cache(maxsize=64)
def basis_weights(substance: str) -> NDArray[np.float32]:
    """The non-negative pair of basis materials closest to `substance`, float32 (5,) in gram per gram.

    Least squares of the relative error of the mass attenuation coefficient, weighted by the signal of a beam.
    """
    beam = linac_beam(_FIT_MV)
    target = mass_attenuation(substance, beam.energies_mev)
    shapes = np.stack([mass_attenuation(name, beam.energies_mev) for name in BASIS])
    scaled = shapes / target * np.sqrt(beam.signal)
    wanted = np.sqrt(beam.signal)
    best_error, best = np.inf, np.zeros(len(BASIS))
    for pair in combinations(range(len(BASIS)), 2):
        solution = np.linalg.lstsq(scaled[list(pair)].T, wanted, rcond=None)[0]
        weights = np.zeros(len(BASIS))
        weights[list(pair)] = np.maximum(solution, 0.0)
        error = float(np.square(weights @ scaled - wanted).sum())
        if error < best_error:
            best_error, best = error, weights
    return best.astype(np.float32)


MATERIALS = MappingProxyType(
    {
        "steel": Material(substance="iron", density_g_cm3=7.87),
        "aluminium": Material(substance="aluminium", density_g_cm3=2.70),
        "copper": Material(substance="copper", density_g_cm3=8.96),
        "lead": Material(substance="lead", density_g_cm3=11.34),
        "wood": Material(substance="cellulose", density_g_cm3=0.60),
        "plywood": Material(substance="cellulose", density_g_cm3=0.72),
        "cardboard": Material(substance="cellulose", density_g_cm3=0.25),
        "paper": Material(substance="cellulose", density_g_cm3=0.80),
        "cloth": Material(substance="polyester", density_g_cm3=0.22),
        "plastic": Material(substance="polyethylene", density_g_cm3=0.94),
        "foam": Material(substance="polyethylene", density_g_cm3=0.05),
        "pvc": Material(substance="pvc", density_g_cm3=1.38),
        "rubber": Material(substance="rubber", density_g_cm3=1.10),
        "water": Material(substance="water", density_g_cm3=1.00),
        "spirit": Material(substance="ethanol", density_g_cm3=0.80),
        "food": Material(substance="sugar", density_g_cm3=0.75),
        "salt": Material(substance="salt", density_g_cm3=1.20),
        "fertiliser": Material(substance="ammonium nitrate", density_g_cm3=0.95),
        "glass": Material(substance="glass", density_g_cm3=2.50),
        "ceramic": Material(substance="stone", density_g_cm3=2.20),
        "cocaine": Material(substance="cocaine", density_g_cm3=1.15),
        "heroin": Material(substance="heroin", density_g_cm3=1.05),
        "tobacco": Material(substance="tobacco", density_g_cm3=0.32),
        "stone": Material(substance="stone", density_g_cm3=2.65),
        "concrete": Material(substance="stone", density_g_cm3=2.30),
        "cement": Material(substance="calcium carbonate", density_g_cm3=1.35),
        "ore": Material(substance="Fe2O3", density_g_cm3=2.40),
        "coal": Material(substance="carbon", density_g_cm3=0.85),
        "grain": Material(substance="cellulose", density_g_cm3=0.76),
        "granulate": Material(substance="polyethylene", density_g_cm3=0.56),
        "flesh": Material(substance="water", density_g_cm3=1.02),
        "frozen": Material(substance="water", density_g_cm3=0.82),
        "fruit": Material(substance="water", density_g_cm3=0.88),
        "oil": Material(substance="polyethylene", density_g_cm3=0.88),
        "brass": Material(substance="copper", density_g_cm3=8.50),
        "silk": Material(substance="polyester", density_g_cm3=0.36),
        "leather": Material(substance="rubber", density_g_cm3=0.60),
        "insulation": Material(substance="polyester", density_g_cm3=0.04),
        "powder": Material(substance="ammonium nitrate", density_g_cm3=0.85),
    }
)
"""Materials that scenes are built from."""
