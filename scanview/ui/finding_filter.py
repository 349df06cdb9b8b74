"""Which findings a person wants to see: from a score on, and without some classes. It dismisses none."""

from dataclasses import dataclass, replace

from scanview.core.review import Finding

STEP = 0.05
"""What one press of a key adds to the least score, or takes from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingFilter:
    """Lets through findings with at least `least_score` (0 to 1) whose label is not in `hidden`."""

    least_score: float = 0.0
    hidden: frozenset[str] = frozenset()

    @property
    def is_on(self) -> bool:
        """Whether it could hide anything."""
        return self.least_score > 0.0 or bool(self.hidden)

    def lets_through(self, finding: Finding) -> bool:
        """Whether `finding` is shown."""
        return finding.score >= self.least_score and finding.label not in self.hidden

    def from_score(self, least: float) -> "FindingFilter":
        """The same from another score on, to the hundredth."""
        return replace(self, least_score=round(min(max(least, 0.0), 1.0), 2))

    def stepped(self, by: int) -> "FindingFilter":
        """The same from a score so many steps higher on."""
        return self.from_score(self.least_score + by * STEP)

    def toggled(self, label: str) -> "FindingFilter":
        """The same with this class hidden, or shown again."""
        return replace(self, hidden=self.hidden ^ {label})
