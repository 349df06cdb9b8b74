"""Errors across the wire: what the hub raises becomes a Failed message, and an error of the same kind at the peer."""

from scanview.core.errors import BadInput, NotAllowed, Refused, ScanViewError, Unavailable
from scanview.wire.messages import Failed

_MAX_TEXT = 2_000
_MAX_CODE = 128


def failed(request: int, error: Exception) -> Failed:
    """What to answer to `request` when `error` was raised; an unexpected error tells nothing of itself."""
    if not isinstance(error, ScanViewError):
        return Failed(request=request, code="fault", message="The hub made a mistake", temporary=True)
    return Failed(
        request=request,
        code=error.code[:_MAX_CODE],
        message=error.message[:_MAX_TEXT],
        remedy=error.remedy[:_MAX_TEXT],
        temporary=not isinstance(error, Refused),
    )


def error_of(answer: Failed) -> ScanViewError:
    """The error to raise for `answer`: Unavailable where trying again may help, else NotAllowed or BadInput."""
    if answer.temporary:
        return Unavailable(answer.message, code=answer.code, remedy=answer.remedy)
    kind = BadInput if answer.code.startswith("bad-") else NotAllowed
    return kind(answer.message, code=answer.code, remedy=answer.remedy)
