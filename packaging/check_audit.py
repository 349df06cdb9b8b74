"""Holds an audit or a bill of materials against the requirements it is about: nothing may have been passed over.

python packaging/check_audit.py audit|sbom REQUIREMENTS FILE
"""

import json
import re
import sys
from pathlib import Path

from packaging.markers import Marker

_REQUIREMENT = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^ ;\\\n]+)(?: *; *([^\\\n]+))?", re.MULTILINE)


def pinned(requirements: str, *, here: bool) -> set[tuple[str, str]]:
    """(name, version) of every requirement of a file that `uv export` wrote; with `here` of those of this machine."""
    found = _REQUIREMENT.findall(requirements)
    return {
        (_folded(name), version)
        for name, version, marker in found
        if not (here and marker) or Marker(marker.strip()).evaluate()
    }


def audited(document: str) -> tuple[set[tuple[str, str]], list[str]]:
    """(what pip-audit looked up, what it found or passed over) from its JSON."""
    looked, complaints = set(), []
    for each in json.loads(document)["dependencies"]:
        if "skip_reason" in each:
            complaints.append(f"{each['name']} was passed over: {each['skip_reason']}")
            continue
        looked.add((_folded(each["name"]), each["version"]))
        complaints += [f"{each['name']} {each['version']}: {hole['id']}" for hole in each["vulns"]]
    return looked, complaints


def listed(document: str) -> set[tuple[str, str]]:
    """(name, version) of every component of a CycloneDX document."""
    return {(_folded(each["name"]), each["version"]) for each in json.loads(document)["components"]}


def complaints_about(kind: str, requirements: str, document: str) -> list[str]:
    """What is wrong with a document of this kind ("audit", "sbom") about these requirements."""
    wanted = pinned(requirements, here=kind == "audit")
    there, complaints = audited(document) if kind == "audit" else (listed(document), [])
    complaints += [f"{name} {version} is not in it" for name, version in sorted(wanted - there)]
    return complaints if wanted else [*complaints, "there is nothing to look at"]


def _folded(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main(kind: str, requirements: Path, file: Path) -> int:
    """Say what is wrong; 1 where anything is."""
    required = requirements.read_text(encoding="utf-8")
    complaints = complaints_about(kind, required, file.read_text(encoding="utf-8"))
    for complaint in complaints:
        sys.stderr.write(f"{kind}: {complaint}\n")
    count = len(pinned(required, here=kind == "audit"))
    sys.stderr.write(f"{kind}: {count} pinned packages, {len(complaints)} complaints\n")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])))
