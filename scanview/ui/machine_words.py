"""What the machine says of a whole scan, as phrases: goods, how usual it looks, and why a person must decide."""

from dataclasses import dataclass

from scanview.core.review import FITS, UNKNOWN, UNUSUAL, Recognition
from scanview.core.scan import Declaration
from scanview.ui.text import NOTHING, Phrase, knows, phrase, verbatim


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineWord:
    """Sentences about one scan; `NOTHING` where there is nothing to say.

    Attributes:
        unusual: that the scan is unlike what the model was tried on.
        goods: what they look like, and how sure that is.
        differs: that they do not look like what was declared.
        fit: how well they fit what was declared.
        load: how uniform it is.
        doubts: why the machine's word does not suffice, each in a few words; none where every check agrees.
    """

    unusual: Phrase = NOTHING
    goods: Phrase = NOTHING
    differs: Phrase = NOTHING
    fit: Phrase = NOTHING
    load: Phrase = NOTHING
    doubts: tuple[Phrase, ...] = ()


def machine_word(recognition: Recognition, declaration: Declaration | None) -> MachineWord:
    """What is to be said of the whole scan beside the findings."""
    differs, fit = _fit(recognition, declaration)
    return MachineWord(
        unusual=_unusual(recognition),
        goods=_goods(recognition),
        differs=differs,
        fit=fit,
        load=NOTHING
        if recognition.homogeneity == UNKNOWN
        else phrase("machine.load", percent=_percent(recognition.homogeneity)),
        doubts=tuple(_doubt(doubt) for doubt in recognition.release_doubts),
    )


def of_cargo(label: str) -> Phrase:
    """A class of goods in the reader's words; one of an unknown model as it is."""
    known = f"cargo.{label}"
    return Phrase(known) if knows(known) else verbatim(label)


def _unusual(recognition: Recognition) -> Phrase:
    if recognition.novelty <= UNUSUAL:
        return NOTHING
    return phrase("machine.unusual", times=f"{recognition.novelty:.1f}")


def _goods(recognition: Recognition) -> Phrase:
    if not recognition.cargo:
        return NOTHING
    named = [
        phrase("machine.share", goods=of_cargo(label), percent=_percent(probability))
        for label, probability in recognition.cargo
    ]
    if recognition.cargo_sure:
        return phrase("machine.goods-sure", goods=named[0])
    listed = named[0]
    for more in named[1:]:
        listed = phrase("machine.and", one=listed, other=more)
    return phrase("machine.goods-unsure", goods=listed)


def _fit(recognition: Recognition, declaration: Declaration | None) -> tuple[Phrase, Phrase]:
    """That the goods differ from the declared ones, or how well they fit; one of both at most."""
    chapter = declaration.chapter if declaration is not None else ""
    if recognition.declared_fit == UNKNOWN or not chapter:
        return NOTHING, NOTHING
    percent = _percent(recognition.declared_fit)
    if recognition.declared_fit >= FITS:
        return NOTHING, phrase("machine.fits", chapter=chapter, percent=percent)
    if recognition.cargo_sure:
        return phrase("machine.differs", chapter=chapter, percent=percent), NOTHING
    return NOTHING, phrase("machine.fit-unsure", chapter=chapter, percent=percent)


def _doubt(doubt: str) -> Phrase:
    known = f"doubt.{doubt}"
    return Phrase(known) if knows(known) else verbatim(doubt)


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"
