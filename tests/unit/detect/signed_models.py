"""A publisher for tests, and models it has signed."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from scanview.detect.inspection import sign_model
from scanview.wire.key_files import public_of
from scanview.wire.publishers import Publisher, Trust
from tests.unit.detect.onnx_files import tiny_detector

KEY = Ed25519PrivateKey.from_private_bytes(b"a key that only tests may trust ")
PUBLISHER = Publisher(name="Tests", public=public_of(KEY))
TRUST = Trust(publishers=(PUBLISHER,))


def signed_detector(path: Path) -> Path:
    """The tiny detector at `path`, signed by `PUBLISHER`."""
    path.write_bytes(tiny_detector())
    sign_model(path, KEY)
    return path
