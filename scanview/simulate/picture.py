"""Owns the areal densities that one view of a scene collects, body by body."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from scanview.simulate.materials import BASIS, MATERIALS

Plane: TypeAlias = NDArray[np.float32]
Mask: TypeAlias = NDArray[np.bool_]

_NOTICEABLE_G_CM2 = 0.02


@dataclass(frozen=True, slots=True)
class Trace:
    """One deposit while a picture was recorded: where it is and how much (g/cm2)."""

    top: int
    left: int
    mass_g_cm2: Plane


class Picture:
    """Areal densities in g/cm2: `planes`, float32 (basis material, rows, columns), and `mass_g_cm2`, float32.

    Basis materials imitate how a body attenuates, not what it weighs: true masses are kept beside them.
    """

    def __init__(self, rows: int, columns: int) -> None:
        self.planes: Plane = np.zeros((len(BASIS), rows, columns), dtype=np.float32)
        self.mass_g_cm2: Plane = np.zeros((rows, columns), dtype=np.float32)
        self._traces: list[Trace] | None = None

    def add(self, material: str, top: int, left: int, depth_mm: NDArray[np.floating]) -> None:
        """Add a body of `material`, `depth_mm` deep at each pixel from row `top` and column `left` on."""
        substance = MATERIALS[material]
        areal = depth_mm.astype(np.float32) * np.float32(substance.density_g_cm3 / 10)
        self.paste([(index, areal * weight) for index, weight in enumerate(substance.basis) if weight > 0], top, left)
        self._weigh(areal, top, left)

    def stamp(self, layers: Sequence[tuple[int, Plane]], mass_g_cm2: Plane, top: int, left: int) -> None:
        """Add a body whose areal densities are known already."""
        self.paste(layers, top, left)
        self._weigh(mass_g_cm2, top, left)

    def paste(self, layers: Sequence[tuple[int, Plane]], top: int, left: int) -> None:
        """Add areal densities of single basis materials, cutting off what lies outside."""
        for index, areal in layers:
            _add_clipped(self.planes[index], areal, top, left)

    @contextmanager
    def recorded(self) -> Iterator[list[Trace]]:
        """What is added meanwhile is noted in the list given."""
        before, self._traces = self._traces, []
        traces = self._traces
        try:
            yield traces
        finally:
            self._traces = before
            if before is not None:
                before.extend(traces)

    def mask_of(self, traces: Sequence[Trace]) -> Mask:
        """Where the bodies of `traces` are, bool (rows, columns)."""
        whole = np.zeros_like(self.mass_g_cm2)
        for trace in traces:
            _add_clipped(whole, trace.mass_g_cm2, trace.top, trace.left)
        return np.asarray(whole > _NOTICEABLE_G_CM2)

    def _weigh(self, areal: Plane, top: int, left: int) -> None:
        _add_clipped(self.mass_g_cm2, areal, top, left)
        if self._traces is not None:
            self._traces.append(Trace(top, left, areal))


def _add_clipped(whole: Plane, part: Plane, top: int, left: int) -> None:
    rows = slice(max(top, 0), min(top + part.shape[0], whole.shape[0]))
    columns = slice(max(left, 0), min(left + part.shape[1], whole.shape[1]))
    if rows.start < rows.stop and columns.start < columns.stop:
        whole[rows, columns] += part[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
