"""Every import contract is shown failing once: a copy of the package with one wrong import must be refused."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

WRONG_IMPORTS = [
    ("Layers", "core/container.py", "import scanview.wire.messages"),
    ("Layers", "session/__init__.py", "import scanview.review"),
    ("Layers", "conformance/__init__.py", "import scanview.ingest"),
    ("Qt only in ui", "session/__init__.py", "import PySide6.QtCore"),
    ("ZeroMQ only in wire", "ingest/__init__.py", "import zmq"),
    ("SQL only in store", "review/__init__.py", "import sqlalchemy"),
    ("The hub never touches a pixel", "hub/__init__.py", "import numpy"),
    ("The hub never touches a pixel", "store/__init__.py", "import scanview.imaging.scan_image"),
    ("The client reaches the hub by its session alone", "ui/__init__.py", "import scanview.wire.messages"),
    ("The core stands on the standard library", "core/container.py", "import numpy"),
    ("No event loop is married to Qt or to the wire", "session/__init__.py", "import asyncio"),
]


@pytest.mark.parametrize(("contract", "module", "line"), WRONG_IMPORTS)
def test_a_wrong_import_breaks_its_contract(tmp_path: Path, contract: str, module: str, line: str) -> None:
    shutil.copytree(ROOT / "scanview", tmp_path / "scanview", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / ".importlinter", tmp_path)
    wrong = tmp_path / "scanview" / module
    wrong.write_text(wrong.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")

    outcome = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert outcome.returncode != 0
    assert re.search(rf"{re.escape(contract)}.* BROKEN", outcome.stdout), outcome.stdout
