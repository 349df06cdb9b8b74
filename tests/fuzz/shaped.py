"""Values as a type asks for them, made by chance: documents that are nearly sound, whatever their type."""

import re
from collections.abc import Callable
from random import Random
from typing import Any

from msgspec import inspect as types

from tests.fuzz.mutating import EVIL_NUMBERS, EVIL_TEXTS

_WORDS = ("0" * 32, "ab" * 16, "cd" * 32, "0123456789abcdef", "ef" * 64, "CNSHA-03", "li.mei", "钢", "2026-07-01", "09",
          "b" * 32, "CSQU3054383", "image/png", "v1")  # fmt: skip
_DEEPEST = 7


def value_of(kind: types.Type, random: Random, depth: int = 0) -> Any:
    """A value for JSON that `kind` may take; now and then one that it does not."""
    if random.random() < 0.02:
        return random.choice((*EVIL_TEXTS[:20], *EVIL_NUMBERS, None, [], {}))
    make = _MAKERS.get(type(kind))
    return make(kind, random, depth) if make else random.choice(EVIL_TEXTS[:20])


def _text(kind, random, depth):
    if kind.pattern:
        fitting = [word for word in _WORDS if re.search(kind.pattern, word)]
        return random.choice(fitting or _WORDS)
    return random.choice(_WORDS if random.random() < 0.7 else EVIL_TEXTS[:20])


def _int(kind, random, depth):
    low = kind.ge if kind.ge is not None else -3
    return random.choice((low, low + 1, low + random.randrange(1_000), *EVIL_NUMBERS[:20]))


def _float(kind, random, depth):
    low = kind.ge if kind.ge is not None else kind.gt if kind.gt is not None else 0.0
    return random.choice((low + random.random(), low + 1_000 * random.random(), 1.75e9, *EVIL_NUMBERS))


def _fields(kind, random, depth):
    made = {}
    if isinstance(kind, types.StructType) and kind.tag_field:
        made[kind.tag_field] = kind.tag
    for field in kind.fields:
        if field.required or random.random() < 0.6:
            made[field.encode_name] = value_of(field.type, random, depth + 1)
    return made


def _list(kind, random, depth):
    most = 0 if depth > _DEEPEST else random.choice((0, 1, 2, 2, 3, 9))
    return [value_of(kind.item_type, random, depth + 1) for _ in range(most)]


def _dict(kind, random, depth):
    return {str(value_of(kind.key_type, random, depth)): value_of(kind.value_type, random, depth + 1) for _ in range(2)}


def _union(kind, random, depth):
    return value_of(random.choice(kind.types), random, depth)


_MAKERS: dict[type, Callable[..., Any]] = {
    types.StrType: _text,
    types.IntType: _int,
    types.FloatType: _float,
    types.BoolType: lambda kind, random, depth: random.random() < 0.5,
    types.NoneType: lambda kind, random, depth: None,
    types.EnumType: lambda kind, random, depth: random.choice([each.value for each in kind.cls]),
    types.LiteralType: lambda kind, random, depth: random.choice(kind.values),
    types.StructType: _fields,
    types.DataclassType: _fields,
    types.ListType: _list,
    types.VarTupleType: _list,
    types.SetType: _list,
    types.FrozenSetType: _list,
    types.TupleType: lambda kind, random, depth: [value_of(each, random, depth + 1) for each in kind.item_types],
    types.DictType: _dict,
    types.UnionType: _union,
    types.Metadata: lambda kind, random, depth: value_of(kind.type, random, depth),
}
