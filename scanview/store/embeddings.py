"""What scans look like to models, as the catalogue keeps it, and what may be told of scans that look alike."""

from collections.abc import Mapping

from sqlalchemy import select

from scanview.core.embedding import Embedding
from scanview.core.inspection import Found
from scanview.core.review import Verdict
from scanview.core.similar import MAX_SIMILAR, SimilarScan
from scanview.core.work import WorkState
from scanview.store.database import Transaction
from scanview.store.rows import MAX_SHOWN
from scanview.store.schema import scans
from scanview.store.schema_embeddings import embeddings
from scanview.store.virtual_scans import truth_of
from scanview.wire.messages import EmbeddedScan

PAGE_EMBEDDINGS = 2_000
"""Most embeddings that one page holds: they fit into one header."""


def newest_embedding(tx: Transaction, scan: str) -> Embedding | None:
    """What the scan looked like to the model that spoke of it last; None where none told."""
    newest = select(embeddings).where(embeddings.c.scan == scan).order_by(embeddings.c.seq.desc()).limit(1)
    row = tx.execute(newest).one_or_none()
    return None if row is None else Embedding(space=row.space, numbers=unpacked(bytes(row.numbers)))


def unpacked(numbers: bytes) -> tuple[int, ...]:
    """The signed numbers, one a byte."""
    return tuple(number - 256 if number > 127 else number for number in numbers)


def embeddings_after(tx: Transaction, seq: int) -> tuple[tuple[EmbeddedScan, ...], bool]:
    """The first embeddings after entry `seq`, in order, and whether there are more."""
    page = select(embeddings).where(embeddings.c.seq > seq).order_by(embeddings.c.seq).limit(PAGE_EMBEDDINGS + 1)
    rows = [
        EmbeddedScan(seq=row.seq, scan=row.scan, space=row.space, numbers=bytes(row.numbers))
        for row in tx.execute(page)
    ]
    return tuple(rows[:PAGE_EMBEDDINGS]), len(rows) > PAGE_EMBEDDINGS


def is_embedding_of(tx: Transaction, seq: int, scan: str) -> bool:
    """Whether entry `seq` brought an embedding of `scan`."""
    found = select(embeddings.c.scan).where(embeddings.c.seq == seq)
    return tx.execute(found).scalar_one_or_none() == scan


def tell_similar(tx: Transaction, to: str, distances: Mapping[int, float]) -> tuple[SimilarScan, ...]:
    """Those of the embeddings, each with its distance, that may be told of to somebody who looks at the scan `to`.

    They are stored whole, decided, and not the scan itself; each scan once, the nearest first. No virtual scan is told
    of, and to one the nearest is not: that is what it was made of, and a twin would give it away.
    """
    found = (
        select(
            embeddings.c.seq,
            *(scans.c[name] for name in ("scan", "lane", "container", "plate", "arrived_at", "verdict", "inspected")),
        )
        .join(scans, scans.c.scan == embeddings.c.scan)
        .where(
            embeddings.c.seq.in_(distances.keys()),
            scans.c.scan != to,
            scans.c.stored,
            scans.c.complete,
            ~scans.c.virtual,
            scans.c.verdict != "",
            scans.c.state.in_([WorkState.DECIDED.value, WorkState.CLOSED.value]),
        )
    )
    nearest: dict[str, SimilarScan] = {}
    for row in sorted(tx.execute(found), key=lambda row: (distances[row.seq], row.seq)):
        nearest.setdefault(
            row.scan,
            SimilarScan(
                scan=row.scan,
                lane=row.lane,
                container=row.container[:MAX_SHOWN],
                plate=row.plate[:MAX_SHOWN],
                arrived_at=row.arrived_at,
                verdict=Verdict(row.verdict),
                distance=round(distances[row.seq], 4),
                found=Found(row.inspected) if row.inspected else None,
            ),
        )
    twins = 1 if truth_of(tx, to) is not None else 0
    return tuple(nearest.values())[twins : MAX_SIMILAR + twins]
