"""A physics-based scanner: simulated containers, cargo and threats for the demo, the tests and the training."""
