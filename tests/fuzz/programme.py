"""`make fuzz`: so many inputs for every reader, message and document; what breaks one is kept for ever.

python -m tests.fuzz.programme --inputs 1000000 [--target NAME ...] [--seed N] [--first N] [--list]

Each target runs in processes of its own, within 1.5 GiB and 2 s an input. The inputs of a run follow from target, seed
and number. What breaks a target is written to tests/fuzz/kept/<target>/, and every later `make test` reads it again.
"""

import argparse
import hashlib
import sys
import time
from pathlib import Path

from tests.fuzz import documents, files, messages
from tests.fuzz.running import Outcome, run
from tests.fuzz.target import Target

KEPT = Path(__file__).parent / "kept"
TARGETS = {target.name: target for target in (*messages.TARGETS, *documents.TARGETS, *files.TARGETS)}


def keep(target: Target, content: bytes) -> Path:
    """Keep an input that breaks `target`; where it lies."""
    path = KEPT / target.name / f"{hashlib.sha256(content).hexdigest()[:16]}.bin"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def main() -> int:
    """Run what the command line asks for; 1 where anything broke."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.programme", description=__doc__)
    parser.add_argument("--inputs", type=int, default=10_000, help="for each target (default 10000)")
    parser.add_argument("--target", action="append", choices=sorted(TARGETS), help="this one (repeatable; default all)")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="equal seeds make equal inputs")
    parser.add_argument("--first", type=int, default=0, help="the number of the first input")
    parser.add_argument("--list", action="store_true", help="only name the targets")
    options = parser.parse_args()
    if options.list:
        sys.stdout.write("\n".join(TARGETS) + "\n")
        return 0
    failed = 0
    for name in options.target or TARGETS:
        started = time.monotonic()
        outcome = run(TARGETS[name], seed=options.seed, first=options.first, inputs=options.inputs, tell=True)
        failed += len(outcome.broken)
        sys.stdout.write(f"{told(name, outcome, options.seed, time.monotonic() - started)}\n")
        sys.stdout.flush()
    return 1 if failed else 0


def told(name: str, outcome: Outcome, seed: int, seconds: float) -> str:
    """The line of a target, and a paragraph for each input that broke it."""
    rate = outcome.inputs / max(seconds, 0.001)
    lines = [
        f"{name:16} seed {seed}: {outcome.inputs} inputs, {outcome.accepted} of them sound, {rate:.0f}/s, "
        f"{len(outcome.broken)} broke it"
    ]
    for broken in outcome.broken:
        lines += [
            f"  kept as {keep(TARGETS[name], broken.content)}",
            *(f"    {line}" for line in broken.why.splitlines()),
        ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
