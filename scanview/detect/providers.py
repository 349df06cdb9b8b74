"""Owns what computes a model: the execution providers of ONNX Runtime, by the names of our configuration.

The build of ONNX Runtime that is installed decides which there are; the one that ships with ScanView has the CPU. One
that was asked for and is not there is refused by name. Nothing falls back in silence: a worker that was bought a GPU
and computes on the CPU would miss its deadlines without a word.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

import onnxruntime

from scanview.core.errors import BadInput, Unavailable
from scanview.detect.onnx_structure import check_structure

MAX_THREADS = 256

_Values: TypeAlias = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Provider:
    """What ONNX Runtime calls it, the package that has it, and its options for a number of threads and a device."""

    title: str
    package: str
    options: Callable[[int, int], _Values]


_PROVIDERS: Mapping[str, _Provider] = MappingProxyType(
    {
        "cpu": _Provider(title="CPUExecutionProvider", package="onnxruntime", options=lambda threads, device: {}),
        "cuda": _Provider(
            title="CUDAExecutionProvider",
            package="onnxruntime-gpu",
            options=lambda threads, device: {"device_id": str(device)},
        ),
        "openvino": _Provider(
            title="OpenVINOExecutionProvider",
            package="onnxruntime-openvino",
            options=lambda threads, device: {"device_type": "CPU", "num_of_threads": str(threads)},
        ),
        "directml": _Provider(
            title="DmlExecutionProvider",
            package="onnxruntime-directml",
            options=lambda threads, device: {"device_id": str(device)},
        ),
    }
)

PROVIDERS = tuple(_PROVIDERS)
"""The names that a configuration may give."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """How models are computed.

    Attributes:
        provider: one of `PROVIDERS`.
        threads: threads of the CPU that one picture is computed with.
        device: which GPU, counted from 0; without meaning for the others.
    """

    provider: str = "cpu"
    threads: int = 1
    device: int = 0

    def __post_init__(self) -> None:
        if self.provider not in _PROVIDERS:
            raise BadInput(f"provider {self.provider!r} is none of {', '.join(PROVIDERS)}", code="bad-provider")
        if not 1 <= self.threads <= MAX_THREADS or self.device < 0:
            raise BadInput(
                f"{self.threads} threads on device {self.device}: a model runs on 1 to {MAX_THREADS}",
                code="bad-provider",
            )


ONE_THREAD = Runtime()
"""The CPU with one thread: where nobody chose otherwise, and in a pool of processes."""


def check_available(provider: str) -> None:
    """Unavailable (code `provider-missing`) unless the ONNX Runtime that is installed has `provider`."""
    wanted, there = _PROVIDERS[provider], onnxruntime.get_available_providers()
    if wanted.title not in there:
        known = [name for name, each in _PROVIDERS.items() if each.title in there]
        raise Unavailable(
            f"the provider {provider} is not installed; there are {', '.join(known)}",
            code="provider-missing",
            remedy=f"Install {wanted.package} in place of onnxruntime, or choose another provider",
        )


def open_session(content: bytes, runtime: Runtime) -> Any:
    """An ONNX Runtime session of the model in `content`.

    Raises:
        Unavailable: the provider is not installed (code `provider-missing`), or does not work on this machine
            (code `provider-failed`).
        BadInput: the model must not be loaded (codes of `onnx_structure.check_structure`), or the CPU cannot load it
            (code `model-damaged`).
    """
    check_structure(content)
    check_available(runtime.provider)
    wanted = _PROVIDERS[runtime.provider]
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = runtime.threads
    options.inter_op_num_threads = 1
    if runtime.provider == "directml":
        options.enable_mem_pattern = False
    chosen = [(wanted.title, wanted.options(runtime.threads, runtime.device))]
    try:
        session = onnxruntime.InferenceSession(content, options, providers=chosen, enable_fallback=0)
    except Exception as error:  # ONNX Runtime raises a class of its own for each way a file can be wrong.
        if runtime.provider != "cpu":
            raise _failed(runtime.provider, str(error)) from error
        raise BadInput(f"the model cannot be loaded: {error}", code="model-damaged") from error
    if wanted.title not in session.get_providers():
        raise _failed(runtime.provider, "ONNX Runtime took another")
    return session


def _failed(provider: str, reason: str) -> Unavailable:
    return Unavailable(
        f"the provider {provider} does not work with this model on this machine: {reason}",
        code="provider-failed",
        remedy="See ONNX Runtime's own messages, mend its drivers, or choose another provider",
    )
