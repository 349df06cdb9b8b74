"""Owns the table of cargoes: how each is drawn, and what its papers say."""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from scanview.simulate import cargo_building as building
from scanview.simulate import cargo_bulky as bulky
from scanview.simulate import cargo_consumer as consumer
from scanview.simulate import cargo_food as food
from scanview.simulate import cargo_general as general
from scanview.simulate import cargo_heavy as heavy
from scanview.simulate import cargo_machinery as machinery
from scanview.simulate import cargo_packed as packed
from scanview.simulate.canvas import Canvas
from scanview.simulate.container import Space

DrawCargo: TypeAlias = Callable[[Canvas, np.random.Generator, Space], list[Space] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cargo:
    """One kind of goods.

    Attributes:
        draw: draws it into the space it may take; only cars say where each of them stands.
        goods: what declarations of it say, in the words of different shippers.
        hs_codes: codes of the Harmonized System that it goes under, six digits; the first two are the chapter.
    """

    draw: DrawCargo
    goods: tuple[str, ...]
    hs_codes: tuple[str, ...]

    @property
    def chapters(self) -> frozenset[str]:
        """The chapters of the Harmonized System it belongs to, two digits."""
        return frozenset(code[:2] for code in self.hs_codes)


def _cargo(draw: DrawCargo, codes: str, goods: str) -> Cargo:
    return Cargo(draw=draw, goods=tuple(goods.split(" | ")), hs_codes=tuple(codes.split()))


CARGO: MappingProxyType[str, Cargo] = MappingProxyType(
    {
        "cartons": _cargo(
            general.draw_mixed_cartons,
            "630790 392690 732399",
            "Household goods and garments in cartons | General cargo in cartons | Mixed consumer goods",
        ),
        "pallets": _cargo(
            general.draw_wrapped_pallets,
            "210690 190590 340250",
            "Foodstuffs on pallets | Preparations, palletised | Consumer goods on pallets",
        ),
        "sacks": _cargo(
            packed.draw_sacks, "390120 283620 310210", "Granulate in sacks | Polymer in 25 kg bags | Chemicals in bags"
        ),
        "drums": _cargo(
            general.draw_standing_drums,
            "382499 271019 320890",
            "Chemical products in drums | Lubricating oil in steel drums",
        ),
        "liquids": _cargo(
            general.draw_caged_tanks,
            "220710 340290 382499",
            "Liquids in intermediate bulk containers | Aqueous solution, IBC",
        ),
        "paper-rolls": _cargo(
            general.draw_reels, "480100 480411 481092", "Paper in reels | Newsprint in rolls | Kraftliner"
        ),
        "electronics": _cargo(
            general.draw_appliances,
            "851660 850440 851840",
            "Electrical appliances | Power supplies and converters | Amplifiers and loudspeakers",
        ),
        "furniture": _cargo(
            general.draw_house_furniture,
            "940360 940350 940421",
            "Wooden furniture and mattresses | Furniture, dismantled | Bedroom furniture",
        ),
        "tyres": _cargo(bulky.draw_tyres, "401110 401120", "Pneumatic tyres of rubber | New car tyres | Truck tyres"),
        "timber": _cargo(
            bulky.draw_timber, "440712 440321 440791", "Sawn timber | Logs of pine | Oak lumber, kiln dried"
        ),
        "machinery": _cargo(
            machinery.draw_machines,
            "847989 845811 841370",
            "Machinery and parts | Machine tools | Pumps and compressors",
        ),
        "scrap": _cargo(bulky.draw_scrap, "720449 760200 740400", "Metal scrap | Heavy melting scrap | Shredded metal"),
        "coils": _cargo(
            bulky.draw_coils,
            "740811 720917 760511",
            "Metal wire and strip in coils | Cold rolled coils | Copper wire rod",
        ),
        "vehicles": _cargo(bulky.draw_vehicles, "870323 870340", "Motor vehicles | Used passenger cars"),
        "textiles": _cargo(
            consumer.draw_textiles,
            "630900 520819 540752",
            "Textile fabrics in bales | Used clothing, pressed | Cotton fabric",
        ),
        "shoes": _cargo(
            consumer.draw_shoes, "640399 640411 640299", "Footwear | Sports shoes in cartons | Leather shoes"
        ),
        "toys": _cargo(
            consumer.draw_toys, "950300 950490 392640", "Toys of plastic | Toys and games | Plastic articles"
        ),
        "bicycles": _cargo(consumer.draw_bicycles, "871200", "Bicycles, part assembled | Children's bicycles"),
        "white-goods": _cargo(
            consumer.draw_white_goods, "845011 841810", "Washing machines | Refrigerators, household | White goods"
        ),
        "books": _cargo(consumer.draw_books, "490199 491110 480256", "Printed books | Printed matter | Copy paper"),
        "screens": _cargo(consumer.draw_screens, "852872 852852", "Television receivers | Flat panel monitors"),
        "groupage": _cargo(
            consumer.draw_groupage, "990500 940390 630900", "Personal effects | Removal goods | Household effects, used"
        ),
        "frozen": _cargo(
            food.draw_frozen, "020230 030462 020714", "Frozen boneless beef | Frozen fish fillets | Frozen poultry"
        ),
        "fruit": _cargo(food.draw_fruit, "080390 080810 080510", "Fresh bananas | Fresh apples | Oranges, fresh"),
        "bottles": _cargo(
            food.draw_bottles, "220421 220110 151219", "Wine in bottles | Mineral water | Edible oil in bottles"
        ),
        "cans": _cargo(food.draw_cans, "200870 160414 160250", "Tinned fruit | Canned fish | Canned meat"),
        "grain": _cargo(food.draw_grain, "110710 100199 120190", "Malt in bulk | Wheat in bulk | Soya beans in bulk"),
        "coffee": _cargo(
            food.draw_coffee, "090111 180100 100630", "Green coffee in bags | Cocoa beans | Rice in sacks"
        ),
        "pipes": _cargo(building.draw_pipes, "730630 730419 391723", "Steel pipes | Seamless tubes | PVC pipes"),
        "bars": _cargo(
            building.draw_bars, "721420 721590 760110", "Steel bars | Reinforcing steel | Aluminium billets"
        ),
        "slabs": _cargo(building.draw_slabs, "680223 680221", "Granite slabs | Marble slabs, polished"),
        "tiles": _cargo(building.draw_tiles, "690721", "Ceramic tiles | Porcelain floor tiles"),
        "glass": _cargo(building.draw_glass, "700529 700992", "Float glass in crates | Mirrors"),
        "panels": _cargo(building.draw_panels, "441233 441011 441113", "Plywood | Particle board | Laminate flooring"),
        "cement": _cargo(building.draw_cement, "252329 253090", "Cement in bags | Mineral powder in bags"),
        "profiles": _cargo(building.draw_profiles, "760421 761010", "Aluminium profiles | Window profiles"),
        "solar-panels": _cargo(building.draw_solar_panels, "854143", "Photovoltaic modules"),
        "cable-drums": _cargo(heavy.draw_cable_drums, "854449 854460", "Electric cable on drums | Copper cable"),
        "engines": _cargo(heavy.draw_engines, "840734 870840", "Used engines | Engines and gearboxes"),
        "motorcycles": _cargo(heavy.draw_motorcycles, "871120 871160", "Motorcycles | Scooters, new"),
        "big-bags": _cargo(
            heavy.draw_big_bags, "390210 310520 250100", "Polymer granulate in big bags | Fertiliser in big bags"
        ),
        "bales": _cargo(heavy.draw_bales, "470790 520100 391510", "Waste paper in bales | Raw cotton in bales"),
        "ore": _cargo(heavy.draw_ore, "260200 260111 261800", "Manganese ore in bulk | Iron ore | Slag"),
        "tank-liquid": _cargo(
            heavy.draw_tank_liquid,
            "151190 220710 290511",
            "Liquid in tank container | Vegetable oil in tank | Ethanol in tank",
        ),
        "empties": _cargo(heavy.draw_empties, "441520 392310", "Returnable packaging, empty | Empty pallets"),
    }
)
"""Every kind of goods by its name."""

PLAIN_CARGO: MappingProxyType[str, DrawCargo] = MappingProxyType(
    {
        "cartons": packed.draw_cartons,
        "pallets": packed.draw_pallets,
        "sacks": packed.draw_sacks,
        "drums": packed.draw_drums,
        "liquids": packed.draw_liquids,
        "paper-rolls": packed.draw_paper_rolls,
        "electronics": packed.draw_electronics,
        "furniture": packed.draw_furniture,
        "tyres": bulky.draw_tyres,
        "timber": bulky.draw_timber,
        "machinery": bulky.draw_machinery,
        "scrap": bulky.draw_scrap,
        "coils": bulky.draw_coils,
        "vehicles": bulky.draw_vehicles,
    }
)
"""How the plain set draws its fourteen cargoes: as the shipped model saw them, one row deep."""
