"""The door to every benchmark: runs bench/NAME.py and prints its rows."""

import argparse
import importlib
import pkgutil
import sys
from types import ModuleType

import bench
from bench.rows import print_rows

_NOT_BENCHMARKS = {"__main__", "rows", "processes", "network"}


def main(arguments: list[str]) -> int:
    """Run one benchmark. Returns 0 once it is measured: a goal that was missed is a result, and its row says so.

    A benchmark has `run(quick)`, which returns its rows, or, where it needs files to measure on, a `main` of its own.
    """
    names = [module.name for module in pkgutil.iter_modules(bench.__path__) if module.name not in _NOT_BENCHMARKS]
    parser = argparse.ArgumentParser(prog="python -m bench", description=bench.__doc__)
    parser.add_argument("name", choices=names, metavar="NAME", help=", ".join(names))
    parser.add_argument("rest", nargs=argparse.REMAINDER, help="--json: one JSON object per row; --quick: fewer rounds")
    asked = parser.parse_args(arguments)
    module = importlib.import_module(f"bench.{asked.name}")
    return module.main(asked.rest) if hasattr(module, "main") else _run(module, asked.rest)


def _run(module: ModuleType, arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog=f"python -m {module.__name__}", description=module.__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object per row")
    parser.add_argument("--quick", action="store_true", help="fewer rounds: first figures, less certain ones")
    options = parser.parse_args(arguments)
    rows = module.run(quick=options.quick)
    print_rows(rows, options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
