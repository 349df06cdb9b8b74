"""Audit: the archive searched by anything, the whole story of a scan, and the way to any decision as it was seen."""
