"""`python -m scanview` is the command line."""

import sys

from scanview.cli import main

if __name__ == "__main__":
    sys.exit(main())
