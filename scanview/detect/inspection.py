"""Owns what is told about a model file without recognising anything with it, and its signing."""

from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from scanview.detect.manifest import Entry, sign_entry, write_manifest
from scanview.detect.model import DetectorModel
from scanview.detect.plug_ins.descriptor import PLUG_IN, parse_descriptor, read_file
from scanview.detect.plug_ins.onnx_model import OnnxPlugIn
from scanview.detect.providers import ONE_THREAD
from scanview.wire.publishers import ANYBODY, Trust

DESCRIPTOR_SUFFIX = ".toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFile:
    """A model that may be used: its kind and version, and the publisher who vouches for it."""

    kind: str
    version: str
    publisher: str


def inspect_model(path: Path, trust: Trust) -> ModelFile:
    """What the model, or the descriptor of a plug-in, at `path` is.

    What is refused and why see `model.DetectorModel` and `plug_ins.onnx_model.OnnxPlugIn`.
    """
    if path.suffix == DESCRIPTOR_SUFFIX:
        plug_in = OnnxPlugIn(path, trust=trust, runtime=ONE_THREAD)
        return ModelFile(kind=PLUG_IN, version=plug_in.descriptor.signed_as, publisher=plug_in.publisher)
    model = DetectorModel(path, trust=trust)
    return ModelFile(kind=model.facts.kind, version=model.facts.version, publisher=model.publisher)


def sign_model(path: Path, key: Ed25519PrivateKey) -> Entry:
    """Sign the model at `path`, as it is, in the manifest beside it; the new entry.

    It is loaded first, so that nothing is signed that no worker could use. With a descriptor its model is signed too.

    Raises:
        Unavailable, BadInput: it cannot be used (see `inspect_model`).
    """
    if path.suffix == DESCRIPTOR_SUFFIX:
        return _sign_plug_in(path, key)
    write_manifest(path)
    facts = DetectorModel(path, trust=ANYBODY).facts
    return sign_entry(path, key, version=facts.version, kind=facts.kind)


def _sign_plug_in(path: Path, key: Ed25519PrivateKey) -> Entry:
    model = path.with_name(parse_descriptor(read_file(path, "bad-descriptor"), path.name).file)
    for file in (path, model):
        write_manifest(file)
    version = OnnxPlugIn(path, trust=ANYBODY, runtime=ONE_THREAD).descriptor.signed_as
    sign_entry(model, key, version=version, kind=PLUG_IN)
    return sign_entry(path, key, version=version, kind=PLUG_IN)
