"""The states of what the machine says of a whole scan: sure of its goods, in doubt of them, and out of its depth."""

from dataclasses import replace

from scanview.core.review import Doubt
from tests.ui.screens.scene import Scene
from tests.ui.screens.shift import opened, recognition
from tests.ui.walk.person import Person, Start

MANY = (Doubt.NO_BOUND, Doubt.FINDING, Doubt.NOVEL, Doubt.TOO_DENSE, Doubt.DECLARATION, Doubt.NOISE, Doubt.PITCH)


def sure(person: Person) -> None:
    said = replace(
        recognition(),
        findings=(),
        cargo=(("tyres", 0.94),),
        cargo_sure=True,
        homogeneity=0.81,
        novelty=0.4,
        risk=0.002,
        declared_fit=0.94,
        release_doubts=(),
    )
    opened(person, recognition=said)


def unsure(person: Person) -> None:
    said = replace(
        recognition(),
        cargo=(("white-goods", 0.46), ("machinery", 0.31), ("motorcycles", 0.12)),
        homogeneity=0.34,
        novelty=0.9,
        risk=0.7,
        declared_fit=0.31,
        release_doubts=(Doubt.RISK, Doubt.FINDING, Doubt.DECLARATION),
    )
    opened(person, recognition=said)


def unusual(person: Person) -> None:
    said = replace(
        recognition(),
        cargo=(("solar-panels", 0.88),),
        cargo_sure=True,
        homogeneity=0.52,
        novelty=3.4,
        risk=0.4,
        declared_fit=0.02,
        release_doubts=MANY,
    )
    opened(person, recognition=said)


SCENES = (
    Scene(name="machine-sure", start=Start.DESK, keys=(sure,)),
    Scene(name="machine-unsure", start=Start.DESK, keys=(unsure,)),
    Scene(name="machine-unusual", start=Start.DESK, keys=(unusual,)),
)
