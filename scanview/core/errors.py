"""The one tree of errors.

    ScanViewError
    ├── Refused       the other side broke a rule: sending it again unchanged will be refused again
    │   ├── BadInput      a file, field or message that cannot be what it claims to be
    │   └── NotAllowed    a rule of the review forbids it: wrong role, stale lease, already decided
    ├── Unavailable   the environment fails now: the same call may succeed later
    └── Fault         our own mistake: please report it

Every error carries a `code` that programs rely on, and a `remedy`: what the reader can do next.
"""


class ScanViewError(Exception):
    """What happened, in one sentence, with a stable code and what to do about it."""

    def __init__(self, message: str, *, code: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}. {self.remedy}" if self.remedy else self.message


class Refused(ScanViewError):
    """The other side broke a rule; repeating it changes nothing."""


class BadInput(Refused):
    """A file, field or message that cannot be what it claims to be."""


class NotAllowed(Refused):
    """A rule of the review forbids it: wrong role, stale lease, already decided."""


class Unavailable(ScanViewError):
    """The environment fails now; the same call may succeed later."""


class Fault(ScanViewError):
    """Our own mistake."""
