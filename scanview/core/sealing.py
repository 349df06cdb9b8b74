"""Documents that hold the hash of all the rest of themselves, so that a byte that was altered by accident is found."""

import hashlib
import json
from typing import Any

from scanview.core.errors import BadInput
from scanview.core.journal import canonical_json


def sealed(values: dict[str, Any]) -> bytes:
    """The values as one line of canonical JSON that holds the hash of all the rest."""
    return canonical_json({**values, "sha256": hashlib.sha256(canonical_json(values)).hexdigest()}) + b"\n"


def unsealed(content: bytes) -> dict[str, Any]:
    """The values of a document that `sealed` made; BadInput where any byte is another."""
    try:
        values = json.loads(content)
        digest = values.pop("sha256")
        is_canonical = content == canonical_json({**values, "sha256": digest}) + b"\n"
        if is_canonical and hashlib.sha256(canonical_json(values)).hexdigest() == digest:
            return dict(values)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise BadInput(f"the document cannot be read: {error}", code="damaged-document") from error
    raise BadInput("the document is not as it was written", code="damaged-document")
