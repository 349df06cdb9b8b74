"""A virtual lane: the program that sends copies of archived scans, some with a threat projected into them."""
