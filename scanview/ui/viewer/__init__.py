"""The picture of a scan on screen: canvas, overlays and minimap."""
