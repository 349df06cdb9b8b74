"""Measurements that can be repeated: `python -m bench NAME [--json] [--quick]`."""
