"""Measuring on the screen: drawing shapes, reading them, saying what was read."""
