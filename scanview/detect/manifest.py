"""Owns what vouches for a model file: the manifest beside it, with size, hash, version, kind and a signature.

`manifest.json` has one entry per file of its folder. The signature is a publisher's, on the canonical JSON of the
file's name and the other values of its entry, so that none of them can be changed, and no entry moved to another file.
"""

import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from scanview.core.errors import BadInput, NotAllowed, Unavailable
from scanview.wire.keys import Purpose, is_signed_with, sign_with
from scanview.wire.messages import Signature
from scanview.wire.private_files import sync_folder
from scanview.wire.publishers import Trust

MANIFEST = "manifest.json"
MAX_MODEL_BYTES = 40 << 20

_SIGN_IT = "Have its publisher sign it: scanview models sign"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a manifest says of one file.

    Attributes:
        file: its name in the folder of the manifest.
        sha256: 64 hexadecimal digits.
        size: how many bytes it has.
        version: what the model calls itself; empty where nobody has signed it.
        kind: kind of model, as its own metadata say; empty likewise.
        signature: a publisher's, on all of the above; None where there is none.
    """

    file: str
    sha256: str
    size: int
    version: str = ""
    kind: str = ""
    signature: Signature | None = None

    def document(self) -> bytes:
        """What a publisher signs."""
        said = {
            "file": self.file,
            "sha256": self.sha256,
            "size": self.size,
            "version": self.version,
            "kind": self.kind,
        }
        return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """A model file that may be used: its bytes, its entry, and whose word that is (empty: nobody's)."""

    content: bytes
    entry: Entry
    publisher: str

    def check_names(self, *, version: str, kind: str) -> None:
        """BadInput (code `model-metadata`) unless what was signed is what the model itself says."""
        if self.publisher and (self.entry.version, self.entry.kind) != (version, kind):
            raise BadInput(
                f"{self.entry.file} is signed as {self.entry.kind} {self.entry.version} "
                f"and calls itself {kind} {version}",
                code="model-metadata",
            )


def vouched(path: Path, trust: Trust) -> Vouched:
    """The file at `path`, if it is whole and somebody who is trusted vouches for it.

    Raises:
        Unavailable: it or its manifest is missing (code `model-missing`).
        BadInput: it is too large (`model-too-large`), not named by its manifest (`model-unknown`), or another file
            than the manifest names (`model-altered`).
        NotAllowed: nobody signed it (`model-unsigned`), somebody signed it who is not trusted (`model-untrusted`), or
            the signature is on something else (`model-forged`).
    """
    content, manifest = _read(path)
    entry = _entry(manifest, path.name)
    if len(content) != entry.size or hashlib.sha256(content).hexdigest() != entry.sha256:
        raise BadInput(f"{path.name} is not the file its manifest names: it was altered", code="model-altered")
    publisher = "" if trust.unsigned and entry.signature is None else _signer(entry, trust)
    return Vouched(content=content, entry=entry, publisher=publisher)


def write_manifest(model: Path) -> None:
    """Name the SHA-256 and size of `model` in the manifest beside it, unsigned."""
    _put(model, _measured(model.name, model.read_bytes()))


def sign_entry(model: Path, key: Ed25519PrivateKey, *, version: str, kind: str) -> Entry:
    """Sign the file at `model`, as it is now, as this version and kind; its entry, written to the manifest."""
    entry = replace(_measured(model.name, model.read_bytes()), version=version, kind=kind)
    entry = replace(entry, signature=sign_with(key, entry.document(), Purpose.MODEL))
    _put(model, entry)
    return entry


def _signer(entry: Entry, trust: Trust) -> str:
    """Name of the publisher who signed `entry`."""
    if entry.signature is None:
        raise NotAllowed(f"nobody has signed {entry.file}", code="model-unsigned", remedy=_SIGN_IT)
    publisher = next((known for known in trust.publishers if known.key == entry.signature.key), None)
    if publisher is None:
        if trust.unsigned:
            return ""
        raise NotAllowed(
            f"{entry.file} is signed with the key {entry.signature.key}, which this machine does not trust",
            code="model-untrusted",
            remedy="Where you know whose it is: scanview models trust NAME KEY",
        )
    if not is_signed_with(publisher.public, entry.document(), Purpose.MODEL, entry.signature):
        raise NotAllowed(
            f"the signature of {publisher.name} is not on this {entry.file}, version {entry.version[:80]!r}",
            code="model-forged",
            remedy="Take the model and its manifest from their source again",
        )
    return publisher.name


def _measured(name: str, content: bytes) -> Entry:
    return Entry(file=name, sha256=hashlib.sha256(content).hexdigest(), size=len(content))


def _read(path: Path) -> tuple[bytes, Any]:
    try:
        if path.stat().st_size > MAX_MODEL_BYTES:
            raise BadInput(f"{path.name} is larger than {MAX_MODEL_BYTES >> 20} MiB", code="model-too-large")
        return path.read_bytes(), json.loads(path.with_name(MANIFEST).read_text(encoding="utf-8"))
    except OSError as error:
        raise Unavailable(
            f"the model cannot be read: {error.strerror}: {error.filename}",
            code="model-missing",
            remedy=f"Put the model and its {MANIFEST} where ScanView looks for them",
        ) from error
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{MANIFEST} beside {path.name} is damaged", code="model-unknown") from error


def _entry(manifest: Any, name: str) -> Entry:
    try:
        return msgspec.convert({**manifest[name], "file": name}, type=Entry)
    except (msgspec.ValidationError, KeyError, TypeError) as error:
        raise BadInput(f"{MANIFEST} does not name {name} as it should", code="model-unknown") from error


def _put(model: Path, entry: Entry) -> None:
    manifest = model.with_name(MANIFEST)
    known = json.loads(manifest.read_text(encoding="utf-8")) if manifest.exists() else {}
    said = {key: value for key, value in msgspec.to_builtins(entry).items() if key != "file" and value}
    new = manifest.with_name(f".{MANIFEST}.new")
    new.write_text(json.dumps({**known, model.name: said}, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    new.replace(manifest)
    sync_folder(manifest.parent)
