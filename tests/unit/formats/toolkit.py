"""Whether the independent DICOS toolkit (pydicos) exists for this system; there it is installed with the dev tools."""

import platform
import sys

HAS_TOOLKIT = sys.platform == "linux" and platform.machine() == "x86_64" and sys.version_info < (3, 12)
