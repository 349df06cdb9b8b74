"""Marking on the screen: drawing boxes, polygons and arrows, changing them, saying what they are."""
