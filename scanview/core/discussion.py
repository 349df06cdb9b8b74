"""What people say to each other about a scan: the opinions there are of it, and the thread of remarks beside it."""

from dataclasses import dataclass

from scanview.core.checks import check_id
from scanview.core.errors import BadInput
from scanview.core.mark import Mark
from scanview.core.opinions import Opinion, Stage

MAX_REMARK = 1_000
"""Characters of one remark."""

MAX_REMARKS = 500
"""Remarks that one thread holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What somebody said beside a scan, at `at` (UTC seconds by the hub's clock), in plain text.

    `asks_chief` is that they asked for the chief with it.
    """

    remark: str
    by: str
    at: float
    text: str
    asks_chief: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenOpinion:
    """An opinion as others see it: when it was given, with what note and which marks."""

    opinion: Opinion
    at: float
    note: str = ""
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Discussion:
    """Everything said of a scan that one person may know, the oldest first. `stage` is whose word it waits for."""

    scan: str
    stage: Stage = Stage.FIRST
    opinions: tuple[GivenOpinion, ...] = ()
    remarks: tuple[Remark, ...] = ()


def check_remark(remark: str, text: str) -> str:
    """The text as it is kept; BadInput where there is none, too much, or characters that show nothing."""
    check_id(remark, "remark")
    kept = text.strip()
    if not 1 <= len(kept) <= MAX_REMARK or not kept.replace("\n", " ").isprintable():
        raise BadInput(
            f"a remark has 1 to {MAX_REMARK} printable characters", code="bad-remark", remedy="Say it in fewer words"
        )
    return kept
