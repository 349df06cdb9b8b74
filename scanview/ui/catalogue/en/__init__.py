"""Every sentence of the client in English, by id. The other language has the same ids; a test compares them."""

from scanview.ui.catalogue.en import (
    aids,
    audit,
    commands,
    comparing,
    console,
    control,
    discussing,
    dispatching,
    filtering,
    machine,
    marking,
    measuring,
    panes,
    problems,
    rules,
    screen,
    shelf,
    statistics,
    teaching,
    undoing,
)

_PARTS = (
    screen,
    undoing,
    commands,
    comparing,
    console,
    control,
    problems,
    marking,
    filtering,
    machine,
    measuring,
    panes,
    aids,
    shelf,
    discussing,
    statistics,
    dispatching,
    audit,
    rules,
    teaching,
)

TEXT: dict[str, str] = {id: sentence for part in _PARTS for id, sentence in part.TEXT.items()}
