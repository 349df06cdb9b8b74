"""A port in a process of its own, to be killed: `python -m tests.flow.port_process SPOOL ENDPOINT [WATCH]`.

Prints a line once it runs. Without WATCH it gives a scan of noise, slowly, line by line, and prints the scan's id.
"""

import json
import sys
import threading
import time
from pathlib import Path

from scanview.core.scan import View
from scanview.ingest.port import Port
from tests.flow.upload_network import LANE, scan_counts, view_header


def pass_slowly(port: Port) -> None:
    counts = scan_counts(columns=128, rows=64)
    with port.device("slow").scan(view_header()) as scan:
        say(scan=scan.header.scan)
        for column in range(1_000_000):
            scan.line(View.SIDE, counts[:, :, column % 128])
            time.sleep(0.0005)


def say(**fields: str) -> None:
    sys.stdout.write(json.dumps(fields) + "\n")
    sys.stdout.flush()


def main(spool: Path, endpoint: str, watch: Path | None) -> None:
    port = Port(lane=LANE, endpoint=endpoint, spool=spool, watch=watch)
    if watch is None:
        threading.Thread(target=pass_slowly, args=(port,), daemon=True).start()
    else:
        say(watching=str(watch))
    port.run()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]) if len(sys.argv) > 3 else None)
