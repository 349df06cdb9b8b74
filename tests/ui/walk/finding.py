"""The walks of findings: chosen, answered, hidden."""

from tests.ui.walk.person import Person, Walk


def labels(person: Person) -> list[str]:
    """What stands on the boxes over the picture."""
    return [overlay.label for overlay in person.canvas.overlays]


WALKS = (
    Walk(command="next-finding", seen=lambda p, _: p.canvas.selected == "f-high"),
    Walk(command="previous-finding", prepare=("Space", "Space"), seen=lambda p, _: p.canvas.selected == "f-high"),
    Walk(command="accept-finding", prepare=("Space",), seen=lambda p, _: "✓ Weapon" in labels(p)),
    Walk(command="dismiss-finding", prepare=("Space",), seen=lambda p, _: "✕ Weapon" in labels(p)),
    Walk(
        command="hide-dismissed",
        prepare=("Space", "D"),
        seen=lambda p, _: labels(p) == ["Cigarettes"] and p.shows("1 dismissed, hidden"),
    ),
    Walk(command="filter-findings", seen=lambda p, _: p.window.findings.filter.hasFocus()),
    Walk(
        command="score-higher",
        prepare=("S",) * 4,
        seen=lambda p, _: labels(p) == ["Weapon"] and p.shows("✕  The filter hides 1", "score ≥ 0.25"),
    ),
    Walk(
        command="score-lower",
        prepare=("S",) * 5,
        seen=lambda p, _: labels(p) == ["Weapon", "Cigarettes"] and p.shows("score ≥ 0.20"),
    ),
    Walk(command="hide-overlays", was=Person.picture, seen=lambda p, was: p.picture() != was),
)
