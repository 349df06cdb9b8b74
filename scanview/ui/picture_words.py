"""Owns what a picture is in words, for those who do not see it: which scan and view, by which tools, what is chosen."""

from scanview.core import container
from scanview.core.recipe import Recipe
from scanview.core.scan import View
from scanview.ui.language import Words
from scanview.ui.listed import finding_entries, mark_entries
from scanview.ui.review import Review


def described(review: Review | None, view: View | None, recipe: Recipe, words: Words) -> str:
    """One to three sentences; "" where there is no picture."""
    if review is None or view is None:
        return ""
    number = review.header.container if review.header is not None else ""
    said = [
        words(
            "picture.spoken",
            container=container.grouped(number) or words("scan.no-container"),
            view=words(f"view.{view}"),
            tools=words("picture.between").join(words(f"tool.{step.tool}") for step in recipe.steps),
        )
    ]
    entries = (*finding_entries(review, words), *mark_entries(review, words))
    chosen = next((entry.spoken for entry in entries if entry.key == review.chosen), "")
    if chosen:
        said.append(words("picture.chosen", chosen=chosen))
    return " ".join(said)
