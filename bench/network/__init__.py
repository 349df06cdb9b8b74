"""A whole hub in a process of its own, lanes that carry out orders, and analysts who decide at once."""
