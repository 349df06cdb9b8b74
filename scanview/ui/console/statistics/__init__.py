"""The page of statistics: what the room did in a period, as figures, charts and tables."""
