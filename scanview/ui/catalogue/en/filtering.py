"""What the filter of findings says in English."""

TEXT: dict[str, str] = {
    "command.filter-findings": "Filter findings",
    "command.score-higher": "Findings from a higher score",
    "command.score-lower": "Findings from a lower score",
    "filter.score": "score ≥ {score}",
    "filter.score-name": "Findings are shown from score {score} on",
    "filter.score-hint": "Findings from this score on  ({key_score_higher}, {key_score_lower})",
    "filter.class-shown": "{label}: {count}, shown",
    "filter.class-hidden": "{label}: {count}, hidden",
    "filter.hides": "✕  The filter hides {count}",
    "filter.hides-urgent": "▲  The filter hides {count}, {urgent} of them of high risk",
    "filter.all-classes": "Show all",
    "filter.keys": "1 to 9 switch classes, ← → set the score, Del shows all, Esc leaves.",
    "error.high-risk-hidden": "Your filter was hiding findings of high risk",
    "remedy.high-risk-hidden": "Now they are shown. Look at them, then decide",
}
