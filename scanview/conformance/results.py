"""What a check found, and how a check says that a rule is broken."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from scanview.core.errors import BadInput, Refused, ScanViewError, Unavailable

Subject = TypeVar("Subject")


class Verdict(StrEnum):
    """How a check ended."""

    PASS = "PASS"  # noqa: S105 - a verdict
    FAIL = "FAIL"
    SKIP = "SKIP"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Generic[Subject]):
    """One rule: its short name, what is expected, and what shows it.

    `show` raises Refused where the rule is broken, and Unavailable where it could not be shown.
    """

    name: str
    rule: str
    show: Callable[[Subject], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The outcome of one check; `reason` is empty where it passed."""

    number: int
    name: str
    rule: str
    verdict: Verdict
    reason: str
    seconds: float

    def as_json(self) -> dict[str, Any]:
        """The finding as one JSON object."""
        return {
            "check": self.number,
            "name": self.name,
            "verdict": self.verdict.value,
            "reason": self.reason,
            "rule": self.rule,
            "seconds": round(self.seconds, 2),
        }

    def as_text(self) -> str:
        """The finding as a line for a person."""
        why = f": {self.reason}" if self.reason else ""
        return f"{self.number:2} {self.verdict} {self.name} - {self.rule}{why}"


def checks(*shown: Callable[[Subject], None]) -> tuple[Check[Subject], ...]:
    """The checks made by these functions: each is named by its function, and its rule is the docstring of that."""
    return tuple(
        Check(name=show.__name__.replace("_", "-"), rule=(show.__doc__ or "").splitlines()[0].rstrip("."), show=show)
        for show in shown
    )


def broken(what: str) -> BadInput:
    """The error to raise where the one under test broke a rule: `what` it did."""
    return BadInput(what, code="not-conformant")


def not_shown(why: str) -> Unavailable:
    """The error to raise where a check cannot be made."""
    return Unavailable(why, code="not-shown")


def examine(subject: Subject, checks: Sequence[Check[Subject]], only: frozenset[str]) -> Iterator[Finding]:
    """Carry out `checks` in their order; where `only` names some, those. They keep their numbers."""
    for number, check in enumerate(checks, 1):
        if only and check.name not in only:
            continue
        began = time.monotonic()
        verdict, reason = _outcome(subject, check)
        yield Finding(
            number=number,
            name=check.name,
            rule=check.rule,
            verdict=verdict,
            reason=reason,
            seconds=time.monotonic() - began,
        )


def _outcome(subject: Subject, check: Check[Subject]) -> tuple[Verdict, str]:
    try:
        check.show(subject)
    except Refused as error:
        return Verdict.FAIL, str(error)
    except Unavailable as error:
        return (Verdict.SKIP if error.code == "not-shown" else Verdict.FAIL), str(error)
    except ScanViewError as error:
        return Verdict.FAIL, str(error)
    return Verdict.PASS, ""
