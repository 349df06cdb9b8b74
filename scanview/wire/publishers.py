"""Owns whose models are used: the keys of publishers, the one that ScanView's own models are signed with among them.

A publisher's private key is a file (key_files) that belongs on no machine that runs models. What others may know is a
`Publisher`. Which publishers this machine trusts beside ScanView's stands in one file, `publishers.json`, that nobody
but its owner may write.
"""

import json
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from scanview.core.errors import BadInput, Refused, Unavailable
from scanview.wire.keys import key_id
from scanview.wire.private_files import make_private_folder, replace_private

PUBLISHERS_FILE = "publishers.json"

_HEX_KEY = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[^\W_][\w .&()-]{0,79}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Somebody who signs models: a name for people, and a public Ed25519 key of 64 hexadecimal digits."""

    name: str
    public: str

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise BadInput(f"{self.name[:80]!r} is no name for a publisher", code="bad-publisher")
        if not _HEX_KEY.fullmatch(self.public):
            raise BadInput(
                f"the key of {self.name} is not 64 hexadecimal digits",
                code="bad-publisher",
                remedy="Give the line that `scanview models key` printed",
            )

    @property
    def key(self) -> str:
        """The id that signatures name the key by."""
        return key_id(bytes.fromhex(self.public))


SCANVIEW = Publisher(name="ScanView", public="cefbe9a56cb23e532364d4540ffe1266f71fcf650f839723b0ad7e630a69926a")
"""The publisher of the models that ship with ScanView."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """Whose models may be used: those of `publishers`; with `unsigned`, whole models that nobody signed as well.

    Only who makes models, and measures them before they are signed, trusts unsigned ones.
    """

    publishers: tuple[Publisher, ...] = (SCANVIEW,)
    unsigned: bool = False


SCANVIEW_ONLY = Trust()
"""Where nobody was named."""

ANYBODY = Trust(unsigned=True)
"""For making and measuring models; nothing that speaks about real scans trusts like this."""


def trusted_publishers(folder: Path) -> tuple[Publisher, ...]:
    """ScanView's publisher and those that `folder` names.

    Raises:
        Refused: others can write the file or its folder (code `trust-exposed`), or it is damaged
            (code `bad-publisher`).
        Unavailable: it cannot be read (code `keys-unavailable`).
    """
    path = folder / PUBLISHERS_FILE
    try:
        if not path.exists():
            return (SCANVIEW,)
        for each in (folder, path):
            if os.name == "posix" and stat.S_IMODE(each.stat().st_mode) & 0o022:
                raise Refused(
                    f"others can write {each}, so anybody may have named a publisher there",
                    code="trust-exposed",
                    remedy=f"chmod go-w {each}, and check the publishers in it",
                )
        known = json.loads(path.read_text(encoding="utf-8"))
        return (SCANVIEW, *(Publisher(name=name, public=public) for name, public in known.items()))
    except OSError as error:
        raise Unavailable(f"{path} cannot be read: {error.strerror}", code="keys-unavailable") from error
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise BadInput(f"{path} is damaged", code="bad-publisher", remedy="Restore it from a copy") from error


def trust_publisher(folder: Path, publisher: Publisher) -> None:
    """Trust `publisher` from now on; BadInput (code `bad-publisher`) where its name is taken by another key."""
    others = [known for known in trusted_publishers(folder) if known != publisher]
    if any(publisher.name == known.name for known in others):
        raise BadInput(
            f"{publisher.name} is trusted with another key",
            code="bad-publisher",
            remedy="Distrust that one first, or give another name",
        )
    _write(folder, [*others, publisher])


def distrust_publisher(folder: Path, name: str) -> bool:
    """Trust the publisher with this name no longer; whether one was there. ScanView's own stays."""
    known = trusted_publishers(folder)
    kept = [publisher for publisher in known if publisher.name != name or publisher == SCANVIEW]
    if len(kept) == len(known):
        return False
    _write(folder, kept)
    return True


def _write(folder: Path, publishers: list[Publisher]) -> None:
    content = {publisher.name: publisher.public for publisher in publishers if publisher != SCANVIEW}
    try:
        make_private_folder(folder)
        replace_private(folder / PUBLISHERS_FILE, json.dumps(content, ensure_ascii=False, indent=2).encode() + b"\n")
    except OSError as error:
        raise Unavailable(f"{folder} cannot be written: {error.strerror}", code="keys-unavailable") from error
