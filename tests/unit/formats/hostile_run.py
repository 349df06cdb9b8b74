"""Reads every file of the folders named on the command line within 1.5 GiB.

Prints a line for each: "read" or the code of the error, a tab, the path.
"""

import resource
import sys
from pathlib import Path

from scanview.core.errors import BadInput, Unavailable
from scanview.formats import read_scan

MEMORY_BYTES = 3 << 29


def outcome(path):
    try:
        read_scan(path)
    except (BadInput, Unavailable) as error:
        return error.code if path.name in error.message else "unnamed"
    except BaseException as error:
        return f"escaped: {error!r}"
    return "read"


def main():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    for folder in sys.argv[1:]:
        for path in sorted(path for path in Path(folder).rglob("*") if path.is_file()):
            sys.stdout.write(f"{outcome(path)}\t{path}\n")


if __name__ == "__main__":
    main()
