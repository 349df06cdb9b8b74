"""Owns what is told about a model file without recognising anything with it, and its signing."""

from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from scanview.detect.manifest import Entry, sign_entry, write_manifest
from scanview.detect.model import DetectorModel
from scanview.wire.publishers import ANYBODY, Trust


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFile:
    """A model that may be used: its kind and version, and the publisher who vouches for it."""

    kind: str
    version: str
    publisher: str


def inspect_model(path: Path, trust: Trust) -> ModelFile:
    """What the model at `path` is; what is refused and why see `model.DetectorModel`."""
    model = DetectorModel(path, trust=trust)
    return ModelFile(kind=model.facts.kind, version=model.facts.version, publisher=model.publisher)


def sign_model(path: Path, key: Ed25519PrivateKey) -> Entry:
    """Sign the model at `path`, as it is, in the manifest beside it; the new entry.

    It is loaded first, so that nothing is signed that no worker could use.

    Raises:
        Unavailable, BadInput: it cannot be used (see `model.DetectorModel`).
    """
    write_manifest(path)
    facts = DetectorModel(path, trust=ANYBODY).facts
    return sign_entry(path, key, version=facts.version, kind=facts.kind)
