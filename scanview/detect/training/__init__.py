"""Training of the detector: simulated scans, network, losses and export. Needs the `train` extra (torch, onnx)."""
