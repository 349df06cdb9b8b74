"""Owns the step from a trained checkpoint to the model file that ships: ONNX with its metadata inside."""

import argparse
import json
from pathlib import Path

import onnx
import torch

from scanview.detect.features import PLANES
from scanview.detect.manifest import write_manifest
from scanview.detect.training.dataset import CARGO_CLASSES, MM_PER_PIXEL, TRAINING_SEEDS, dataset_hash
from scanview.detect.training.network import MULTIPLE, STRIDE, Detector, Exported
from scanview.simulate.cargo import CARGO
from scanview.simulate.threat_catalogue import OBJECT_CLASSES

_OPSET = 17
_EXAMPLE = (1, 3, 320, 448)
_OUTPUTS = ("peaks", "boxes", "load", "cargo", "embedding")


def export(
    checkpoint: Path,
    target: Path,
    *,
    version: str,
    training_hash: str,
    score_threshold: float,
    emptiness: tuple[float, float],
) -> None:
    """Write the weights of `checkpoint` as ONNX to `target` and name it in the manifest beside it.

    Args:
        checkpoint: state of a `Detector`.
        target: the model file.
        version: what findings name the model by.
        training_hash: `dataset_hash` of the scans it learned from.
        score_threshold: score below which a peak is no finding.
        emptiness: loaded area in m2 at which a container is as likely empty as not, and how sharply that turns
            (natural logarithm of the area per unit of log odds).
    """
    detector = Detector()
    detector.load_state_dict(torch.load(checkpoint, weights_only=True, map_location="cpu"))
    free = {2: "rows", 3: "columns"}
    torch.onnx.export(
        Exported(detector.eval()).eval(),
        (torch.zeros(_EXAMPLE),),
        str(target),
        opset_version=_OPSET,
        dynamo=False,
        input_names=["planes"],
        output_names=list(_OUTPUTS),
        dynamic_axes=dict.fromkeys(("planes", *_OUTPUTS), free),
    )
    model = onnx.load(str(target))
    metadata = {
        "scanview_model": "detector/2",
        "version": version,
        "classes": json.dumps(list(OBJECT_CLASSES)),
        "cargo_classes": json.dumps(list(CARGO_CLASSES)),
        "cargo_chapters": json.dumps({name: sorted(CARGO[name].chapters) for name in CARGO_CLASSES}),
        "planes": json.dumps(list(PLANES)),
        "mm_per_pixel": str(MM_PER_PIXEL),
        "stride": str(STRIDE),
        "multiple": str(MULTIPLE),
        "normalisation": "inside the graph",
        "score_threshold": str(score_threshold),
        "emptiness": json.dumps(list(emptiness)),
        "training_data_sha256": training_hash,
    }
    for key, value in metadata.items():
        model.metadata_props.add(key=key, value=value)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, str(target))
    write_manifest(target)


def main() -> None:
    """Export a checkpoint from the command line."""
    parser = argparse.ArgumentParser(description="Export a trained detector as ONNX.")
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--cache", type=Path, required=True, help="folder of the training set")
    parser.add_argument("--scans", type=int, default=2_400, help="scans it was trained on")
    parser.add_argument("--version", required=True)
    parser.add_argument("--score-threshold", type=float, default=0.2)
    parser.add_argument("--emptiness", type=float, nargs=2, default=(0.02, 0.35), metavar=("M2", "WIDTH"))
    options = parser.parse_args()
    paths = [options.cache / f"{TRAINING_SEEDS + index}.npy" for index in range(options.scans)]
    export(
        options.checkpoint,
        options.target,
        version=options.version,
        training_hash=dataset_hash(paths),
        score_threshold=options.score_threshold,
        emptiness=(options.emptiness[0], options.emptiness[1]),
    )


if __name__ == "__main__":
    main()
