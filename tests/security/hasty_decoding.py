"""The decoding process with little patience, so that a test need not wait a minute."""

import socket
import sys

from scanview.formats import decoding

decoding.CPU_S = 2
decoding.WALL_S = 4

if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as control:
        decoding.main(control)
