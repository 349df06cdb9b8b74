import subprocess
import sys

import pytest

# Blocks as large as frames, filled and freed again and again: page faults per round after the first.
_ROUNDS = """
import ctypes, resource, sys
from scanview.wire.frame_memory import keep_frame_memory
library = ctypes.CDLL(None)
library.malloc.restype = ctypes.c_void_p
library.malloc.argtypes, library.free.argtypes = (ctypes.c_size_t,), (ctypes.c_void_p,)
taken_up = keep_frame_memory() if sys.argv[1] == "kept" else True
faults = []
for _ in range(3):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    frames = [library.malloc(1 << 20) for _ in range(32)]
    for frame in frames:
        ctypes.memset(frame, 1, 1 << 20)
    for frame in frames:
        library.free(frame)
    faults.append(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
print(int(taken_up), faults[-1])
"""


def faults(mode: str) -> tuple[bool, int]:
    """(whether the C library took it up, page faults of the last round)."""
    run = subprocess.run([sys.executable, "-c", _ROUNDS, mode], capture_output=True, text=True, check=True)
    taken_up, count = run.stdout.split()
    return taken_up == "1", int(count)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems keep memory as they like")
def test_memory_of_frames_is_kept_for_the_next_ones():
    taken_up, kept = faults("kept")
    if not taken_up:
        pytest.skip("this C library cannot be tuned")
    _, fresh = faults("fresh")
    assert kept < 100 < fresh
