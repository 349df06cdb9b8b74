"""Signed documents: their canonical bytes, and the one strict way in which they are read back.

A document is JSON of texts and finite numbers with exactly the fields of its form; a field with a default may be
missing. What is signed, sent and stored are its canonical bytes, never a re-encoding of them.
"""

import json
import math
from dataclasses import MISSING, Field, asdict, fields
from enum import StrEnum
from typing import Any, TypeVar, get_args, get_origin

from scanview.core.errors import BadInput
from scanview.core.journal import canonical_json

MOST_NUMBER = 2**53
"""No whole number of a document is beyond it, so that every language reads the same one."""

MAX_DOCUMENT = 8_000
"""Bytes that a certificate, a statement or a delegation may have."""

T = TypeVar("T")


def canonical(document: Any) -> bytes:
    """The bytes that are signed: a data class as JSON with sorted keys and no spaces."""
    return canonical_json(asdict(document))


def read_document(document: bytes, form: type[T], *, most_bytes: int = MAX_DOCUMENT) -> T:
    """The value of the data class `form` in `document`: texts, numbers, words of an enumeration, tuples of texts.

    BadInput (code `bad-document`) where a field is missing, unknown or of another type, and whatever `form` itself
    refuses.
    """
    if len(document) > most_bytes:
        raise BadInput(f"a document of {len(document)} bytes is too long", code="bad-document")
    values = read_members(document, form)
    try:
        for field in fields(form):  # type: ignore[arg-type]
            if field.name in values:
                values[field.name] = _converted(values[field.name], field.type)
        return form(**values)
    except (TypeError, ValueError) as error:
        raise BadInput(f"this is no {form.__name__}: {error}", code="bad-document") from error


def read_members(document: bytes, form: type) -> dict[str, Any]:
    """The members of the JSON object `document`, whose texts and numbers are of the types that `form` names.

    BadInput (code `bad-document`) where the object is none, names a field twice, or has not the fields of `form`.
    """
    try:
        values = json.loads(
            document.decode(), parse_float=_finite, parse_constant=_no_number, object_pairs_hook=_members
        )
        canonical_json(values)  # half a surrogate pair is JSON, but no text
    except (ValueError, RecursionError) as error:
        raise BadInput("the document is not JSON of texts and finite numbers", code="bad-document") from error
    names = {field.name for field in fields(form)}
    needed = {field.name for field in fields(form) if not _has_default(field)}
    if not isinstance(values, dict) or not needed <= set(values) <= names:
        raise BadInput(f"the document does not have the fields of {form.__name__}", code="bad-document")
    for field in fields(form):
        if field.name in values:
            values[field.name] = _typed(values[field.name], field, form)
    return values


def _typed(value: Any, field: "Field[Any]", form: type) -> Any:
    is_whole = type(value) is int
    if field.type is float and is_whole and abs(value) < MOST_NUMBER:
        return float(value)
    is_wrong = field.type in (str, int, float) and type(value) is not field.type
    if is_wrong or (is_whole and abs(value) > MOST_NUMBER):
        raise BadInput(f"{field.name} of {form.__name__} is not of type {field.type}", code="bad-document")
    return value


def _converted(value: Any, wanted: Any) -> Any:
    if isinstance(wanted, type) and issubclass(wanted, StrEnum):
        return wanted(value)
    if get_origin(wanted) is tuple and get_args(wanted) == (str, ...):
        if not isinstance(value, list) or not all(type(item) is str for item in value):
            raise ValueError("a list of texts is something else")
        return tuple(value)
    return value


def _has_default(field: "Field[Any]") -> bool:
    return field.default is not MISSING or field.default_factory is not MISSING


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name stands there twice")
    return members


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError(f"{digits} is not a finite number")
    return value


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is not a number")
