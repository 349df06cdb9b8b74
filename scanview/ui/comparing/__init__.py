"""Comparing the scan on the screen with another one: which, how, and what has changed."""
