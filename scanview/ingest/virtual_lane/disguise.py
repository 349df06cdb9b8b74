"""Owns the papers of a virtual scan: like those of the scan that it is a copy of, and nobody's."""

import hashlib
import random
import re
from dataclasses import replace

from scanview.core import container
from scanview.core.scan import Declaration, ScanHeader

_SERIAL_DIGITS = 6
_MASS_SPREAD = 0.04


def disguised(origin: ScanHeader, *, scan: str, now: float, chance: random.Random) -> ScanHeader:
    """The header of a copy of `origin`.

    Lane, device, views and goods are the origin's; whatever names this one vehicle is changed and stays plausible:
    a right container number remains a right one of the same owner, digits remain digits.

    Args:
        origin: header of the archived scan.
        scan: id of the copy.
        now: when it begins, UTC seconds.
        chance: draws what is changed.
    """
    return replace(
        origin,
        scan=scan,
        started_at=now,
        container=_other_container(origin.container, chance),
        plate=_other_digits(origin.plate, chance),
        source_name=_other_digits(origin.source_name, chance),
        source_sha256=hashlib.sha256(scan.encode()).hexdigest() if origin.source_sha256 else "",
        declaration=_other_declaration(origin.declaration, chance),
    )


def _other_container(typed: str, chance: random.Random) -> str:
    if not container.is_valid(typed):
        return _other_digits(typed, chance)
    body = container.normalise(typed)[:4] + "".join(chance.choice("0123456789") for _ in range(_SERIAL_DIGITS))
    return f"{body}{container.check_digit(body)}"


def _other_digits(text: str, chance: random.Random) -> str:
    """`text` with every digit drawn anew."""
    return re.sub("[0-9]", lambda _: chance.choice("0123456789"), text)


def _other_declaration(declaration: Declaration | None, chance: random.Random) -> Declaration | None:
    """The same goods, of a mass and number as another shipment would have."""
    if declaration is None:
        return None
    factor = 1 + chance.uniform(-_MASS_SPREAD, _MASS_SPREAD)
    return replace(
        declaration,
        gross_kg=float(round(declaration.gross_kg * factor, -1)),
        packages=max(1, round(declaration.packages * factor)) if declaration.packages else 0,
    )
