"""The audit of what a release is made of passes over nothing in silence; versions with published holes are out."""

import importlib.util
import json
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[2]
SPEC = importlib.util.spec_from_file_location("check_audit", ROOT / "packaging" / "check_audit.py")
check_audit = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(check_audit)

REQUIREMENTS = """\
alpha==1.0 \\
    --hash=sha256:00
Beta_B==2.1 ; python_version >= '3' \\
    --hash=sha256:00
gamma==3 ; sys_platform == 'nowhere' \\
    --hash=sha256:00
"""
SOUND = [{"name": "alpha", "version": "1.0", "vulns": []}, {"name": "beta-b", "version": "2.1", "vulns": []}]
OUT = {"pydicom": "3.0.1", "onnx": "1.20.999", "pynetdicom": "3.0.3"}
"""The last versions with published holes of what reads files from outside."""


def complaints(dependencies):
    return check_audit.complaints_about("audit", REQUIREMENTS, json.dumps({"dependencies": dependencies}))


def test_a_sound_audit_has_no_complaint():
    assert complaints(SOUND) == []


@pytest.mark.parametrize(
    ("dependencies", "told"),
    [
        ([], "alpha 1.0 is not in it"),
        (SOUND[:1], "beta-b 2.1 is not in it"),
        ([{**SOUND[0], "version": "0.9"}, SOUND[1]], "alpha 1.0 is not in it"),
        ([{"name": "alpha", "skip_reason": "not found"}, SOUND[1]], "alpha was passed over"),
        ([{**SOUND[0], "vulns": [{"id": "CVE-1"}]}, SOUND[1]], "alpha 1.0: CVE-1"),
    ],
)
def test_what_an_audit_passed_over_or_found_is_told(dependencies, told):
    assert any(told in complaint for complaint in complaints(dependencies))


def test_a_bill_of_materials_names_what_any_machine_gets():
    named = [{"name": "alpha", "version": "1.0"}, {"name": "beta_b", "version": "2.1"}]
    whole = json.dumps({"components": [*named, {"name": "gamma", "version": "3"}]})

    assert check_audit.complaints_about("sbom", REQUIREMENTS, whole) == []
    assert check_audit.complaints_about("sbom", REQUIREMENTS, json.dumps({"components": named}))
    assert check_audit.complaints_about("sbom", "", whole) == ["there is nothing to look at"]


@pytest.fixture(scope="module")
def lock():
    return tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]


def test_versions_with_published_holes_are_in_no_lock(lock):
    locked = {package["name"]: Version(package["version"]) for package in lock if "version" in package}
    holed = {name: str(locked[name]) for name, last in OUT.items() if name in locked and locked[name] <= Version(last)}

    assert "pydicom" in locked
    assert holed == {}


def test_every_dependency_says_from_which_version_on():
    """A name alone would take whatever version an index, or whoever stands before it, offers."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [*project["dependencies"], *(each for group in project["optional-dependencies"].values() for each in group)]

    assert [each for each in named if not Requirement(each).specifier] == []


def test_every_package_of_the_lock_has_its_hash(lock):
    files = [
        (package["name"], file)
        for package in lock
        for file in [*package.get("wheels", ()), *([package["sdist"]] if "sdist" in package else [])]
    ]

    assert len(files) > 200
    assert [name for name, file in files if not file.get("hash", "").startswith("sha256:")] == []
