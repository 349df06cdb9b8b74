"""The pictures of one scan beside each other: which views are shown, and how they follow each other."""
