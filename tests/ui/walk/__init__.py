"""Every command of the client, given by keyboard alone, and what is seen after it.

**A new command lands with its walk.** Put one `Walk` into the module of its feature here (or a new module: every
module of this package that has `WALKS` is walked) and run `pytest tests/ui/walk -k <command>`:

    WALKS = (
        Walk(
            command="compare",                            # its id in ui/actions.py
            start=Start.SCAN,                             # SIGN_IN, DESK (a queue, no scan) or SCAN (one is open)
            prepare=("Space",),                           # keys pressed first, as the table of commands writes them
            was=lambda person: person.picture(),          # optional: what is looked at before the key
            seen=lambda person, was: person.shows("Side by side") and person.picture() != was,
        ),
    )

`seen` is asked before the key too and has to be false then, so a walk that proves nothing fails. It is walked once for
every key of the command, with the key going the way of a real one: to the window, and from there to whatever has the
focus. The key of a `held` command goes down, `seen` is asked, the key goes up, and `seen` has to be false again.
Where the hub has to do its part, `after` of the walk, or a callable among the keys of `prepare`, plays it on
`person.session` and `person.desk`.
"""
