"""Keeping the memory of frames that were handled for the next ones, instead of giving it back after each.

The C library returns large blocks to the system as soon as they are free, and the system zeroes every page of them
anew: a twentieth of what it costs to receive a scan. Where there is no such C library nothing happens.
"""

import ctypes
import sys

KEPT_BYTES = 64 << 20
"""Free memory beyond this goes back to the system, for each arena of the C library."""

_OWN_MAPPING_BYTES = 4 << 20
"""Only blocks from this size on have a mapping of their own, which is given back when they are free."""

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3


def keep_frame_memory() -> bool:
    """Have this process keep its memory from now on; whether its C library took that up."""
    if not sys.platform.startswith("linux"):
        return False
    tune = getattr(ctypes.CDLL(None), "mallopt", None)
    if tune is None:
        return False
    return bool(tune(_MMAP_THRESHOLD, _OWN_MAPPING_BYTES) and tune(_TRIM_THRESHOLD, KEPT_BYTES))
