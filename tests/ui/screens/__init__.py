"""A picture of every panel and every state, in both languages, and the rules that each of them keeps.

The pictures lie in `artefacts/screens/{zh,en}/`; look at them after every change. A new state is one `Scene` in a
module of this package that has `SCENES`: the keys that lead to it, or a callable where the hub has to do its part.
Every scene is also looked over by `layout.faults`: no text cut off, nothing on top of anything else, in the smallest
window too. A widget that may shorten its text says so by being an `ElidedLabel`; one that lies over others on purpose
has the property `floats`.
"""
