"""Owns every sentence on the screen: ids in the code, sentences in one catalogue per language, switched while running.

A `Phrase` is a sentence not yet spoken: an id and what goes into its places. Models make phrases; widgets speak them
in the language of the moment. What comes from outside, such as a hub's own message, travels as a value and is never
looked up.
"""

import re
from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from string import Formatter

from scanview.core.errors import Fault, ScanViewError
from scanview.ui.catalogue.en import TEXT as ENGLISH
from scanview.ui.catalogue.zh import TEXT as CHINESE
from scanview.ui.key_map import DEFAULT_KEYS, KeyMap, KeyPlaces

_REMEDY = re.compile(r"\. (?=[A-Z])")
"""Where in the words of an error its remedy begins."""

_RULE_VALUE = re.compile(r"(?P<key>\S+) (?P<form>.+), not (?P<value>.+)")
"""How a hub says that a value of a rule file is none."""


class Language(StrEnum):
    """A language of the screen, by its tag."""

    ZH = "zh"
    EN = "en"

    @property
    def other(self) -> "Language":
        """The language the switch leads to."""
        return Language.EN if self is Language.ZH else Language.ZH


CATALOGUES: Mapping[Language, Mapping[str, str]] = {Language.ZH: CHINESE, Language.EN: ENGLISH}


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence by its id, and the values for its places: numbers, outside text, or further phrases."""

    id: str
    values: tuple[tuple[str, "object"], ...] = ()


def phrase(id: str, **values: object) -> Phrase:
    """The sentence with this id and these values."""
    return Phrase(id, tuple(values.items()))


def verbatim(text: str) -> Phrase:
    """Text from outside, shown as it is."""
    return Phrase("verbatim", (("text", text),))


NOTHING = verbatim("")


def speak(language: Language, what: Phrase, keys: KeyMap = DEFAULT_KEYS) -> str:
    """The sentence in `language`, naming `keys`. Fault where the catalogue lacks it or a place of it stays empty."""
    values = {name: speak(language, value, keys) if isinstance(value, Phrase) else value for name, value in what.values}
    try:
        return CATALOGUES[language][what.id].format_map(ChainMap(values, KeyPlaces(keys)))  # type: ignore[arg-type]
    except KeyError as error:
        raise Fault(f"text {what.id!r} in {language}: {error} is missing", code="no-text") from error


def places(sentence: str) -> frozenset[str]:
    """The names of the places in a sentence of the catalogue."""
    return frozenset(name for _, name, _, _ in Formatter().parse(sentence) if name)


def knows(id: str) -> bool:
    """Whether the catalogues hold this sentence."""
    return id in ENGLISH


def of_error(error: ScanViewError) -> Phrase:
    """What happened, by the error's code, else in the other side's own words."""
    known = f"error.{error.code}"
    return Phrase(known) if knows(known) else verbatim(error.message)


def remedy_of(error: ScanViewError) -> Phrase:
    """What the reader can do about it; nothing where neither the catalogue nor the error says."""
    known = f"remedy.{error.code}"
    return Phrase(known) if knows(known) else verbatim(error.remedy)


def of_label(label: str) -> Phrase:
    """A machine's class label in the reader's words; a label of an unknown model as it is."""
    known = f"label.{label}"
    return Phrase(known) if knows(known) else verbatim(label)


def known_labels() -> tuple[str, ...]:
    """Every class label that has words."""
    return tuple(id.removeprefix("label.") for id in ENGLISH if id.startswith("label."))


def of_note(note: str) -> Phrase:
    """What a reader of files had to assume, in the reader's language; a note nobody knows here as it is."""
    return _recognised(note, "note.") or verbatim(note)


def of_reason(why: str) -> Phrase:
    """Why a machine did not recognise a scan, in the reader's language, without what its port could do about it.

    A reason nobody knows here is shown as it is.
    """
    return _recognised(_REMEDY.split(why, maxsplit=1)[0], "why.") or verbatim(why)


def of_rule_problem(reason: str) -> Phrase:
    """Why a rule file is refused, in the reader's language; a reason nobody knows here is shown as it is."""
    known = _recognised(reason, "rule-problem.")
    if known is not None:
        return known
    found = _RULE_VALUE.fullmatch(reason)
    form = _recognised(found["form"], "rule-form.") if found is not None else None
    if found is None or form is None:
        return verbatim(reason)
    return phrase("rule-value", key=found["key"], form=form, value=found["value"])


def _recognised(text: str, family: str) -> Phrase | None:
    """English text from outside as the sentence of the catalogue that says the same; None where none does."""
    for id, pattern in _patterns(family).items():
        found = pattern.fullmatch(text)
        if found is not None:
            return phrase(id, **found.groupdict())
    return None


@cache
def _patterns(family: str) -> Mapping[str, re.Pattern[str]]:
    """English sentences as patterns whose places match anything: notes and reasons travel in English."""
    patterns = {}
    for id, sentence in ENGLISH.items():
        if id.startswith(family):
            patterns[id] = re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(sentence)))
    return patterns
