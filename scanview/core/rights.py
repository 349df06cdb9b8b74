"""Which roles may do what. Selecting, reviewing and auditing are apart: nobody who does one does another."""

from scanview.core.errors import NotAllowed
from scanview.core.review import Person, Role

REVIEWS = frozenset({Role.ANALYST, Role.EXPERT, Role.CHIEF})
"""Look at scans under a lease and decide."""

SETTLES = frozenset({Role.EXPERT, Role.CHIEF})
"""Are asked where others differ, or do not know."""

SUPERVISES = frozenset({Role.SUPERVISOR})
"""Change how the room works: rules, queue, shelf."""

HANDLES = frozenset({Role.CHIEF, Role.SUPERVISOR})
"""Write down what was found in a container that others decided about."""

AUDITS = frozenset({Role.SUPERVISOR, Role.AUDITOR})
"""See everything that ever happened."""

ADMINISTRATES = frozenset({Role.ADMINISTRATOR})
"""Let people in. Whoever does decides about no scan, runs no room and audits nothing."""

DISCUSSES = REVIEWS | SUPERVISES
"""Say something beside a scan."""


def check_discusses(person: Person) -> None:
    """NotAllowed unless `person` may say something beside a scan."""
    if person.role not in DISCUSSES:
        raise NotAllowed(
            f"{person.name} is {person.role}, and only those who review or supervise discuss scans",
            code="not-in-discussion",
            remedy="Ask a supervisor",
        )


def check_reviews(person: Person) -> None:
    """NotAllowed unless `person` reviews scans."""
    if person.role not in REVIEWS:
        raise NotAllowed(
            f"{person.name} is {person.role}, and only analysts review scans",
            code="not-an-analyst",
            remedy="Sign in as an analyst",
        )


def check_supervises(person: Person) -> None:
    """NotAllowed unless `person` runs the room."""
    if person.role not in SUPERVISES:
        raise NotAllowed(
            f"{person.name} is {person.role}, and only supervisors may do this",
            code="not-a-supervisor",
            remedy="Ask a supervisor",
        )


def check_audits(person: Person) -> None:
    """NotAllowed unless `person` may see everything that happened."""
    if person.role not in AUDITS:
        raise NotAllowed(
            f"{person.name} is {person.role}, and only supervisors and auditors may see this",
            code="not-an-auditor",
            remedy="Ask a supervisor",
        )


def check_administrates(person: Person) -> None:
    """NotAllowed unless `person` lets people in."""
    if person.role not in ADMINISTRATES:
        raise NotAllowed(
            f"{person.name} is {person.role}, and only administrators let people in",
            code="not-an-administrator",
            remedy="Ask an administrator",
        )


def check_handles(person: Person, decided_by: str) -> None:
    """NotAllowed unless `person` may write down what was found in a container that `decided_by` decided about."""
    if person.role not in HANDLES:
        raise NotAllowed(
            f"{person.name} is {person.role}, and only the chief and supervisors write down what was found",
            code="not-a-handler",
            remedy="Ask the chief or a supervisor; the port can send it too",
        )
    if person.name == decided_by:
        raise NotAllowed(
            "whoever decided about a scan does not write down what was found in it",
            code="decided-oneself",
            remedy="Ask somebody else",
        )
