"""Owns what people say of scans before they decide: one small file per scan, so that no crash loses a mark.

A file is written and fsynced with every change, and removed once the scan is decided. What is still there after a
start is there again when its analyst opens the scan.
"""

from dataclasses import dataclass
from pathlib import Path

import msgspec

from scanview.core.checks import check_id
from scanview.core.errors import Unavailable
from scanview.core.mark import Mark
from scanview.core.review import check_dismissed
from scanview.session import kept_file


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Marks on a scan and findings that were dismissed, not decided yet."""

    scan: str
    marks: tuple[Mark, ...] = ()
    dismissed: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_id(self.scan, "scan")
        check_dismissed(self.dismissed, self.marks)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDraft:
    """A draft and whose it is."""

    analyst: str
    draft: Draft


_decoder = msgspec.json.Decoder(KeptDraft)


class Drafts:
    """The folder of drafts, one per scan: whoever says something of a scan replaces what another left. One thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        kept_file.make_folder(folder)
        self._kept = {kept.draft.scan: kept for kept in kept_file.read_all(folder, _decoder)}

    def keep(self, analyst: str, draft: Draft) -> None:
        """Make `draft` durable here in place of the scan's last one. Unavailable where the disk refuses."""
        if not draft.marks and not draft.dismissed:
            self.drop(draft.scan)
            return
        kept = KeptDraft(analyst=analyst, draft=draft)
        if self._kept.get(draft.scan) == kept:
            return
        try:
            kept_file.write(self._path(draft.scan), msgspec.json.encode(kept))
        except OSError as error:
            raise Unavailable(
                f"marks cannot be kept in {self._folder}: {error.strerror}",
                code="marks-not-kept",
                remedy="Free disk space, then change a mark",
            ) from error
        self._kept[draft.scan] = kept

    def of(self, analyst: str, scan: str) -> Draft | None:
        """What `analyst` said of `scan`, or None."""
        kept = self._kept.get(scan)
        return kept.draft if kept is not None and kept.analyst == analyst else None

    def drop(self, scan: str) -> None:
        """`scan` is decided, or nothing is said of it any more."""
        if self._kept.pop(scan, None) is not None:
            self._path(scan).unlink(missing_ok=True)

    def _path(self, scan: str) -> Path:
        return self._folder / f"{scan}.json"
