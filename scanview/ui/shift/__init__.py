"""The end of a shift: what it does, and what is left for whoever comes next."""
