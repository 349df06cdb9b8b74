"""Owns the table of the console's pages: a new page is one entry here, and its sentence `console.page.<id>`."""

from collections.abc import Callable
from dataclasses import dataclass

from scanview.core.review import Role
from scanview.core.rights import AUDITS, SUPERVISES
from scanview.ui.console.audit.page import AuditPage
from scanview.ui.console.control.page import ControlPage
from scanview.ui.console.live.page import LivePage
from scanview.ui.console.page import ConsolePage
from scanview.ui.console.performance.page import PerformancePage
from scanview.ui.console.rules.page import RulesPage
from scanview.ui.console.statistics.page import StatisticsPage
from scanview.ui.desk import Desk
from scanview.ui.language import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class PageEntry:
    """A page: whose it is, and what makes it. Its title is `console.page.<id>` in the catalogue."""

    id: str
    make: Callable[[Words, Desk], ConsolePage]
    roles: frozenset[Role] = AUDITS


PAGES: tuple[PageEntry, ...] = (
    PageEntry(id="live", make=LivePage),
    PageEntry(id="control", make=ControlPage, roles=SUPERVISES),
    PageEntry(id="audit", make=AuditPage),
    PageEntry(id="rules", make=RulesPage),
    PageEntry(id="statistics", make=StatisticsPage),
    PageEntry(id="performance", make=PerformancePage),
)
"""In the order of the rail."""


def pages_of(role: Role) -> tuple[PageEntry, ...]:
    """The pages that a person of this role sees."""
    return tuple(entry for entry in PAGES if role in entry.roles)
