"""Replay: a decision as it was seen, with its looks, marks, findings and timing; nothing of it can be changed."""
