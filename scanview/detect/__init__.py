"""Recognition: features, models, the pipeline from scan to findings, the worker and the batch."""
