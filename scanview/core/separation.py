"""Who may not handle a scan because of what they did with it before (选、查、处分离).

Selecting, reviewing and handling are three people's parts. What a role may do at all stands in `core.rights`; that
whoever selected or judged a scan does not review it, in `core.dispatching` and `core.work`.
"""

from scanview.core.errors import NotAllowed
from scanview.core.review import Person
from scanview.core.work import WorkItem


def check_apart(person: Person, item: WorkItem) -> None:
    """NotAllowed where `person` picked the scan out or reviewed it, and so may not say what its inspection found."""
    reviewed = {opinion.by for opinion in item.opinions} | {item.decided_by, *item.escalated_by}
    if person.name in reviewed | set(item.selected_by):
        raise NotAllowed(
            "who selects or reviews a scan does not handle it",
            code="not-apart",
            remedy="Somebody else records what the inspection found",
        )
