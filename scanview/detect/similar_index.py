"""Owns an index of what scans look like: directions by their entry of the ledger, searched by the cosine between them.

One HNSW graph per space (usearch), directions as signed bytes. The files on disk are a copy that saves time: their
checksums stand in a list that is written last, and what does not fit it is forgotten and asked for anew.
"""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from usearch.compiled import MetricKind, ScalarKind
from usearch.index import Index

from scanview.core.embedding import EMBEDDING_NUMBERS, Embedding
from scanview.wire.messages import EmbeddedScan, Neighbour
from scanview.wire.private_files import make_private_folder, replace_private

LIST_FILE = "index.json"
FORM = 1

_CONNECTIVITY = 24
_SEARCHED_CANDIDATES = 192
_log = logging.getLogger("scanview.detect")


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """One graph on the disk: its space, its file, and the SHA-256 of that."""

    space: str
    name: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _List:
    """What is on the disk: up to which entry, of which scan, in the form this program writes."""

    form: int
    seq: int
    scan: str
    files: tuple[_File, ...]


class SimilarIndex:
    """The index in `folder`, as far as it can be read; empty where it cannot. For one thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._graphs: dict[str, Index] = {}
        self.seq = 0
        """The last entry that is in it, 0 where none is."""
        self.scan = ""
        """The scan that this entry is about."""
        make_private_folder(folder)
        try:
            self._load()
        except (OSError, RuntimeError, ValueError, msgspec.MsgspecError) as error:
            _log.warning("the index of similar scans cannot be read and is made anew: %s", error)
            self.forget()

    def __len__(self) -> int:
        return sum(len(graph) for graph in self._graphs.values())

    def add(self, rows: Sequence[EmbeddedScan]) -> None:
        """Take in what came after the last entry, in order."""
        for space in {row.space for row in rows}:
            chosen = [row for row in rows if row.space == space and row.seq > self.seq]
            if chosen:
                keys = np.array([row.seq for row in chosen], dtype=np.uint64)
                numbers = np.frombuffer(b"".join(row.numbers for row in chosen), dtype=np.int8)
                graph = self._graphs.setdefault(space, _new_graph())
                graph.add(keys, numbers.reshape(-1, EMBEDDING_NUMBERS), threads=1)
        if rows and rows[-1].seq > self.seq:
            self.seq, self.scan = rows[-1].seq, rows[-1].scan

    def search(self, embedding: Embedding, count: int) -> tuple[Neighbour, ...]:
        """The nearest of the same space, the nearest first."""
        graph = self._graphs.get(embedding.space)
        if graph is None or not len(graph):
            return ()
        matches = graph.search(np.array(embedding.numbers, dtype=np.int8), min(count, len(graph)), threads=1)
        return tuple(
            Neighbour(seq=int(key), distance=min(max(float(distance), 0.0), 2.0))
            for key, distance in zip(matches.keys, matches.distances, strict=True)
        )

    def forget(self) -> None:
        """Begin anew, in memory and on the disk."""
        self._graphs.clear()
        self.seq, self.scan = 0, ""
        for path in self._folder.iterdir():
            path.unlink(missing_ok=True)

    def save(self) -> None:
        """Write it to the disk; the copy that is there stays until the new one is whole. OSError where that fails."""
        files = tuple(self._save(space, graph) for space, graph in self._graphs.items())
        listed = _List(form=FORM, seq=self.seq, scan=self.scan, files=files)
        replace_private(self._folder / LIST_FILE, msgspec.json.encode(listed))
        named = {LIST_FILE, *(file.name for file in files)}
        for path in self._folder.iterdir():
            if path.name not in named:
                path.unlink(missing_ok=True)

    def _save(self, space: str, graph: Index) -> _File:
        content = bytes(graph.save() or b"")
        sha256 = hashlib.sha256(content).hexdigest()
        name = f"{sha256[:32]}.usearch"
        if not (self._folder / name).exists():
            replace_private(self._folder / name, content)
        return _File(space=space, name=name, sha256=sha256)

    def _load(self) -> None:
        path = self._folder / LIST_FILE
        if not path.exists():
            return
        listed = msgspec.json.decode(path.read_bytes(), type=_List)
        if listed.form != FORM:
            raise ValueError(f"it is of form {listed.form}")
        for file in listed.files:
            content = (self._folder / Path(file.name).name).read_bytes()
            if hashlib.sha256(content).hexdigest() != file.sha256:
                raise ValueError(f"{file.name} is not what it was")
            graph = _new_graph()
            graph.load(content)
            self._graphs[file.space] = graph
        self.seq, self.scan = listed.seq, listed.scan


def _new_graph() -> Index:
    return Index(
        ndim=EMBEDDING_NUMBERS,
        metric=MetricKind.Cos,
        dtype=ScalarKind.I8,
        connectivity=_CONNECTIVITY,
        expansion_search=_SEARCHED_CANDIDATES,
    )
