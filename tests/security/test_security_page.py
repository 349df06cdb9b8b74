"""The page of threats is true: each row names tests that exist, and each test of this folder has its row."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "security.md"
HEAD = ["attacker", "asset", "defence", "test"]
THREATS = PAGE.read_text(encoding="utf-8").partition("\n## Threats\n")[2].partition("\n## ")[0]
FIRST = PAGE.read_text(encoding="utf-8").partition("\n## Threats\n")[0]


def cells(line):
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


ROWS = [
    cells(line)
    for line in THREATS.splitlines()
    if line.startswith("|") and cells(line) != HEAD and not line.startswith("|---")
]
TESTS = [name for row in ROWS for name in re.findall(r"`(tests/[^`]+)`", row[-1])]


def named_in(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test")}


def exists(name):
    file, _, test = name.partition("::")
    path = ROOT / file
    return path.is_file() and (not test or test in named_in(path))


def test_the_page_has_rows():
    assert len(ROWS) > 20


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[2][:50] if len(row) > 2 else str(row))
def test_a_row_names_attacker_asset_defence_and_tests_that_exist(row):
    attacker, asset, defence, tests = row
    named = re.findall(r"`([^`]+)`", tests)

    assert f"\n| {attacker} |" in FIRST, f"{attacker!r} is none of the attackers of the page"
    assert f"\n| {asset} |" in FIRST, f"{asset!r} is none of the assets of the page"
    assert defence
    assert named
    assert [name for name in named if not exists(name)] == []


@pytest.mark.parametrize("path", sorted(Path(__file__).parent.glob("test_*.py")), ids=lambda path: path.name)
def test_every_attack_has_its_row(path):
    if path == Path(__file__):
        return
    name = str(path.relative_to(ROOT))

    assert name in {test.partition("::")[0] for test in TESTS}, f"docs/security.md has no row that names {name}"
    if name in TESTS:
        return
    missing = {f"{name}::{test}" for test in named_in(path)} - set(TESTS)
    assert not missing, f"docs/security.md has no row for {sorted(missing)}"


def test_a_missing_test_is_noticed():
    assert not exists("tests/security/test_nowhere.py")
    assert not exists("tests/security/test_security_page.py::test_nothing")
    assert exists("tests/security/test_security_page.py::test_a_missing_test_is_noticed")
