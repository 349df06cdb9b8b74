"""Scans that look alike: a workstation asks the hub, and the hub asks a worker that keeps an index of the archive."""

from typing import Annotated

from msgspec import Meta, Struct

from scanview.core.embedding import EMBEDDING_NUMBERS, MAX_SPACE, Embedding
from scanview.core.similar import MAX_SIMILAR, SimilarScan
from scanview.wire.messages.message import HUB, WORKER, WORKSTATION, Count, Id, Message, Text

MAX_NEIGHBOURS = 256
"""Most neighbours that a worker names: more than are shown, because the hub may not tell of all of them."""


class EmbeddedScan(Struct, frozen=True, kw_only=True):
    """What a scan looked like in entry `seq` of the ledger: one signed byte for each number of the direction."""

    seq: Count
    scan: Id
    space: Annotated[str, Meta(min_length=1, max_length=MAX_SPACE)]
    numbers: Annotated[bytes, Meta(min_length=EMBEDDING_NUMBERS, max_length=EMBEDDING_NUMBERS)]


class Neighbour(Struct, frozen=True, kw_only=True):
    """An embedding by its entry, and how far it is: 1 less the cosine."""

    seq: Count
    distance: Annotated[float, Meta(ge=0, le=2)]


class FindSimilar(Message, frozen=True, kw_only=True, tag="find-similar"):
    """Name the scans that look like this one."""

    senders = WORKSTATION
    request: Count
    scan: Id


class Similar(Message, frozen=True, kw_only=True, tag="similar"):
    """They are, the nearest first; never the scan itself, nor one that is not whole or not decided.

    `searched` is how many the index held; `is_behind` where it is still being made, so that some may be missing.
    """

    senders = HUB
    request: Count
    scan: Id
    found: Annotated[tuple[SimilarScan, ...], Meta(max_length=MAX_SIMILAR)]
    searched: Count
    is_behind: bool


class FetchEmbeddings(Message, frozen=True, kw_only=True, tag="fetch-embeddings"):
    """A worker that searches asks for what came after entry `after`, which told what `scan` looks like.

    0 and no scan begin from the first.
    """

    senders = WORKER
    request: Count
    after: Count
    scan: Id | None = None


class Embeddings(Message, frozen=True, kw_only=True, tag="embeddings"):
    """The next embeddings in order. `begin_anew` where the hub knows no such entry: the index is of another ledger."""

    senders = HUB
    request: Count
    rows: tuple[EmbeddedScan, ...] = ()
    more: bool = False
    begin_anew: bool = False


class FindNeighbours(Message, frozen=True, kw_only=True, tag="find-neighbours"):
    """The hub asks a worker that searches for the nearest of the same space; `search` comes back in the answer."""

    senders = HUB
    search: Count
    embedding: Embedding
    count: Annotated[int, Meta(ge=1, le=MAX_NEIGHBOURS)]


class Neighbours(Message, frozen=True, kw_only=True, tag="neighbours"):
    """They are, the nearest first. `problem` says why there is no answer, empty where there is one."""

    senders = WORKER
    search: Count
    found: Annotated[tuple[Neighbour, ...], Meta(max_length=MAX_NEIGHBOURS)] = ()
    searched: Count = 0
    is_behind: bool = False
    problem: Text = ""
