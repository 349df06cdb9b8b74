"""Owns the direction by which scans that look alike are found: from the pooled embedding of the inside."""

import numpy as np
from numpy.typing import NDArray

from scanview.core.embedding import EMBEDDING_NUMBERS, MOST_NUMBER, Embedding
from scanview.detect.model_facts import ModelFacts
from scanview.detect.scan_head import Evidence


def embedding_of(facts: ModelFacts, evidence: Evidence) -> Embedding | None:
    """The direction of a scan; None where the model gives no embedding, or no container was seen."""
    if evidence.pooled is None or evidence.pooled.size != EMBEDDING_NUMBERS:
        return None
    novelty = facts.calibration.novelty if facts.calibration else None
    numbers = direction(evidence.pooled, None if novelty is None else novelty.mean)
    return Embedding(space=facts.version, numbers=numbers) if any(numbers) else None


def direction(pooled: NDArray[np.float32], mean: NDArray[np.float32] | None) -> tuple[int, ...]:
    """A pooled embedding (n,), less the mean of the calibration scans, brought to length 127 and rounded.

    Without the mean all scans point much the same way: what they have in common says nothing of any of them.
    """
    away = pooled.astype(np.float64) - (0.0 if mean is None else mean.astype(np.float64))
    length = float(np.linalg.norm(away))
    if length == 0.0:
        return (0,) * len(away)
    return tuple(int(number) for number in np.rint(away / length * MOST_NUMBER))
