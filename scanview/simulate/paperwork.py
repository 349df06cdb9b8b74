"""Owns the papers of a simulated container: its number, the lorry's plate and what the shipper declared."""

import numpy as np

from scanview.core.container import check_digit
from scanview.core.scan import Declaration
from scanview.simulate.cargo import CARGO

_OWNERS = ("SVWU", "QNLU", "HTRU", "ORXU", "LMKU", "ZPEU")
_PROVINCES = "沪粤浙苏鲁津闽辽"
_PLATE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_SHIPPERS = (
    "Eastbay Trading Co., Ltd.",
    "Longhe Import & Export Co., Ltd.",
    "Nordhavn Shipping A/S",
    "Alvarez e Hijos S.A.",
    "Pacific Crown Freight Ltd.",
    "Weststern Handels GmbH",
)
_ORIGINS = ("CN", "VN", "DE", "BR", "CO", "NL", "TR", "ID", "US", "MA")
_EMPTY = ("Empty container, returned", "")


def container_number(rng: np.random.Generator) -> str:
    """A container number with a valid check digit (ISO 6346), of an owner who does not exist."""
    body = f"{_OWNERS[int(rng.integers(len(_OWNERS)))]}{int(rng.integers(1_000_000)):06d}"
    return f"{body}{check_digit(body)}"


def plate_number(rng: np.random.Generator) -> str:
    """A lorry's registration plate."""
    letters = [_PLATE_LETTERS[int(i)] for i in rng.integers(len(_PLATE_LETTERS), size=2)]
    return f"{_PROVINCES[int(rng.integers(len(_PROVINCES)))]}{letters[0]}{letters[1]}{int(rng.integers(10_000)):04d}"


def declaration_of(cargo: str, load_kg: float, rng: np.random.Generator) -> Declaration:
    """What the shipper declares for `cargo` (a name in `cargo.CARGO`, or empty), within a few percent of its mass."""
    goods, hs_code = _EMPTY
    if cargo:
        goods, hs_code = (
            str(words[int(rng.integers(len(words)))]) for words in (CARGO[cargo].goods, CARGO[cargo].hs_codes)
        )
    return Declaration(
        goods=goods,
        hs_code=hs_code,
        gross_kg=round(load_kg * float(rng.normal(1, 0.03)), -1) if cargo else 0.0,
        packages=int(rng.integers(1, 900)) if cargo else 0,
        shipper=_SHIPPERS[int(rng.integers(len(_SHIPPERS)))],
        origin=_ORIGINS[int(rng.integers(len(_ORIGINS)))],
    )
