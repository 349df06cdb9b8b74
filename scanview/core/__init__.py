"""The domain as plain values and pure functions: standard library only, no clock, no randomness, no I/O."""
