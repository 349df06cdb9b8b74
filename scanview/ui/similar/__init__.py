"""Scans of the archive that look like the one on the screen."""
