"""The rules that keep the code readable, checked on the code itself."""

import ast
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "scanview").rglob("*.py"))
LONGEST = 400


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_a_file_has_one_job_and_says_which(module: Path) -> None:
    source = module.read_text(encoding="utf-8")

    assert len(source.splitlines()) <= LONGEST, f"{name_of(module)} has outgrown its job"
    assert ast.get_docstring(ast.parse(source)), f"{name_of(module)} does not say what it is for"


@pytest.mark.parametrize("module", sorted((ROOT / "tests").rglob("*.py")), ids=name_of)
def test_a_test_file_is_no_longer_than_a_reader_bears(module: Path) -> None:
    assert len(module.read_text(encoding="utf-8").splitlines()) <= LONGEST


def test_no_drawer_for_everything() -> None:
    drawers = {"utils", "util", "helpers", "helper", "misc", "common", "manager"}
    named = [name_of(m) for m in MODULES if drawers & set(m.stem.split("_")) or drawers & set(m.parent.parts)]

    assert named == []


def test_nothing_large_or_generated_is_kept() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    files = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    too_large = [name_of(f) for f in files if f.exists() and f.stat().st_size > 40 * 1024 * 1024]

    assert too_large == []
