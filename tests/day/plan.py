"""What happens on the day, drawn from a seed: ports and lanes, people, trucks, and what is truly in them."""

import random
from dataclasses import dataclass

from scanview.core import container
from scanview.core.review import Finding, Person, Recognition, Role, Verdict
from scanview.core.scan import Box, Declaration
from scanview.core.triage import ScanPriority

PORTS = (
    *("CNSHA", "CNNGB", "CNTAO", "CNTSN", "CNDLC", "CNXMN"),
    *("CNCAN", "CNYTN", "CNFOC", "CNLYG", "CNQZH", "CNZUH"),
)
LANES_PER_PORT = (4, 4, 4, 4, 3, 3, 3, 3, 3, 3, 3, 3)
ROOMS = {"north": ("CNTAO-*", "CNTSN-*", "CNDLC-*", "CNLYG-*"), "south": tuple(f"{port}-*" for port in PORTS[5:])}
"""Which lanes each room serves; those of CNSHA and CNNGB belong to both."""

ANALYSTS, SUPERVISORS = 20, 3

HARMFUL = 0.06
SEEN_BY_MACHINE = 0.85
UNRECOGNISED = 0.02
INVALID_NUMBER = 0.02
COMES_AGAIN = 0.05
"""Shares of the trucks."""

GOODS = (
    ("frozen fish", "030389", "Evergreen Farms"),
    ("apples", "080810", "Evergreen Farms"),
    ("furniture", "940360", "Harbour Trading"),
    ("used cars", "870323", "Nine Rivers Co"),
    ("machine parts", "848790", "Harbour Trading"),
    ("toys", "950300", "Bright Star"),
    ("frozen beef", "020230", "Evergreen Farms"),
    ("timber", "440710", "Evergreen Farms"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Truck:
    """One truck.

    Attributes:
        lane: where it passes.
        number: its place in the day.
        container: the number that was read, right or wrong.
        declaration: what is said to be inside.
        priority: who waits for it.
        harmful: whether there truly is something to be held for.
        recognition: what the machine will say; None where it says nothing.
    """

    lane: str
    number: int
    container: str
    declaration: Declaration
    priority: ScanPriority
    harmful: bool
    recognition: Recognition | None

    @property
    def truth(self) -> Verdict:
        """What somebody who makes no mistake decides."""
        return Verdict.HOLD if self.harmful else Verdict.RELEASE


def lanes() -> tuple[str, ...]:
    """All lanes, by name."""
    return tuple(
        f"{port}-{number:02}"
        for port, count in zip(PORTS, LANES_PER_PORT, strict=True)
        for number in range(1, count + 1)
    )


def people() -> tuple[Person, ...]:
    """Everybody who works on the day. Some analysts belong to a port; those of one port sit in another's room."""
    rooms = ("north", "south", "")
    skills = (("reefer",), ("cargo",), ("reefer", "cargo"), ())
    analysts = tuple(
        Person(
            name=f"analyst-{number:02}",
            role=Role.ANALYST,
            port=PORTS[number % 12] if number < 8 else "",
            room=rooms[number % 3],
            skills=skills[number % 4],
        )
        for number in range(ANALYSTS)
    )
    above = (
        Person(name="expert-1", role=Role.EXPERT, skills=("cargo", "reefer")),
        Person(name="expert-2", role=Role.EXPERT, skills=("cargo", "reefer")),
        Person(name="chief", role=Role.CHIEF, skills=("cargo", "reefer")),
    )
    supervisors = tuple(Person(name=f"supervisor-{n}", role=Role.SUPERVISOR) for n in range(1, SUPERVISORS + 1))
    return (*analysts, *above, *supervisors)


def trucks(seed: int, count: int) -> tuple[Truck, ...]:
    """So many trucks, over all lanes, in the order in which they come."""
    chance = random.Random(seed)
    made: list[Truck] = []
    everywhere = lanes()
    for number in range(count):
        again = made[chance.randrange(len(made))] if made and chance.random() < COMES_AGAIN else None
        made.append(_truck(chance, number, chance.choice(everywhere), again))
    return tuple(made)


def _truck(chance: random.Random, number: int, lane: str, again: Truck | None) -> Truck:
    goods, hs_code, importer = chance.choice(GOODS)
    harmful = chance.random() < HARMFUL
    is_empty = chance.random() < 0.05
    declaration = Declaration(
        goods=goods,
        hs_code=hs_code,
        gross_kg=float(chance.randrange(2_000, 28_000)),
        packages=chance.randrange(1, 900),
        shipper=f"shipper {chance.randrange(50)}",
        origin="CN",
        importer=importer,
        advance=chance.random() < 0.2,
    )
    number_read = again.container if again else _container(chance, number)
    return Truck(
        lane=lane,
        number=number,
        container=number_read,
        declaration=declaration,
        priority=chance.choice((ScanPriority.TRUCK, ScanPriority.YARD, ScanPriority.UNKNOWN)),
        harmful=harmful,
        recognition=None if chance.random() < UNRECOGNISED else _recognition(chance, harmful, is_empty=is_empty),
    )


def _container(chance: random.Random, number: int) -> str:
    """A number of its own; now and then one that cannot be right."""
    body = f"SCVU{100_000 + number:06}"
    right = str(container.check_digit(body))
    if chance.random() >= INVALID_NUMBER:
        return body + right
    return body + chance.choice([digit for digit in "0123456789" if digit != right])


def _recognition(chance: random.Random, harmful: bool, *, is_empty: bool) -> Recognition:
    """What a fair machine says of it, with an empty list of doubts only where it finds nothing."""
    seen = chance.random() < (SEEN_BY_MACHINE if harmful else 0.1)
    score = chance.uniform(0.4, 1.0) if harmful else chance.uniform(0.2, 0.7)
    label = chance.choice(("weapon", "cigarettes", "organic-block"))
    findings = (Finding(finding="f1", label=label, score=score, box=Box(x0=10, y0=10, x1=40, y1=40)),) if seen else ()
    novelty = chance.uniform(1.1, 2.0) if chance.random() < 0.03 else chance.uniform(0.1, 0.9)
    doubts = [word for word, holds in (("finding", seen), ("novel", novelty > 1.0), ("risk", is_empty)) if holds]
    return Recognition(
        model="day 1",
        empty=0.9 if is_empty else 0.05,
        findings=findings,
        cargo=(("furniture", 0.9),),
        cargo_sure=True,
        declared_fit=0.1 if chance.random() < 0.06 else 0.9,
        homogeneity=0.7,
        novelty=novelty,
        risk=score if seen else 0.01,
        release_doubts=tuple(doubts),
    )
